import type { NewEvent, Position, RecordedEvent } from "@muster/domain"
import {
  LogUnavailable,
  Overloaded,
  WrongExpectedRevision,
  type AppendRequest,
  type AppendVerdict,
  type EventStore,
  type SubscribeOptions,
} from "@muster/event-store"
import { wallMillis } from "../engine/globals.ts"
import { currentProcess, never, type SimProcess } from "../engine/scheduler.ts"
import { env } from "../engine/world-clock.ts"

/** The store tries so long to reach its database before it gives up. */
const DEADLINE_MILLIS = 15_000
/** Or it gives up at once: the connection broke, and there is no other. */
const SOON_MILLIS = 500
const OVERLOADED_RETRY_AFTER_MILLIS = 1_000
const READ_LIMIT_EVENTS = 10_000
const SUBSCRIPTION_BATCH_EVENTS = 500
const RETRY_SHARE_OF_OUTAGE_MILLIS = 400

/** What is wrong with the log now. */
export interface LogFaults {
  /** Nobody reaches the database. */
  isAway: boolean
  /** So often the store has no room for a request. */
  overloadedChance: number
  /** So often a request is recorded, and its caller hears that nobody knows. */
  lostReplyChance: number
  /** Most that a write or a read takes beside the usual, in milliseconds. */
  slowMillis: number
  /** Most that the news of an event takes beside the usual. */
  lateNewsMillis: number
}

export const noLogFaults = (): LogFaults => ({
  isAway: false,
  overloadedChance: 0,
  lostReplyChance: 0,
  slowMillis: 0,
  lateNewsMillis: 0,
})

export interface LogObserver {
  /** Called with the whole call before anything is stored. */
  readonly asked: (by: SimProcess | undefined, requests: readonly AppendRequest[]) => void
  /** The caller knows that this was stored. */
  readonly answered: (by: SimProcess | undefined, request: AppendRequest) => void
  readonly recorded: (events: readonly RecordedEvent[], by: SimProcess | undefined) => void
  /** A subscription of this process was told of everything up to here. */
  readonly told: (by: SimProcess | undefined, position: number) => void
}

const positionOf = (count: number) => String(count) as Position

/** The log in memory: the truth of a history. `storeFor` hands it out as the product's port, with all that can go wrong. */
export class Log {
  readonly events: RecordedEvent[] = []
  readonly #streams = new Map<string, RecordedEvent[]>()
  readonly #listeners = new Set<() => void>()
  readonly faults = noLogFaults()
  observer: LogObserver = {
    asked: () => undefined,
    answered: () => undefined,
    recorded: () => undefined,
    told: () => undefined,
  }

  stream(name: string): readonly RecordedEvent[] {
    return this.#streams.get(name) ?? []
  }

  /** Stores a request, or says why not. */
  record({ stream, expectedRevision, events }: AppendRequest, by: SimProcess | undefined): AppendVerdict {
    const own = this.#streams.get(stream) ?? []
    const known = this.#stored(own, events)
    if (known !== undefined) return known
    if (expectedRevision !== "any" && expectedRevision !== own.length)
      return {
        ok: false,
        error: new WrongExpectedRevision({ stream, expected: expectedRevision, actual: own.length }),
      }
    const at = new Date(wallMillis()).toISOString()
    const recorded = events.map((event, index): RecordedEvent => ({
      ...event,
      stream,
      revision: own.length + index + 1,
      position: positionOf(this.events.length + index + 1),
      at,
    }))
    own.push(...recorded)
    this.events.push(...recorded)
    this.#streams.set(stream, own)
    this.observer.recorded(recorded, by)
    for (const listener of Array.from(this.#listeners)) listener() // listening may end in between
    const last = this.events.length
    return {
      ok: true,
      revision: own.length,
      firstPosition: positionOf(last - recorded.length + 1),
      lastPosition: positionOf(last),
    }
  }

  #stored(own: readonly RecordedEvent[], events: readonly NewEvent[]): AppendVerdict | undefined {
    const first = own.findIndex(({ id }) => id === events[0]?.id)
    if (first === -1) return undefined
    const last = own[first + events.length - 1]
    if (last === undefined) return undefined
    return {
      ok: true,
      alreadyStored: true,
      revision: last.revision,
      firstPosition: (own[first] as RecordedEvent).position,
      lastPosition: last.position,
    }
  }

