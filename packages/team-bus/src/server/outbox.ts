import { BUS_VERSION, ReportEnvelope } from "@muster/contracts"
import type { Redis } from "ioredis"
import { BusGroupMissing } from "#src/errors.ts"
import { runBlocking } from "#src/blocking.ts"
import { run } from "#src/commands.ts"
import { bodyOf, entryDecoder, type RawEntry } from "#src/decode.ts"
import { DISPATCHER_GROUP, keys, type MemberRef } from "#src/keys.ts"
import type { Link } from "#src/link.ts"
import {
  BLOCK_MILLIS,
  DEAD_LETTER_RAW_MAX_CHARS,
  READ_TOTAL_ENTRIES,
  REPORT_READ_COUNT,
  REPORT_READ_MIN_COUNT,
  UNBLOCK_RETRY_MILLIS,
} from "#src/limits.ts"
import { pause } from "#src/wait.ts"
import type { ReportEntry, TeamBus } from "#src/server/port.ts"
import { controlCommand } from "#src/server/streams.ts"
import type { KeyedCommand, TeamWriter } from "#src/server/writer.ts"

type StreamsReply = readonly (readonly [stream: string, entries: readonly RawEntry[]])[] | null

const decodeReport = entryDecoder(ReportEnvelope)

const toReport = (member: MemberRef, entryId: string, fields: readonly string[]): ReportEntry => {
  const decoded = decodeReport(fields)
  const { teamId, memberId } = member
  if ("value" in decoded) return { teamId, memberId, entryId, envelope: decoded.value }
  const raw = (bodyOf(fields) ?? JSON.stringify(fields)).slice(0, DEAD_LETTER_RAW_MAX_CHARS)
  return { teamId, memberId, entryId, poison: decoded.poison, raw }
}

/** Tells the agents, then deletes what is recorded: the last step, and the only one that cannot be done again. */
export const makeSettle =
  (writer: TeamWriter): TeamBus["settle"] =>
  async (entries, acks = []) => {
    const ofTeam = new Map<string, KeyedCommand[]>()
    const add = (teamId: string, command: KeyedCommand) => {
      const commands = ofTeam.get(teamId)
      if (commands) commands.push(command)
      else ofTeam.set(teamId, [command])
    }
    for (const { member, incarnation, seqs } of acks)
      add(member.teamId, controlCommand(member, { v: BUS_VERSION, kind: "ack", seqs: [...seqs], incarnation }))
    const streams = new Map<string, { readonly teamId: string; readonly ids: string[] }>()
    for (const entry of entries) {
      const stream = keys.outbox(entry)
      const known = streams.get(stream)
      if (known) known.ids.push(entry.entryId)
      else streams.set(stream, { teamId: entry.teamId, ids: [entry.entryId] })
    }
    for (const [stream, { teamId, ids }] of streams) {
      add(teamId, { keys: [stream], words: ["xack", stream, DISPATCHER_GROUP, ...ids] })
      add(teamId, { keys: [stream], words: ["xdel", stream, ...ids] })
    }
    await Promise.all([...ofTeam].map(([teamId, commands]) => writer.commands(teamId, commands)))
  }

export interface ReaderOptions {
  readonly commands: Link
  readonly blocking: Link
  readonly ensureMembers: TeamBus["ensureMembers"]
  readonly settle: TeamBus["settle"]
}

export const makeReader = ({
  commands,
  blocking,
  ensureMembers,
  settle,
}: ReaderOptions): Pick<TeamBus, "readReports" | "wakeReader"> => {
  /** Client id of the connection that waits in a read, from the moment in which the read is sent until it has come back. */
  let waiting: Promise<number> | undefined
  let wakeIdle: AbortController | undefined

  const readNew = async (streams: readonly string[], count: number, blockMillis: number): Promise<StreamsReply> => {
    const from = streams.map(() => ">")
    const read = async (redis: Redis) => {
      const clientId = redis.client("ID")
      waiting = clientId
      const reply = redis.xreadgroup(
        "GROUP",
        DISPATCHER_GROUP,
        DISPATCHER_GROUP,
        "COUNT",
        count,
        "BLOCK",
        blockMillis,
        "STREAMS",
        ...streams,
        ...from,
      ) as Promise<StreamsReply>
      // Both are sent before either is waited for: no round trip is spent on the id.
      const [, entries] = await Promise.all([clientId, reply])
      return entries
    }
    try {
      return await runBlocking(blocking, blockMillis, read)
    } finally {
      waiting = undefined
    }
  }

  const readPending = (streams: readonly string[], count: number): Promise<StreamsReply> =>
    run(
      commands,
      (redis) =>
        redis.xreadgroup(
          "GROUP",
          DISPATCHER_GROUP,
          DISPATCHER_GROUP,
          "COUNT",
          count,
          "STREAMS",
          ...streams,
          ...streams.map(() => "0"),
        ) as Promise<StreamsReply>,
    )

  const readReports: TeamBus["readReports"] = async (members, { what, blockMillis = BLOCK_MILLIS }) => {
    if (members.length === 0) {
      if (what === "pending") return []
      wakeIdle = new AbortController()
      await pause(blockMillis, wakeIdle.signal)
      return []
    }
    const byStream = new Map(members.map((member) => [keys.outbox(member), member]))
    const streams = [...byStream.keys()]
    const count = Math.max(
      REPORT_READ_MIN_COUNT,
      Math.min(REPORT_READ_COUNT, Math.floor(READ_TOTAL_ENTRIES / streams.length)),
    )
    const read = () => (what === "pending" ? readPending(streams, count) : readNew(streams, count, blockMillis))
    let reply: StreamsReply
    try {
      reply = await read()
    } catch (error) {
      if (!(error instanceof BusGroupMissing)) throw error
      // Once: a group that is missing again right away is somebody's doing, and the caller backs off.
      await ensureMembers(members)
      reply = await read()
    }
    const reports: ReportEntry[] = []
    const deleted: (MemberRef & { readonly entryId: string })[] = []
    for (const [stream, entries] of reply ?? []) {
      const member = byStream.get(stream)
      if (member === undefined) continue
      for (const [entryId, fields] of entries) {
        if (fields === null) deleted.push({ ...member, entryId })
        else reports.push(toReport(member, entryId, fields))
      }
    }
    await settle(deleted)
    return reports
  }

  return {
    readReports,
    wakeReader: async () => {
      wakeIdle?.abort()
      const sleeper = waiting
      // A read whose connection can not tell its id fails by itself.
      const id = await sleeper?.catch(() => undefined)
      if (id === undefined) return
      // The read may be on its way to the server still: ask until it has come back.
      for (;;) {
        if ((await run(commands, (redis) => redis.client("UNBLOCK", id))) === 1) return
        await pause(UNBLOCK_RETRY_MILLIS)
        if (waiting !== sleeper) return
      }
    },
  }
}
