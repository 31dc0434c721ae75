import { env } from "../engine/world-clock.ts"
import { theDisk } from "../model/disk.ts"
import { anyMachine, anyDispatcher, lasts, type Break } from "./break.ts"

export const killDispatcher: Break = (house) => {
  const actor = anyDispatcher(house)
  if (actor === undefined) return undefined
  house.killDispatcher(actor)
  return { what: `${actor.name} is killed`, undo: () => house.startDispatcher(), lastsMillis: lasts(house, 0, 10_000) }
}

export const stopDispatcher: Break = (house) => {
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

export const endLease: Break = (house) => {
  const actor = anyDispatcher(house)
  if (actor === undefined) return undefined
  house.places.shards.lapse(actor.process)
  return { what: `${actor.name} loses its lease` }
}

export const killAgent =
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

export const stopAgent: Break = (house) => {
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

export const restartAgent: Break = (house) => {
  const machine = anyMachine(house)
  if (machine?.isUp !== true) return undefined
  machine.askToStop()
  house.beginTrouble(machine)
  house.after(20_000, () => house.endTrouble(machine))
  return { what: `agent ${machine.number} is asked to stop, and started again` }
}

/** A new incarnation on the same machine; the old agent is killed first, or found running. */
export const replaceAgent: Break = (house) => {
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

export const fillDisk: Break = (house) => {
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

export const loseControlPlane: Break = (house) => {
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