  /** The log as one process sees it. */
  storeFor(process: SimProcess): EventStore {
    const read = async <A>(work: () => A): Promise<A> => {
      await this.#travel(process)
      if (!(await this.#reach(process))) throw new LogUnavailable({ cause: "no connection" })
      return work()
    }
    return {
      append: async (requests) => {
        this.observer.asked(process, requests)
        return this.#append(process, requests)
      },
      readStream: (stream, { after = 0, limit = READ_LIMIT_EVENTS } = {}) =>
        read(() => this.stream(stream).slice(after, after + limit)),
      readStreams: (streams) =>
        read(() => streams.flatMap((stream) => this.stream(stream)).slice(0, READ_LIMIT_EVENTS)),
      readAll: ({ after, limit }) => read(() => this.events.slice(Number(after), Number(after) + limit)),
      subscribe: (options) => this.#follow(process, options),
      head: () => read(() => positionOf(this.events.length)),
      generation: () => read(() => "log-1"),
    }
  }

  async #append(process: SimProcess, requests: readonly AppendRequest[]): Promise<readonly AppendVerdict[]> {
    const { latency } = env()
    const verdicts: AppendVerdict[] = []
    const refused = requests.map(() => latency.chance(this.faults.overloadedChance))
    await this.#travel(process)
    const isReached = await this.#reach(process)
    let isAnswerLost = false
    for (const [i, request] of requests.entries()) {
      if (refused[i])
        verdicts.push({ ok: false, error: new Overloaded({ retryAfterMillis: OVERLOADED_RETRY_AFTER_MILLIS }) })
      else if (!isReached) verdicts.push({ ok: false, error: new LogUnavailable({ cause: "no connection" }) })
      else {
        const verdict = this.record(request, process)
        const isLost = latency.chance(this.faults.lostReplyChance)
        isAnswerLost ||= isLost
        if (verdict.ok && !isLost) this.observer.answered(process, request)
        verdicts.push(isLost ? { ok: false, error: new LogUnavailable({ cause: "the reply was lost" }) } : verdict)
      }
    }
    await this.#travel(process)
    if (isAnswerLost) await this.#wait(process, latency.between(0, latency.chance(0.8) ? SOON_MILLIS : DEADLINE_MILLIS))
    return verdicts
  }

  #wait(process: SimProcess, millis: number): Promise<void> {
    if (process.isDead) return never()
    return new Promise((resolve) => void env().scheduler.schedule(millis, resolve, process))
  }

  #travel(process: SimProcess): Promise<void> {
    const { latency } = env()
    const slow = this.faults.slowMillis === 0 ? 0 : latency.between(0, this.faults.slowMillis)
    return this.#wait(process, latency.between(0.2, 1.5) + slow)
  }

  /** Waits for the database, but not for ever. */
  async #reach(process: SimProcess): Promise<boolean> {
    if (!this.faults.isAway) return true
    const { scheduler, latency } = env()
    const untilMillis = scheduler.nowMillis + DEADLINE_MILLIS
    while (this.faults.isAway) {
      if (scheduler.nowMillis >= untilMillis) return false
      await this.#wait(process, latency.between(1, RETRY_SHARE_OF_OUTAGE_MILLIS))
    }
    return true
  }

  async *#follow(
    process: SimProcess,
    { after, batchSize = SUBSCRIPTION_BATCH_EVENTS, signal }: SubscribeOptions,
  ): AsyncGenerator<readonly RecordedEvent[], void, undefined> {
    const { latency } = env()
    let cursor = Number(after)
    while (!signal.aborted) {
      if (cursor >= this.events.length) {
        await this.#newsOrEnd(signal)
        if (signal.aborted) return
      }
      await this.#wait(process, latency.between(0.3, 3) + latency.between(0, this.faults.lateNewsMillis))
      while (this.faults.isAway) await this.#wait(process, latency.between(1, RETRY_SHARE_OF_OUTAGE_MILLIS))
      if (signal.aborted) return
      const count = latency.chance(0.2) ? 1 + latency.below(5) : batchSize
      const batch = this.events.slice(cursor, cursor + count)
      if (batch.length === 0) continue
      cursor += batch.length
      this.observer.told(currentProcess() ?? process, cursor)
      yield batch
    }
  }

  #newsOrEnd(signal: AbortSignal): Promise<void> {
    return new Promise((resolve) => {
      const finish = () => {
        this.#listeners.delete(finish)
        signal.removeEventListener("abort", finish)
        resolve()
      }
      this.#listeners.add(finish)
      signal.addEventListener("abort", finish, { once: true })
      if (signal.aborted) finish()
    })
  }
}
