import { keys } from "@muster/team-bus"
import { anyMachine, anyDispatcher, lasts, outage, write, RUBBISH, type Break } from "./break.ts"

export const flush: Break = (house) => {
  house.places.redis.flushAll()
  return { what: "FLUSHALL" }
}

export const restartBus =
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

export const dropConnections: Break = ({ places }) => {
  places.redis.dropAll(() => true)
  return { what: "all connections to Redis break" }
}

export const cutWay: Break = (house) => {
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

export const freeze: Break = (house) => {
  house.places.network.freeze()
  return { what: "Redis hangs", undo: () => house.places.network.thaw(), lastsMillis: outage(house, 18_000) }
}

/** Everything arrives, in order and late. */
export const slowBus: Break = (house) => {
  const { network } = house.places
  if (network.slowMillis > 0) return undefined
  network.slowMillis = house.dice.pick([200, 800, 2_000])
  return {
    what: `the ways to Redis take up to ${network.slowMillis} ms more`,
    undo: () => {
      network.slowMillis = 0
    },
    lastsMillis: lasts(house, 500, 15_000),
  }
}

/** What one who deletes by a pattern does. */
export const loseStreams: Break = (house) => {
  const machine = anyMachine(house)
  if (machine === undefined) return undefined
  for (const which of ["inbox", "control", "outbox"] as const) house.places.redis.deleteKey(keys[which](machine))
  return { what: `all streams of agent ${machine.number} are deleted` }
}

export const fill: Break = (house) => {
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

export const loseKey =
  (which: "inbox" | "control" | "outbox" | "presence"): Break =>
  (house) => {
    const machine = anyMachine(house)
    if (machine === undefined) return undefined
    house.places.redis.deleteKey(keys[which](machine))
    return { what: `the ${which} of agent ${machine.number} is deleted` }
  }

export const loseGeneration: Break = (house) => {
  house.places.redis.deleteKey(keys.generation(house.dice.pick(house.teams)))
  return { what: "the generation of a team is deleted" }
}

export const loseEntry: Break = (house) => {
  const machine = anyMachine(house)
  const stream = machine && house.places.redis.data.stream(keys.inbox(machine))
  if (machine === undefined || stream === undefined || stream.entries.length === 0) return undefined
  const { text } = house.dice.pick(stream.entries)
  stream.remove(text)
  house.lostEntries.add(`${machine.memberId} ${text}`)
  return { what: `entry ${text} of the inbox of agent ${machine.number} is lost` }
}

export const poison: Break = (house) => {
  const machine = anyMachine(house)
  if (machine === undefined) return undefined
  const where = house.dice.pick(["control", "outbox"] as const)
  write(house, keys[where](machine), "*", house.dice.pick(RUBBISH))
  return { what: `rubbish on the ${where} stream of agent ${machine.number}` }
}

export const foreignId: Break = (house) => {
  const machine = anyMachine(house)
  if (machine === undefined) return undefined
  write(house, keys.inbox(machine), "*", house.dice.pick(RUBBISH))
  return { what: `a foreign id on the inbox of agent ${machine.number}` }
}

/** An old report comes once more, as after a write whose answer was lost. */
export const repeatReport: Break = (house) => {
  const machine = anyMachine(house)
  if (machine === undefined) return undefined
  const sent = house.reports.sentBy(machine.memberId)
  if (sent.length === 0) return undefined
  const envelope = house.dice.pick(sent)
  write(house, keys.outbox(machine), "*", ["d", JSON.stringify(envelope)])
  return { what: `report ${envelope.seq} of agent ${machine.number} comes once more` }
}

export const dropUser: Break = (house) => {
  const machine = anyMachine(house)
  const username = machine?.credentials?.bus.username
  if (machine === undefined || username === undefined) return undefined
  house.places.redis.dropUser(username)
  house.beginTrouble(machine)
  // The dispatcher looks after users every so often; then the agent is let in again.
  house.after(35_000, () => house.endTrouble(machine))
  return { what: `the bus forgets the user of agent ${machine.number}` }
}
