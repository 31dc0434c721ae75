import { comparePositions } from "@muster/domain"

export interface Queued {
  readonly taskId: string
  readonly priority: number
  readonly position: string
}

/** Higher priority first, then earlier position. */
export const compareQueued = (a: Queued, b: Queued): number =>
  b.priority - a.priority || comparePositions(a.position, b.position) || (a.taskId < b.taskId ? -1 : 1)

/** Tasks that wait for a member: higher priority first, then earlier position. A sorted array: moving pointers is cheap. */
export class TaskQueue {
  readonly #items: Queued[] = []

  get length(): number {
    return this.#items.length
  }

  #placeOf(item: Queued): number {
    let low = 0
    let high = this.#items.length
    while (low < high) {
      const middle = (low + high) >>> 1
      const there = this.#items[middle] as Queued
      if (there.taskId !== item.taskId && compareQueued(there, item) < 0) low = middle + 1
      else high = middle
    }
    return low
  }

  add(item: Queued): void {
    const place = this.#placeOf(item)
    if (this.#items[place]?.taskId !== item.taskId) this.#items.splice(place, 0, item)
  }

  /** `item` as it was added. */
  remove(item: Queued): void {
    const place = this.#placeOf(item)
    if (this.#items[place]?.taskId === item.taskId) this.#items.splice(place, 1)
  }

  /** The first `count`; they stay in the queue. */
  first(count: number): readonly Queued[] {
    return this.#items.slice(0, Math.max(0, count))
  }
}
