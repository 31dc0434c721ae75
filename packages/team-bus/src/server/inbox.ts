import { BUS_FIELD } from "@muster/contracts"
import { BusRefused } from "#src/errors.ts"
import { bodyOf as bodyIn, type RawEntry } from "#src/decode.ts"
import { run, runMany } from "#src/commands.ts"
import { AGENT_GROUP, inboxEntryId, keys, type MemberRef } from "#src/keys.ts"
import type { Link } from "#src/link.ts"
import { DEAD_LETTER_RAW_MAX_CHARS, PUBLISH_BATCH_ENTRIES, QUARANTINE_TTL_MILLIS } from "#src/limits.ts"
import type { InboxEntry, PublishOptions, PublishOutcome, TeamBus, Whereabouts } from "#src/server/port.ts"
import type { ScriptRunner } from "#src/server/scripts.ts"
import type { TeamWriter } from "#src/server/writer.ts"

type PublishReply = readonly [code: number, added: number, duplicates: number, consumed: number, text: string]

const toOutcome = ([code, added, duplicates, consumed, text]: PublishReply): PublishOutcome => {
  switch (code) {
    case 0:
      return { kind: "published", added, duplicates, consumed }
    case 1:
      return { kind: "inbox-full", added, duplicates, consumed }
    case -1:
      return { kind: "generation-lost" }
    case -2:
      return { kind: "inbox-missing" }
    case -3:
      return { kind: "inbox-ahead", lastId: text }
    default:
      throw new BusRefused({ reason: text })
  }
}

type InboxPart = Pick<
  TeamBus,
  | "publish"
  | "removeTasks"
  | "holdsTasks"
  | "whereabouts"
  | "inboxes"
  | "controls"
  | "quarantine"
  | "dropOtherConsumers"
  | "bodyOf"
>

export const makeInbox = (commands: Link, script: ScriptRunner, writer: TeamWriter): InboxPart => {
  const publishBatch = async (
    member: MemberRef,
    entries: readonly InboxEntry[],
    { generation, cap, headPosition, after = "0" }: PublishOptions,
  ): Promise<PublishOutcome> => {
    const pairs = entries.flatMap(({ position, envelope }) => [position, JSON.stringify(envelope)])
    const args = [generation ?? "", cap, headPosition, BUS_FIELD, after, ...pairs]
    const { teamId } = member
    const reply = await writer.script(teamId, "publish-2", [keys.inbox(member), keys.generation(teamId)], args)
    return toOutcome(reply as PublishReply)
  }

  return {
    publish: async (member, entries, options) => {
      const total = { kind: "published" as const, added: 0, duplicates: 0, consumed: 0 }
      for (let start = 0; start < entries.length; start += PUBLISH_BATCH_ENTRIES) {
        const outcome = await publishBatch(member, entries.slice(start, start + PUBLISH_BATCH_ENTRIES), options)
        if (outcome.kind !== "published" && outcome.kind !== "inbox-full") return outcome
        total.added += outcome.added
        total.duplicates += outcome.duplicates
        total.consumed += outcome.consumed
        if (outcome.kind === "inbox-full") return { ...total, kind: "inbox-full" }
      }
      return total
    },
    removeTasks: async (member, positions) => {
      if (positions.length === 0) return
      const inbox = keys.inbox(member)
      const ids = positions.map(inboxEntryId)
      await writer.commands(member.teamId, [
        { keys: [inbox], words: ["xack", inbox, AGENT_GROUP, ...ids] },
        { keys: [inbox], words: ["xdel", inbox, ...ids] },
      ])
    },
    holdsTasks: async (member, positions) => {
      const ids = positions.map(inboxEntryId)
      const replies = await runMany(
        commands,
        ids.map((id) => ["xrange", keys.inbox(member), id, id] as const),
      )
      return replies.map((reply) => (reply as readonly RawEntry[]).length > 0)
    },
    whereabouts: async (member, incarnation, positions) => {
      const places = await script("whereabouts-1", [keys.inbox(member)], [AGENT_GROUP, incarnation, ...positions])
      return places as readonly Whereabouts[]
    },
    inboxes: (members) =>
      Promise.all(
        members.map(async (member) => {
          const [lastId, length] = (await script("inbox-state-1", [keys.inbox(member)], [])) as [string, number]
          return { lastId: lastId === "" ? undefined : lastId, length }
        }),
      ),
    controls: (members) =>
      Promise.all(
        members.map(async (member) => {
          const state = (await script("control-state-1", [keys.control(member)], [])) as [
            string,
            string,
            number,
            number,
          ]
          const [lastId, firstId, length, added] = state
          const orAbsent = (id: string) => (id === "" ? undefined : id)
          return { lastId: orAbsent(lastId), firstId: orAbsent(firstId), hasAll: added === length }
        }),
      ),
    quarantine: async (member) => {
      const setAsideAs = keys.quarantine(member, Date.now())
      await writer.script(
        member.teamId,
        "quarantine-2",
        [keys.inbox(member), setAsideAs],
        [AGENT_GROUP, QUARANTINE_TTL_MILLIS],
      )
      return { setAsideAs }
    },
    dropOtherConsumers: async (member, incarnation) => {
      const inbox = keys.inbox(member)
      const consumers = (await run(commands, (redis) =>
        redis.xinfo("CONSUMERS", inbox, AGENT_GROUP),
      )) as readonly (readonly unknown[])[]
      const names = consumers.map((fields) => String(fields[fields.indexOf("name") + 1]))
      await writer.commands(
        member.teamId,
        names
          .filter((name) => name !== incarnation)
          .map((name) => ({ keys: [inbox], words: ["xgroup", "DELCONSUMER", inbox, AGENT_GROUP, name] })),
      )
    },
    bodyOf: async (member, stream, entryId) => {
      const key = stream === "in" ? keys.inbox(member) : keys.control(member)
      const found = (await run(commands, (redis) => redis.xrange(key, entryId, entryId))) as readonly RawEntry[]
      const fields = found[0]?.[1]
      if (!fields) return undefined
      return (bodyIn(fields) ?? JSON.stringify(fields)).slice(0, DEAD_LETTER_RAW_MAX_CHARS)
    },
  }
}
