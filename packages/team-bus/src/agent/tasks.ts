import { TaskEnvelope } from "@muster/contracts"
import type { Redis } from "ioredis"
import { asBusError, BusGroupMissing } from "#src/errors.ts"
import { runBlocking } from "#src/blocking.ts"
import { run } from "#src/commands.ts"
import { entryDecoder, type RawEntry } from "#src/decode.ts"
import type { Health } from "#src/agent/health.ts"
import { AGENT_GROUP, keys, type MemberRef } from "#src/keys.ts"
import type { Link } from "#src/link.ts"
import { BLOCK_MILLIS, PENDING_READ_COUNT, RETRY_FIRST_DELAY_MILLIS, RETRY_MAX_DELAY_MILLIS } from "#src/limits.ts"
import { backoffMillis, pause, unlessAborted } from "#src/wait.ts"

/** An entry of the inbox: a task, or one that cannot be understood. Both are acknowledged by `done` when they are dealt with. */
export type TakenTask =
  | { readonly entryId: string; readonly envelope: TaskEnvelope; readonly poison?: undefined }
  | { readonly entryId: string; readonly poison: string; readonly envelope?: undefined }

export interface TakeOptions {
  /** How long to wait for work. Default `BLOCK_MILLIS`. */
  readonly blockMillis?: number
  /** Ends the waiting at once with an empty answer; what arrives meanwhile is given to the next call. */
  readonly signal?: AbortSignal
}

export interface InboxReader {
  readonly takeTasks: (count: number, options?: TakeOptions) => Promise<readonly TakenTask[]>
  readonly pendingTasks: (options?: { readonly signal?: AbortSignal }) => Promise<readonly TakenTask[]>
  readonly forgetTaken: () => void
  readonly done: (entryIds: readonly string[]) => Promise<void>
}

export interface InboxReaderOptions {
  readonly member: MemberRef
  /** Name of the consumer: one per incarnation, so that a new one does not inherit what an old one had taken. */
  readonly consumer: string
  readonly blocking: Link
  readonly commands: Link
  readonly health: Health
}

const decodeTask = entryDecoder(TaskEnvelope)

export const openInboxReader = ({ member, consumer, blocking, commands, health }: InboxReaderOptions): InboxReader => {
  const inbox = keys.inbox(member)
  /** Entries given to the caller and not yet done: a second delivery of one is not given again. */
  const handedOut = new Set<string>()
  /** Connection whose first read of pending entries was made: what a lost connection had fetched is found again there. */
  let recoveredEpoch = 0
  let underWay: Promise<readonly TakenTask[]> | undefined
  /** Read for a call that wanted more than the next one. */
  let leftOver: readonly TakenTask[] = []
  let failures = 0

  const readGroup = (redis: Redis, count: number, from: ">" | "0", blockMillis: number) =>
    (from === ">"
      ? redis.xreadgroup("GROUP", AGENT_GROUP, consumer, "COUNT", count, "BLOCK", blockMillis, "STREAMS", inbox, ">")
      : redis.xreadgroup("GROUP", AGENT_GROUP, consumer, "COUNT", count, "STREAMS", inbox, "0")) as Promise<
      readonly [readonly [string, readonly RawEntry[]]] | null
    >

  const accept = async (entries: readonly RawEntry[], isAll: boolean): Promise<readonly TakenTask[]> => {
    const deleted: string[] = []
    const taken: TakenTask[] = []
    for (const [entryId, fields] of entries) {
      if (fields === null) deleted.push(entryId)
      else if (isAll || !handedOut.has(entryId)) {
        const decoded = decodeTask(fields)
        taken.push("value" in decoded ? { entryId, envelope: decoded.value } : { entryId, poison: decoded.poison })
      }
    }
    // Deleted while pending: their assignment has ended, nothing is left to do but to take them off the list.
    if (deleted.length > 0) await run(commands, (redis) => redis.xack(inbox, AGENT_GROUP, ...deleted))
    return taken
  }

  const handOut = (taken: readonly TakenTask[]) => {
    for (const { entryId } of taken) handedOut.add(entryId)
    return taken
  }

  const handOutUpTo = (count: number, taken: readonly TakenTask[]) => {
    leftOver = taken.slice(count)
    return handOut(taken.slice(0, count))
  }

  /** One read; never rejects. After trouble it comes back empty, but not before a pause that grows with the trouble. */
  const read = async (count: number, blockMillis: number): Promise<readonly TakenTask[]> => {
    try {
      const epoch = blocking.epoch()
      if (recoveredEpoch !== epoch) {
        const reply = await runBlocking(blocking, blockMillis, (redis) => readGroup(redis, PENDING_READ_COUNT, "0", 0))
        const pending = (await accept(reply?.[0][1] ?? [], false)).slice(0, count)
        if (pending.length === 0) recoveredEpoch = epoch
        health.heal("inbox")
        if (pending.length > 0) return pending
      }
      const reply = await runBlocking(blocking, blockMillis, (redis) => readGroup(redis, count, ">", blockMillis))
      health.heal("inbox")
      failures = 0
      return await accept(reply?.[0][1] ?? [], false)
    } catch (error) {
      const busError = asBusError(error)
      health.fail("inbox", busError)
      if (busError instanceof BusGroupMissing) recoveredEpoch = 0
      await pause(backoffMillis(failures, RETRY_FIRST_DELAY_MILLIS, RETRY_MAX_DELAY_MILLIS))
      failures += 1
      return []
    }
  }

  return {
    takeTasks: async (count, { blockMillis = BLOCK_MILLIS, signal } = {}) => {
      if (count < 1 || signal?.aborted) return []
      if (leftOver.length > 0) return handOutUpTo(count, leftOver)
      if (!blocking.isUp()) await Promise.race([blocking.whenUp(signal), pause(blockMillis, signal)])
      if (!blocking.isUp() || signal?.aborted) return []
      underWay ??= read(count, blockMillis)
      const mine = underWay
      const taken = await unlessAborted(mine, signal)
      // Aborted: the read goes on, and the next call gets what it brings. Taken: only one caller may have it.
      if (taken === undefined || underWay !== mine) return []
      underWay = undefined
      return handOutUpTo(count, taken)
    },
    pendingTasks: async ({ signal } = {}) => {
      for (let tries = 0; ; tries += 1) {
        if (signal?.aborted) return []
        try {
          const reply = await run(commands, (redis) => readGroup(redis, PENDING_READ_COUNT, "0", 0))
          return handOut(await accept(reply?.[0][1] ?? [], true))
        } catch (error) {
          health.fail("inbox", asBusError(error))
          await pause(backoffMillis(tries, RETRY_FIRST_DELAY_MILLIS, RETRY_MAX_DELAY_MILLIS), signal)
          await commands.whenUp(signal)
        }
      }
    },
    forgetTaken: () => {
      handedOut.clear()
      leftOver = []
    },
    done: async (entryIds) => {
      if (entryIds.length === 0) return
      await run(commands, (redis) => redis.xack(inbox, AGENT_GROUP, ...entryIds))
      for (const entryId of entryIds) handedOut.delete(entryId)
    },
  }
}
