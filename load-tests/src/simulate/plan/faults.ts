import { keys } from "@muster/team-bus"
import { env } from "../engine/world-clock.ts"
import type { AgentMachine } from "../actors/agents.ts"
import type { DispatcherActor } from "../actors/dispatchers.ts"
import type { House } from "../actors/house.ts"
import { theDisk } from "../model/disk.ts"

/** Something that goes wrong. Answers with how it is undone, or undefined when it can not be done now. */
type Break = (
  house: House,
) => { readonly what: string; readonly undo?: () => void; readonly lastsMillis?: number } | undefined

const LONG_OUTAGE_MIN_MILLIS = 31_000
const LONG_OUTAGE_MAX_MILLIS = 42_000

const anyMachine = (house: House): AgentMachine | undefined => {
  const machines = house.liveMachines()
  return machines.length === 0 ? undefined : house.dice.pick(machines)
}

const anyDispatcher = (house: House): DispatcherActor | undefined =>
  house.dispatchers.length === 0 ? undefined : house.dice.pick(house.dispatchers)

const lasts = (house: House, low: number, high: number): number => house.dice.between(low, high)

/** Some outages are longer than a lease. */
const outage = (house: House, most: number): number =>
  house.dice.chance(0.2) ? lasts(house, LONG_OUTAGE_MIN_MILLIS, LONG_OUTAGE_MAX_MILLIS) : lasts(house, 100, most)

/** Someone else writes to the bus. */
const write = (house: House, key: string, id: string, fields: readonly string[]): void => {
  const { redis } = house.places
  if (redis.isDown || redis.data.isFull || redis.data.stream(key) === undefined) return
  redis.add(key, id, fields, "stranger")
}

const RUBBISH: readonly (readonly string[])[] = [
  ["d", "{"],
  ["d", JSON.stringify({ v: 99 })],
  ["x", "no body"],
  ["d", JSON.stringify({ v: 1, kind: "cancel", taskId: 7 })],
]

const flush: Break = (house) => {
  house.places.redis.flushAll()
  return { what: "FLUSHALL" }
}

const restartBus =
  (keepsData: boolean): Break =>
  (house) => {
    const { redis } = house.places
    if (redis.isDown) return undefined
    redis.goDown(keepsData)
    return {
      what: `Redis is restarted ${keepsData ? "with its data" : "empty"}`,
      undo: () => redis.comeUp(),
      lastsMillis: outage(house, 8_000),
    }
  }

const dropConnections: Break = ({ places }) => {
  places.redis.dropAll(() => true)
  return { what: "all connections to Redis break" }
}

const cutWay: Break = (house) => {
  const { network } = house.places
  const machine = house.dice.chance(0.65) ? anyMachine(house) : undefined
  const party = machine?.process?.name ?? anyDispatcher(house)?.name
  if (party === undefined || !network.isOpen(party)) return undefined
  network.cut(party)
  if (machine !== undefined) house.beginTrouble(machine)
  return {
    what: `${party} does not reach Redis`,
    undo: () => {
      network.mend(party)
      if (machine !== undefined) house.endTrouble(machine)
    },
    lastsMillis: lasts(house, 300, 25_000),
  }
}

const freeze: Break = (house) => {
  house.places.network.freeze()
  return { what: "Redis hangs", undo: () => house.places.network.thaw(), lastsMillis: outage(house, 18_000) }
}

const fill: Break = (house) => {
  const { data } = house.places.redis
  if (data.isFull) return undefined
  data.isFull = true
  const machines = house.liveMachines()
  // Heartbeats are refused as well: nobody can tell this from agents that are silent.
  for (const machine of machines) house.beginTrouble(machine)
  return {
    what: "Redis is full",
    undo: () => {
      data.isFull = false
      for (const machine of machines) house.endTrouble(machine)
    },
    lastsMillis: lasts(house, 500, 15_000),
  }
}

const loseKey =
  (which: "inbox" | "control" | "outbox" | "presence"): Break =>
  (house) => {
    const machine = anyMachine(house)
    if (machine === undefined) return undefined
    house.places.redis.deleteKey(keys[which](machine))
    return { what: `the ${which} of agent ${machine.number} is deleted` }
  }

const loseGeneration: Break = (house) => {
  house.places.redis.deleteKey(keys.generation(house.dice.pick(house.teams)))
  return { what: "the generation of a team is deleted" }
}

const loseEntry: Break = (house) => {
  const machine = anyMachine(house)
  const stream = machine && house.places.redis.data.stream(keys.inbox(machine))
  if (machine === undefined || stream === undefined || stream.entries.length === 0) return undefined
  const { text } = house.dice.pick(stream.entries)
  stream.remove(text)
  house.lostEntries.add(`${machine.memberId} ${text}`)
  return { what: `entry ${text} of the inbox of agent ${machine.number} is lost` }
}

const poison: Break = (house) => {
  const machine = anyMachine(house)
  if (machine === undefined) return undefined
  const where = house.dice.pick(["control", "outbox"] as const)
  write(house, keys[where](machine), "*", house.dice.pick(RUBBISH))
  return { what: `rubbish on the ${where} stream of agent ${machine.number}` }
}

