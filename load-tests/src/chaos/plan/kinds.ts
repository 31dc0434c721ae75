/** What can be struck. A link is one direction of talk: who calls, and whom. */
export const LINKS = ["agent-redis", "app-postgres", "app-redis", "client-app"] as const
export type Link = (typeof LINKS)[number]

export const TOXICS = ["partition", "half-open", "reset", "delay", "drip", "cut"] as const
export type ToxicName = (typeof TOXICS)[number]

/** Of what kind the thing is that a fault needs for itself. */
export type Victim = "app" | "agent" | "local-agent" | "small-disk-agent" | "redis" | "postgres" | `link ${Link}`

/** What this machine allows. */
export interface Abilities {
  /** A small file system of our own can be mounted. */
  readonly smallDisk: boolean
  /** Processes can be given a clock of their own. */
  readonly ownClock: boolean
}

export interface Kind {
  readonly name: string
  readonly victim: Victim
  /** How long it lasts, in the range; nought: it is over at once, or its victim is brought back by somebody else. */
  readonly minMillis: number
  readonly maxMillis: number
  readonly weight: number
  readonly needs?: keyof Abilities
}

const kind = (name: string, victim: Victim, minMillis: number, maxMillis: number, weight = 1): Kind => ({
  name,
  victim,
  minMillis,
  maxMillis,
  weight,
})

/** Beyond an agent's lease of thirty seconds. */
const PAST_LEASE_MIN_MILLIS = 33_000
const PAST_LEASE_MAX_MILLIS = 40_000

const PROCESSES: readonly Kind[] = [
  kind("kill app", "app", 100, 3_000, 3),
  kind("kill agent", "agent", 100, 3_000, 3),
  kind("kill local agent", "local-agent", 0, 0),
  kind("kill redis", "redis", 0, 0, 2),
  kind("kill postgres", "postgres", 0, 0, 2),
  kind("stop postgres at once", "postgres", 0, 0, 2),
  kind("pause app", "app", 2_000, 14_000, 2),
  kind("pause agent", "agent", 2_000, 12_000, 2),
  kind("pause agent past its lease", "agent", PAST_LEASE_MIN_MILLIS, PAST_LEASE_MAX_MILLIS),
  kind("pause local agent", "local-agent", 2_000, 8_000),
  kind("pause redis", "redis", 2_000, 8_000),
  kind("pause postgres", "postgres", 2_000, 8_000),
]

const SERVERS: readonly Kind[] = [
  kind("flush redis", "redis", 0, 0, 3),
  kind("restart redis empty", "redis", 0, 0, 2),
  kind("kill redis clients", "redis", 0, 0),
  kind("wipe redis users", "redis", 0, 0, 2),
  kind("terminate postgres backends", "postgres", 0, 0, 2),
]

const TOXIC_RANGES: Readonly<Record<ToxicName, readonly [number, number]>> = {
  partition: [2_000, 9_000],
  "half-open": [0, 3_000],
  reset: [0, 2_500],
  delay: [3_000, 9_000],
  drip: [2_000, 5_000],
  cut: [500, 3_000],
}

const NETWORK: readonly Kind[] = LINKS.flatMap((link) =>
  TOXICS.map((toxic) => kind(`${toxic} ${link}`, `link ${link}`, ...TOXIC_RANGES[toxic])),
)

const SURROUNDINGS: readonly Kind[] = [
  { ...kind("fill agent's disk", "small-disk-agent", 2_000, 8_000, 2), needs: "smallDisk" },
  { ...kind("jump app's clock", "app", 2_000, 15_000, 2), needs: "ownClock" },
  { ...kind("jump agent's clock", "agent", 2_000, 15_000, 2), needs: "ownClock" },
]

const POISON: readonly Kind[] = [
  kind("poison inbox", "redis", 0, 0, 2),
  kind("poison control stream", "redis", 0, 0),
  kind("poison outbox", "redis", 0, 0, 2),
]

export const KINDS: readonly Kind[] = [...PROCESSES, ...SERVERS, ...NETWORK, ...SURROUNDINGS, ...POISON]

/** Kinds that this machine does not allow, with the reason. */
export const leftOut = (abilities: Abilities): readonly string[] =>
  KINDS.filter(({ needs }) => needs !== undefined && !abilities[needs]).map(({ name }) => name)
