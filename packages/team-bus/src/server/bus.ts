import { BUS_FIELD, PresenceValue } from "@muster/contracts"
import { runMany, run } from "#src/commands.ts"
import { jsonDecoder } from "#src/decode.ts"
import { AGENT_GROUP, DISPATCHER_GROUP, keys, type MemberRef } from "#src/keys.ts"
import { openLink } from "#src/link.ts"
import { PRESENCE_MAX_BYTES } from "#src/limits.ts"
import type { BusLog } from "#src/log.ts"
import { makeAcl } from "#src/server/acl.ts"
import { makeInbox } from "#src/server/inbox.ts"
import { makeReader, makeSettle } from "#src/server/outbox.ts"
import type { FencedBus, OwnersBus, Presence, TeamBus } from "#src/server/port.ts"
import { makeScriptRunner } from "#src/server/scripts.ts"
import { makeStreams } from "#src/server/streams.ts"
import { fencedWriter, plainWriter, type TeamWriter } from "#src/server/writer.ts"

export interface TeamBusOptions {
  /** redis:// or rediss:// address with the credentials of a user that may do everything. */
  readonly url: string
  readonly log: BusLog
}

/** What writes nothing that an owner of the past could spoil: the same with and without a fence. */
type Reads = Pick<
  TeamBus,
  "presence" | "ensureMembers" | "resend" | "acl" | "generations" | "runId" | "isUp" | "onLost" | "onBack" | "close"
>

const decodePresence = jsonDecoder(PresenceValue)

const groupByTeam = (members: readonly MemberRef[]): Map<string, number[]> => {
  const byTeam = new Map<string, number[]>()
  for (const [index, member] of members.entries()) {
    const indexes = byTeam.get(member.teamId)
    if (indexes) indexes.push(index)
    else byTeam.set(member.teamId, [index])
  }
  return byTeam
}

/** Opens the server's half of the bus: one connection for commands, one for the blocking read. Connects in the background. */
export const openTeamBus = ({ url, log }: TeamBusOptions): OwnersBus => {
  const lostListeners = new Set<() => void>()
  const backListeners = new Set<() => void>()
  const commands = openLink({
    url,
    log,
    name: "muster-commands",
    onUp: () => {
      for (const listener of backListeners) listener()
    },
    onDown: () => {
      for (const listener of lostListeners) listener()
    },
  })
  const blocking = openLink({ url, log, name: "muster-reports", isBlocking: true })
  const script = makeScriptRunner(commands)

  const ensureMembers: TeamBus["ensureMembers"] = async (members) => {
    await Promise.all(
      members.map((member) =>
        script("ensure-member-2", [keys.inbox(member), keys.outbox(member)], [AGENT_GROUP, DISPATCHER_GROUP]),
      ),
    )
  }

  const presence: TeamBus["presence"] = async (members) => {
    const found: (Presence | undefined)[] = members.map(() => undefined)
    const readTeam = async (indexes: readonly number[]) => {
      const presenceKeys = indexes.map((index) => keys.presence(members[index] as MemberRef))
      const values = (await script("read-presence-n", presenceKeys, [PRESENCE_MAX_BYTES])) as readonly string[]
      for (const [i, raw] of values.entries()) {
        const decoded = raw === "" ? undefined : decodePresence(raw)
        if (decoded !== undefined && "value" in decoded) found[indexes[i] as number] = { value: decoded.value, raw }
      }
    }
    await Promise.all([...groupByTeam(members).values()].map(readTeam))
    return found
  }

  const reads: Reads = {
    presence,
    ensureMembers,
    // Without a fence: a person asks for it, and a report that was recorded before changes nothing.
    resend: async (member, raw) => {
      await runMany(commands, [["xadd", keys.outbox(member), "*", BUS_FIELD, raw]])
    },
    acl: makeAcl(commands),
    generations: async (teamIds) => {
      const replies = await runMany(
        commands,
        teamIds.map((teamId) => ["get", keys.generation(teamId)] as const),
      )
      return replies.map((reply) => (typeof reply === "string" ? reply : undefined))
    },
    runId: async () => {
      const info = await run(commands, (redis) => redis.info("server"))
      return /^run_id:(\S+)/mu.exec(info)?.[1] ?? ""
    },
    isUp: commands.isUp,
    onLost: (listener) => {
      lostListeners.add(listener)
      return () => lostListeners.delete(listener)
    },
    onBack: (listener) => {
      backListeners.add(listener)
      return () => backListeners.delete(listener)
    },
    close: async () => {
      await Promise.all([commands.close(), blocking.close()])
    },
  }

  const busOf = (writer: TeamWriter): TeamBus => {
    const settle = makeSettle(writer)
    return {
      ...reads,
      ...makeInbox(commands, script, writer),
      ...makeReader({ commands, blocking, ensureMembers, settle }),
      ...makeStreams(writer),
      settle,
    }
  }

  return {
    ...busOf(plainWriter(commands, script)),
    fenced: (tokenOf) => {
      const writer = fencedWriter(script, tokenOf)
      const claim: FencedBus["claim"] = async (teamIds) => {
        await Promise.all(teamIds.map((teamId) => writer.script(teamId, "claim-0", [], [])))
      }
      return { ...busOf(writer), claim }
    },
  }
}
