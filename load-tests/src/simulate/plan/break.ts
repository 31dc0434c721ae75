import type { AgentMachine } from "../actors/agents.ts"
import type { DispatcherActor } from "../actors/dispatchers.ts"
import type { House } from "../actors/house.ts"

/** Something that goes wrong. Answers with how it is undone, or undefined when it can not be done now. */
export type Break = (
  house: House,
) => { readonly what: string; readonly undo?: () => void; readonly lastsMillis?: number } | undefined

const LONG_OUTAGE_MIN_MILLIS = 31_000
const LONG_OUTAGE_MAX_MILLIS = 42_000

export const anyMachine = (house: House): AgentMachine | undefined => {
  const machines = house.liveMachines()
  return machines.length === 0 ? undefined : house.dice.pick(machines)
}

export const anyDispatcher = (house: House): DispatcherActor | undefined =>
  house.dispatchers.length === 0 ? undefined : house.dice.pick(house.dispatchers)

export const lasts = (house: House, low: number, high: number): number => house.dice.between(low, high)

/** Some outages are longer than a lease. */
export const outage = (house: House, most: number): number =>
  house.dice.chance(0.2) ? lasts(house, LONG_OUTAGE_MIN_MILLIS, LONG_OUTAGE_MAX_MILLIS) : lasts(house, 100, most)

/** Someone else writes to the bus. */
export const write = (house: House, key: string, id: string, fields: readonly string[]): void => {
  const { redis } = house.places
  if (redis.isDown || redis.data.isFull || redis.data.stream(key) === undefined) return
  redis.add(key, id, fields, "stranger")
}

export const RUBBISH: readonly (readonly string[])[] = [
  ["d", "{"],
  ["d", JSON.stringify({ v: 99 })],
  ["x", "no body"],
  ["d", JSON.stringify({ v: 1, kind: "cancel", taskId: 7 })],
]
