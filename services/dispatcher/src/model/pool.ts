import { poolKey, type PoolTarget } from "@muster/domain"
import { TaskQueue, type Queued } from "#src/model/queue.ts"

export interface Pool {
  readonly target: PoolTarget
  readonly queue: TaskQueue
}

/** Work that waits for whoever has the skills: a queue for each set of skills, so that one nobody has keeps none of the others. */
export class Pools {
  readonly #byTeam = new Map<string, Map<string, Pool>>()

  of(teamId: string): Iterable<Pool> {
    return this.#byTeam.get(teamId)?.values() ?? []
  }

  has(teamId: string): boolean {
    return this.#byTeam.has(teamId)
  }

  add(teamId: string, target: PoolTarget, item: Queued): void {
    let pools = this.#byTeam.get(teamId)
    if (pools === undefined) this.#byTeam.set(teamId, (pools = new Map()))
    const key = poolKey(target)
    let pool = pools.get(key)
    if (pool === undefined) pools.set(key, (pool = { target, queue: new TaskQueue() }))
    pool.queue.add(item)
  }

  /** `item` as it was added. */
  remove(teamId: string, target: PoolTarget, item: Queued): void {
    const pools = this.#byTeam.get(teamId)
    const key = poolKey(target)
    const pool = pools?.get(key)
    if (pools === undefined || pool === undefined) return
    pool.queue.remove(item)
    if (pool.queue.length > 0) return
    pools.delete(key)
    if (pools.size === 0) this.#byTeam.delete(teamId)
  }
}
