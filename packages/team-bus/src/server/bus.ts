import { BUS_FIELD, PresenceValue } from "@muster/contracts"
import { runMany, run } from "#src/commands.ts"
import { jsonDecoder } from "#src/decode.ts"
import { AGENT_GROUP, DISPATCHER_GROUP, keys, type MemberRef } from "#src/keys.ts"
import { openLink } from "#src/link.ts"
import {
  CONTROL_MAX_ENTRIES,
  DEAD_LETTER_RAW_MAX_CHARS,
  DEAD_LETTERS_MAX_ENTRIES,
  PRESENCE_MAX_BYTES,
} from "#src/limits.ts"
import type { BusLog } from "#src/log.ts"
import { makeAcl } from "#src/server/acl.ts"
import { makeInbox } from "#src/server/inbox.ts"
import { makeOutbox } from "#src/server/outbox.ts"
import type { Presence, TeamBus } from "#src/server/port.ts"
import { makeScriptRunner } from "#src/server/scripts.ts"

export interface TeamBusOptions {
  /** redis:// or rediss:// address with the credentials of a user that may do everything. */
  readonly url: string
  readonly log: BusLog
}

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
export const openTeamBus = ({ url, log }: TeamBusOptions): TeamBus => {
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

  return {
    ...makeInbox(commands, script),
    ...makeOutbox(commands, blocking, ensureMembers),
    acl: makeAcl(commands),
    ensureMembers,
    presence,
    control: async (member, messages) => {
      const stream = keys.control(member)
      await runMany(
        commands,
        messages.map(
          (message) =>
            ["xadd", stream, "MAXLEN", "~", CONTROL_MAX_ENTRIES, "*", BUS_FIELD, JSON.stringify(message)] as const,
        ),
      )
    },
    clearControls: async (member) => {
      await run(commands, (redis) => redis.del(keys.control(member)))
    },
    deadLetter: async (member, { stream, entryId, reason, raw }) => {
      const body = { stream, entryId, reason, raw: raw.slice(0, DEAD_LETTER_RAW_MAX_CHARS) }
      const command = ["MAXLEN", "~", DEAD_LETTERS_MAX_ENTRIES, "*", BUS_FIELD, JSON.stringify(body)] as const
      await runMany(commands, [["xadd", keys.deadLetters(member), ...command]])
    },
    generations: async (teamIds) => {
      const replies = await runMany(
        commands,
        teamIds.map((teamId) => ["get", keys.generation(teamId)] as const),
      )
      return replies.map((reply) => (typeof reply === "string" ? reply : undefined))
    },
    setGeneration: async (teamId, generation) => {
      await run(commands, (redis) => redis.set(keys.generation(teamId), generation))
    },
    clearGeneration: async (teamId) => {
      await run(commands, (redis) => redis.del(keys.generation(teamId)))
    },
    resetMember: async (member) => {
      const streams = [keys.inbox(member), keys.control(member), keys.outbox(member)]
      await script("reset-member-3", streams, [AGENT_GROUP, DISPATCHER_GROUP])
    },
    destroyMember: async (member) => {
      const { inbox, control, outbox, presence, deadLetters } = keys
      const all = [inbox, control, outbox, presence, deadLetters].map((key) => key(member))
      await run(commands, (redis) => redis.unlink(...all))
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
}
