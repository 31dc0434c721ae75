import { OperationalStateUnavailable, type Shards } from "@muster/operational-state"
import { EPOCH_MILLIS, type SimProcess } from "../engine/scheduler.ts"
import { env } from "../engine/world-clock.ts"

/** A statement about leases that is not answered in time fails. */
const STATEMENT_TIMEOUT_MILLIS = 2_000

interface Lease {
  epoch: number
  owner: string | undefined
  isLapsed: boolean
}

/** The tables of shared work, as app.beat_shards and its sisters keep them: every time is the database's own. */
export class ShardLeases {
  readonly #live = new Map<string, number>()
  readonly #shards: Lease[] = []
  readonly #process = new Map<SimProcess, Set<string>>()
  /** Nobody reaches the database. */
  isAway = false

  portFor(process: SimProcess): Shards {
    const ask = async <A>(processId: string, work: () => A): Promise<A> => {
      const ids = this.#process.get(process) ?? new Set()
      this.#process.set(process, ids.add(processId))
      await this.#wait(process, env().latency.between(0.3, 3))
      if (this.isAway) {
        await this.#wait(process, STATEMENT_TIMEOUT_MILLIS)
        throw new OperationalStateUnavailable({ cause: "no connection" })
      }
      const answer = work()
      await this.#wait(process, env().latency.between(0.1, 1))
      return answer
    }
    return {
      beat: ({ processId, shards, leaseMillis }) => ask(processId, () => this.#beat(processId, shards, leaseMillis)),
      release: ({ processId, shards }) =>
        ask(processId, () => {
          for (const shard of shards) this.#free(shard, processId, false)
        }),
      leave: ({ processId }) =>
        ask(processId, () => {
          for (const shard of this.#shards.keys()) this.#free(shard, processId, false)
          this.#live.delete(processId)
        }),
    }
  }

  /** As if the process had not been heard any more: others may take what it owns. */
  lapse(process: SimProcess): void {
    for (const id of this.#process.get(process) ?? []) this.#live.delete(id)
  }

  #wait(process: SimProcess, millis: number): Promise<void> {
    return new Promise((resolve) => void env().scheduler.schedule(millis, resolve, process))
  }

  #free(shard: number, processId: string, isLapsed: boolean): void {
    const lease = this.#shards[shard]
    if (lease?.owner !== processId) return
    lease.owner = undefined
    lease.isLapsed = isLapsed
  }

  #beat(processId: string, count: number, leaseMillis: number) {
    const { nowMillis } = env().scheduler
    for (const [id, untilMillis] of this.#live) if (untilMillis <= nowMillis) this.#live.delete(id)
    for (const [shard, { owner }] of this.#shards.entries())
      if (owner !== undefined && !this.#live.has(owner)) this.#free(shard, owner, true)
    this.#live.set(processId, nowMillis + leaseMillis)
    while (this.#shards.length < count) this.#shards.push({ epoch: 0, owner: undefined, isLapsed: false })
    let room = Math.ceil(count / this.#live.size) - this.#shards.filter(({ owner }) => owner === processId).length
    let takenOver = 0
    for (const lease of this.#shards) {
      if (room <= 0) break
      if (lease.owner !== undefined) continue
      if (lease.isLapsed) takenOver += 1
      lease.owner = processId
      lease.epoch += 1
      lease.isLapsed = false
      room -= 1
    }
    const owned = this.#shards.flatMap(({ owner, epoch }, shard) =>
      owner === processId ? [{ shard, epoch: String(epoch) }] : [],
    )
    return { owned, takenOver, liveProcesses: this.#live.size, databaseMillis: EPOCH_MILLIS + nowMillis }
  }
}
