import { isRepeated, type Repeated, thinReports } from "#src/model/progress.ts"

/** A report on its way into the log. */
interface Sent {
  readonly kind: string
  /** Where it stands on its stream. */
  readonly key: string
}

/** How often a kind of report may become an event of one task. */
export type Intervals = Readonly<Record<Repeated, number>>

interface Deferred<S> {
  readonly taskId: string
  readonly sent: S
  readonly dueMillis: number
}

const slotOf = (taskId: string, kind: string): string => `${taskId}/${kind}`

/** What agents say again and again: when it was recorded last, and what waits until it may be again. */
export class Repeats<S extends Sent> {
  readonly #intervals: Intervals
  readonly #last = new Map<string, { readonly taskId: string; readonly millis: number }>()
  readonly #deferred = new Map<string, Deferred<S>>()
  readonly #keys = new Set<string>()

  constructor(intervals: Intervals) {
    this.#intervals = intervals
  }

  /** True for a report that waits here: it is still pending on its stream. */
  waits(key: string): boolean {
    return this.#keys.has(key)
  }

  noteRecorded(taskId: string, kind: string, nowMillis: number): void {
    if (isRepeated(kind)) this.#last.set(slotOf(taskId, kind), { taskId, millis: nowMillis })
  }

  defer(taskId: string, sent: S, dueMillis: number): void {
    this.#deferred.set(slotOf(taskId, sent.kind), { taskId, sent, dueMillis })
    this.#keys.add(sent.key)
  }

  /** Something newer took its place. */
  isReplaced(taskId: string, sent: S): boolean {
    return this.#deferred.has(slotOf(taskId, sent.kind))
  }

  /** Thins out the reports of a task, those that waited first; what comes too soon waits. */
  thin(taskId: string, reports: readonly S[], nowMillis: number): { now: readonly S[]; dropped: readonly S[] } {
    const waited = [this.#take(taskId, "progress"), this.#take(taskId, "usage")].filter((sent) => sent !== undefined)
    const { now, later, dropped } = thinReports(
      [...waited, ...reports],
      (kind) => this.#dueMillis(taskId, kind) > nowMillis,
    )
    for (const sent of later) this.defer(taskId, sent, this.#dueMillis(taskId, sent.kind as Repeated))
    return { now, dropped }
  }

  /** What may be recorded now; it waits no more. */
  takeDue(nowMillis: number): readonly Deferred<S>[] {
    const due = [...this.#deferred.values()].filter(({ dueMillis }) => dueMillis <= nowMillis)
    for (const { taskId, sent } of due) this.#take(taskId, sent.kind)
    return due
  }

  /** Forgets tasks that are not open any more. */
  keepOnly(isOpen: (taskId: string) => boolean): void {
    for (const [slot, { taskId }] of this.#last) if (!isOpen(taskId)) this.#last.delete(slot)
  }

  #take(taskId: string, kind: string): S | undefined {
    const slot = slotOf(taskId, kind)
    const found = this.#deferred.get(slot)
    if (found === undefined) return undefined
    this.#deferred.delete(slot)
    this.#keys.delete(found.sent.key)
    return found.sent
  }

  #dueMillis(taskId: string, kind: Repeated): number {
    const last = this.#last.get(slotOf(taskId, kind))
    return last === undefined ? Number.NEGATIVE_INFINITY : last.millis + this.#intervals[kind]
  }
}