const foreignId: Break = (house) => {
  const machine = anyMachine(house)
  if (machine === undefined) return undefined
  write(house, keys.inbox(machine), "*", house.dice.pick(RUBBISH))
  return { what: `a foreign id on the inbox of agent ${machine.number}` }
}

/** An old report comes once more, as after a write whose answer was lost. */
const repeatReport: Break = (house) => {
  const machine = anyMachine(house)
  if (machine === undefined) return undefined
  const sent = house.reports.sentBy(machine.memberId)
  if (sent.length === 0) return undefined
  const envelope = house.dice.pick(sent)
  write(house, keys.outbox(machine), "*", ["d", JSON.stringify(envelope)])
  return { what: `report ${envelope.seq} of agent ${machine.number} comes once more` }
}

const dropUser: Break = (house) => {
  const machine = anyMachine(house)
  const username = machine?.credentials?.bus.username
  if (machine === undefined || username === undefined) return undefined
  house.places.redis.dropUser(username)
  house.beginTrouble(machine)
  // The dispatcher looks after users every so often; then the agent is let in again.
  house.after(35_000, () => house.endTrouble(machine))
  return { what: `the bus forgets the user of agent ${machine.number}` }
}

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

const killDispatcher: Break = (house) => {
  const actor = anyDispatcher(house)
  if (actor === undefined) return undefined
  house.killDispatcher(actor)
  return { what: `${actor.name} is killed`, undo: () => house.startDispatcher(), lastsMillis: lasts(house, 0, 10_000) }
}

const stopDispatcher: Break = (house) => {
  const actor = anyDispatcher(house)
  if (actor === undefined || actor.process.isStopped) return undefined
  const { scheduler } = env()
  scheduler.stop(actor.process)
  const isReplaced = house.dice.chance(0.6)
  if (isReplaced) house.after(house.dice.between(500, 6_000), () => house.places.shards.lapse(actor.process))
  return {
    what: `${actor.name} stands still${isReplaced ? " and loses its lease" : ""}`,
    undo: () => scheduler.resume(actor.process),
    lastsMillis: lasts(house, 1_000, 45_000),
  }
}

const endLease: Break = (house) => {
  const actor = anyDispatcher(house)
  if (actor === undefined) return undefined
  house.places.shards.lapse(actor.process)
  return { what: `${actor.name} loses its lease` }
}

const killAgent =
  (power: boolean): Break =>
  (house) => {
    const machine = anyMachine(house)
    if (machine?.isUp !== true) return undefined
    machine.kill(power)
    house.beginTrouble(machine)
    const isLong = house.dice.chance(0.2)
    return {
      what: `agent ${machine.number} ${power ? "loses its power" : "is killed"}`,
      undo: () => {
        house.startAgent(machine)
        house.endTrouble(machine)
      },
      lastsMillis: isLong ? lasts(house, 33_000, 48_000) : lasts(house, 0, 12_000),
    }
  }

const stopAgent: Break = (house) => {
  const machine = anyMachine(house)
  const process = machine?.process
  if (machine === undefined || process === undefined || process.isDead || process.isStopped) return undefined
  env().scheduler.stop(process)
  house.beginTrouble(machine)
  return {
    what: `agent ${machine.number} stands still`,
    undo: () => {
      env().scheduler.resume(process)
      house.endTrouble(machine)
    },
    lastsMillis: lasts(house, 1_000, 45_000),
  }
}

const restartAgent: Break = (house) => {
  const machine = anyMachine(house)
  if (machine?.isUp !== true) return undefined
  machine.askToStop()
  house.beginTrouble(machine)
  house.after(20_000, () => house.endTrouble(machine))
  return { what: `agent ${machine.number} is asked to stop, and started again` }
}

/** A new incarnation on the same machine; the old agent is killed first, or found running. */
const replaceAgent: Break = (house) => {
  const machine = anyMachine(house)
  if (machine === undefined) return undefined
  house.beginTrouble(machine)
  if (house.dice.chance(0.5)) machine.kill(false)
  const replace = async () => {
    await house.enrol(machine)
    // One agent per machine: an old one that still runs is told to retire, and its successor waits for its end.
    house.startAgent(machine)
    house.endTrouble(machine)
  }
  void replace()
  return { what: `agent ${machine.number} is bound anew` }
}

const fillDisk: Break = (house) => {
  const machine = anyMachine(house)
  if (machine === undefined) return undefined
  const { folder } = machine
  const { full } = theDisk()
  if (full.has(`${folder}/`)) return undefined
  full.add(`${folder}/`)
  house.beginTrouble(machine)
  return {
    what: `the disk of agent ${machine.number} is full`,
    undo: () => {
      full.delete(`${folder}/`)
      house.endTrouble(machine)
    },
    lastsMillis: lasts(house, 500, 15_000),
  }
}

const loseControlPlane: Break = (house) => {
  const { controlPlane } = house.places
  if (controlPlane.isAway) return undefined
  controlPlane.isAway = true
  return {
    what: "agents do not reach the control plane",
    undo: () => {
      controlPlane.isAway = false
    },
    lastsMillis: lasts(house, 500, 20_000),
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
  [4, logFault("replies of the log are lost, and news is late", loseAndDelay, 9_000)],
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
