import type { Toxic } from "../proxy/toxics.ts"
import { LINKS, TOXICS, type ToxicName } from "../plan/kinds.ts"
import type { Fault } from "../plan/plan.ts"
import type { Random } from "../random.ts"
import type { Agent } from "../stage/agents.ts"
import { signal, withChildren } from "../stage/processes.ts"
import type { Product } from "../stage/product.ts"
import type { Stage } from "../stage/stage.ts"
import { poison } from "./poison.ts"
import type { EndFault } from "./strike.ts"

export interface Strike {
  readonly stage: Stage
  readonly fault: Fault
  /** Chance of this fault alone. */
  readonly random: Random
}

/** Begins a fault; what it returns ends it. It rejects when what it strikes is not there now. */
type Action = (strike: Strike) => Promise<EndFault>

const atOnce: EndFault = async () => undefined

const named = <A extends { readonly name: string }>(all: readonly A[], { target }: Fault): A => {
  const found = all.find(({ name }) => name === target)
  if (found === undefined) throw new RangeError(`there is no ${target}`)
  return found
}

/** A product that runs: one that is being started is waited for. */
const product = async ({ stage, fault }: Strike): Promise<Product> => {
  const found = named(stage.products, fault)
  await found.isUp()
  return found
}
const agent = ({ stage, fault }: Strike): Agent => named(stage.agents, fault)

const localPid = ({ stage, fault }: Strike): number => {
  const pid = stage.pidOfLocal(named(stage.localAgents, fault).memberId)
  if (pid === undefined) throw new RangeError(`${fault.target} does not run now`)
  return pid
}

const killApp: Action = async (strike) => {
  const struck = await product(strike)
  await struck.kill()
  return async () => struck.revive()
}

const pauseApp: Action = async (strike) => {
  const struck = await product(strike)
  struck.pause()
  return async () => struck.resume()
}

const killAgent: Action = async (strike) => {
  const struck = agent(strike)
  struck.kill()
  return async () => struck.revive()
}

const pauseAgent: Action = async (strike) => {
  const struck = agent(strike)
  struck.pause()
  return async () => struck.resume()
}

const signalAll = (pids: readonly number[], name: NodeJS.Signals): void => {
  for (const pid of pids) signal(pid, name)
}

const pause = async (pids: readonly number[]): Promise<EndFault> => {
  signalAll(pids, "SIGSTOP")
  return async () => signalAll(pids, "SIGCONT")
}

const signalPostgres =
  (name: NodeJS.Signals): Action =>
  async ({ stage }) => {
    signal(stage.servers.postgresPid(), name)
    return atOnce
  }

/** Seconds by which a wall clock may be wrong: a skew of minutes, a jump of an hour. */
const JUMPS_SECONDS = [-3_600, -300, -30, 30, 300, 3_600]

const jump = async (struck: Product | Agent, random: Random): Promise<EndFault> => {
  if (struck.clock === undefined) throw new RangeError(`${struck.name} has no clock of its own`)
  const { clock } = struck
  clock.set(random.pick(JUMPS_SECONDS))
  return async () => clock.set(0)
}

const fillDisk: Action = async (strike) => {
  const { disk } = agent(strike)
  if (disk === undefined) throw new RangeError("the agent has no disk of its own")
  disk.fill()
  return async () => disk.free()
}

const toxicOf = (name: ToxicName, random: Random): Toxic => {
  if (name === "delay") return { kind: "delay", millis: random.between(50, 500) }
  if (name === "drip") return { kind: "drip", bytes: random.between(16, 256), everyMillis: random.between(2, 10) }
  return { kind: name }
}

const disturb =
  (name: ToxicName): Action =>
  async ({ stage, fault, random }) => {
    const link = stage.links.find(fault.target)
    link.setToxic(toxicOf(name, random))
    return async () => link.setToxic(undefined)
  }

const onRedis =
  (
    act: (strike: Strike, redis: Parameters<Parameters<Stage["servers"]["onRedis"]>[0]>[0]) => Promise<unknown>,
  ): Action =>
  async (strike) => {
    await strike.stage.servers.onRedis((redis) => act(strike, redis))
    return atOnce
  }

const membersOf = ({ crews }: Stage) =>
  crews.flatMap(({ teamId, memberIds }) => memberIds.map((memberId) => ({ teamId, memberId })))

const wipeUsers = onRedis(async (_, redis) => {
  const users = (await redis.call("ACL", "USERS")) as readonly string[]
  const others = users.filter((user) => user !== "default")
  if (others.length === 0) throw new RangeError("the bus has no users now")
  await redis.call("ACL", "DELUSER", ...others)
})

const poisoned = (stream: "inbox" | "control" | "outbox"): Action =>
  onRedis(({ stage, random }, redis) => poison(redis, stream, membersOf(stage), random))

/** How each kind of fault is brought about. */
export const actions: Readonly<Record<string, Action>> = {
  "kill app": killApp,
  "pause app": pauseApp,
  "kill agent": killAgent,
  "pause agent": pauseAgent,
  "pause agent past its lease": pauseAgent,
  "kill local agent": async (strike) => {
    signal(localPid(strike), "SIGKILL")
    return atOnce
  },
  "pause local agent": async (strike) => pause([localPid(strike)]),
  "kill redis": async ({ stage }) => {
    signal(stage.servers.redisPid(), "SIGKILL")
    return atOnce
  },
  "restart redis empty": async ({ stage }) => {
    signal(stage.servers.redisPid(), "SIGTERM")
    return atOnce
  },
  "pause redis": async ({ stage }) => pause([stage.servers.redisPid()]),
  "kill postgres": signalPostgres("SIGKILL"),
  "stop postgres at once": signalPostgres("SIGQUIT"),
  "pause postgres": async ({ stage }) => pause(withChildren(stage.servers.postgresPid())),
  "flush redis": onRedis((_, redis) => redis.flushall()),
  "kill redis clients": onRedis((_, redis) => redis.call("CLIENT", "KILL", "TYPE", "normal", "SKIPME", "yes")),
  "wipe redis users": wipeUsers,
  "terminate postgres backends": async ({ stage }) => {
    await stage.servers.asSuperuser(
      (sql) => sql`select pg_terminate_backend(pid) from pg_stat_activity where pid <> pg_backend_pid()`,
    )
    return atOnce
  },
  "fill agent's disk": fillDisk,
  "jump app's clock": async (strike) => jump(await product(strike), strike.random),
  "jump agent's clock": async (strike) => jump(agent(strike), strike.random),
  "poison inbox": poisoned("inbox"),
  "poison control stream": poisoned("control"),
  "poison outbox": poisoned("outbox"),
  ...Object.fromEntries(LINKS.flatMap((link) => TOXICS.map((toxic) => [`${toxic} ${link}`, disturb(toxic)]))),
}
