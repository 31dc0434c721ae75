import type { House } from "../actors/house.ts"
import { lasts, type Break } from "./break.ts"
import {
  flush,
  restartBus,
  slowBus,
  loseStreams,
  dropConnections,
  cutWay,
  freeze,
  fill,
  loseKey,
  loseGeneration,
  loseEntry,
  poison,
  foreignId,
  repeatReport,
  dropUser,
} from "./bus-breaks.ts"
import {
  killDispatcher,
  stopDispatcher,
  endLease,
  killAgent,
  stopAgent,
  restartAgent,
  replaceAgent,
  fillDisk,
  loseControlPlane,
} from "./process-breaks.ts"

const logFault =
  (what: string, begin: (faults: House["places"]["log"]["faults"]) => void, most: number): Break =>
  (house) => {
    const { faults } = house.places.log
    const before = { ...faults }
    begin(faults)
    return {
      what,
      undo: () => {
        Object.assign(faults, { ...faults, ...undone(before, faults) })
      },
      lastsMillis: lasts(house, 500, most),
    }
  }

/** What was recorded unknown is then learned of after what was recorded later. */
const loseAndDelay = (faults: House["places"]["log"]["faults"]): void => {
  faults.lostReplyChance = 0.4
  faults.lateNewsMillis = 6_000
}

/** Nothing arrives as it should: what is recorded, what is told of it, what goes to the bus. */
const badNetwork: Break = (house) => {
  const { network } = house.places
  const log = logFault("the whole network is bad", loseAndDelay, 20_000)(house)
  const isOurs = network.slowMillis === 0
  if (isOurs) network.slowMillis = 3_000
  const undo = () => {
    if (isOurs) network.slowMillis = 0
    log?.undo?.()
  }
  return log && { ...log, undo }
}

/** Only one of a kind at a time: whatever ends first ends it. */
const undone = (before: object, now: object): object =>
  Object.fromEntries(
    Object.entries(now)
      .filter(([key, value]) => (before as Record<string, unknown>)[key] !== value)
      .map(([key, value]) => [key, typeof value === "boolean" ? false : 0]),
  )

const loseLeases: Break = (house) => {
  const { shards } = house.places
  if (shards.isAway) return undefined
  shards.isAway = true
  return {
    what: "leases can not be renewed",
    undo: () => {
      shards.isAway = false
    },
    lastsMillis: lasts(house, 500, 15_000),
  }
}

/** Everything that can go wrong, and how often it does beside the others. */
const breaks: readonly (readonly [weight: number, Break])[] = [
  [6, flush],
  [4, restartBus(false)],
  [4, restartBus(true)],
  [3, dropConnections],
  [10, cutWay],
  [4, freeze],
  [4, fill],
  [6, slowBus],
  [3, loseStreams],
  [4, loseKey("inbox")],
  [3, loseKey("control")],
  [3, loseKey("outbox")],
  [2, loseKey("presence")],
  [3, loseGeneration],
  [4, loseEntry],
  [4, poison],
  [3, foreignId],
  [4, repeatReport],
  [3, dropUser],
  [4, loseLeases],
  [7, logFault("nobody reaches the log", (faults) => (faults.isAway = true), 25_000)],
  [5, logFault("replies of the log are lost", (faults) => (faults.lostReplyChance = 0.4), 6_000)],
  [4, logFault("replies of the log are lost, and news is late", loseAndDelay, 12_000)],
  [12, badNetwork],
  [5, logFault("the log has no room", (faults) => (faults.overloadedChance = 0.5), 8_000)],
  [5, logFault("the log is slow", (faults) => (faults.slowMillis = 3_000), 10_000)],
  [6, logFault("news of events is late", (faults) => (faults.lateNewsMillis = 8_000), 15_000)],
  [10, killDispatcher],
  [5, stopDispatcher],
  [3, endLease],
  [10, killAgent(false)],
  [4, killAgent(true)],
  [6, stopAgent],
  [3, restartAgent],
  [5, replaceAgent],
  [3, fillDisk],
  [4, loseControlPlane],
]

const TRIES_MAX = 5

/** What is wrong now, and how it is undone. */
export class Faults {
  readonly #house: House
  readonly #active = new Set<() => void>()
  count = 0
  /** When something last went wrong, or ended. */
  lastMillis = 0

  constructor(house: House) {
    this.#house = house
  }

  /** Something goes wrong. */
  strike(): void {
    const house = this.#house
    for (let tries = 0; tries < TRIES_MAX; tries += 1) {
      const done = house.dice.weighted(breaks)(house)
      if (done === undefined) continue
      this.count += 1
      this.lastMillis = house.nowMillis
      house.trace.say("fault", "begins", done.what)
      const { undo, lastsMillis = 0, what } = done
      if (undo === undefined) return
      const end = () => {
        if (!this.#active.delete(end)) return
        house.trace.say("fault", "ends", what)
        this.lastMillis = house.nowMillis
        undo()
      }
      this.#active.add(end)
      house.after(lastsMillis, end)
      return
    }
  }

  /** All is well again. */
  heal(): void {
    for (const end of this.#active) end()
    this.#house.isHealed = true
  }
}
