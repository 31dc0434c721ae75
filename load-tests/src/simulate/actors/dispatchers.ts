import { DEFAULT_TIMINGS, startDispatcher, type OpenWork, type RunningDispatcher } from "@muster/dispatcher/testing"
import type { MemberId, Position, ScheduleId, TaskId, TeamId } from "@muster/domain"
import { openTeamBus, type BusUser } from "@muster/team-bus"
import { makeProcess, runAs, type SimProcess } from "../engine/scheduler.ts"
import { env } from "../engine/world-clock.ts"
import { world } from "../model/world.ts"
import type { Verdict } from "../oracles/verdict.ts"
import { isClosing } from "../oracles/records.ts"
import type { Trace } from "../trace.ts"

/** Read models are so far behind at most. */
const READ_MODELS_BEHIND_MAX_EVENTS = 30

/** What may end a life of the dispatcher: what it stands on was away. Anything else is a bug of its own. */
const isOutage = (reason: string): boolean =>
  /LogUnavailable|OperationalStateUnavailable|BusFenced|BusUnavailable|BusDenied|BusGroupMissing|BusRefused|Overloaded|cannot be reached|ReadModelsUnavailable/u.test(
    reason,
  )

export interface DispatcherActor {
  readonly name: string
  process: SimProcess
  stop: () => Promise<void>
  /** The short way of dispatches that come in at the same process. */
  readonly handOver: RunningDispatcher["handOver"]
}

export interface DispatcherDeps {
  readonly busUsers: () => readonly BusUser[]
  readonly verdict: Verdict
  readonly trace: Trace
}

/** The read models as a dispatcher finds them: true, but behind the log. */
const openWorkOf = (process: SimProcess): OpenWork => {
  const { log } = world()
  let position = 0
  const seen = () => log.events.slice(0, position + env().latency.below(log.events.length - position + 1))
  const wait = () =>
    new Promise<void>((resolve) => void env().scheduler.schedule(env().latency.between(0.5, 4), resolve, process))
  const ids = (prefix: string, isIn: (types: readonly string[]) => boolean) => {
    const types = new Map<string, { readonly teamId: TeamId; readonly own: string[] }>()
    for (const { stream, type, meta } of seen()) {
      if (!stream.startsWith(prefix)) continue
      const known = types.get(stream)
      if (known === undefined) types.set(stream, { teamId: meta.team as TeamId, own: [type] })
      else known.own.push(type)
    }
    return [...types]
      .filter(([, { own }]) => isIn(own))
      .map(([stream, { teamId }]) => ({ id: stream.slice(prefix.length), teamId }))
  }
  const isOpen = (types: readonly string[]) => {
    const closed = types.findLastIndex(isClosing)
    const opened = types.findLastIndex((type) => type === "TaskRetried" || type === "TaskRedriven")
    return closed <= opened || closed === -1
  }
  return {
    position: async () => {
      await wait()
      position = Math.max(0, log.events.length - env().latency.below(READ_MODELS_BEHIND_MAX_EVENTS))
      return String(position) as Position
    },
    openTasks: async () => {
      await wait()
      return ids("task-", isOpen).map(({ id, teamId }) => ({ taskId: id as TaskId, teamId }))
    },
    members: async () => {
      await wait()
      return ids("member-", (types) => !types.includes("MemberRemoved")).map(({ id, teamId }) => ({
        memberId: id as MemberId,
        teamId,
      }))
    },
    teams: async () => {
      await wait()
      return ids("team-", () => true).map(({ id }) => ({ teamId: id as TeamId }))
    },
    schedules: async () => {
      await wait()
      return ids("schedule-", () => true).map(({ id, teamId }) => ({ scheduleId: id as ScheduleId, teamId }))
    },
  }
}

/** Starts the product's dispatcher as a process of its own. */
export const startDispatcherProcess = (name: string, { busUsers, verdict, trace }: DispatcherDeps): DispatcherActor => {
  const process = makeProcess(name)
  const say = (level: string) => (fields: object, message: string) => {
    trace.say(name, level, message, fields)
    const reason = "reason" in fields ? String(fields.reason) : ""
    if (level === "error" && message.includes("begins again") && !isOutage(reason))
      verdict.broken("no loop fails by itself", `${name}: ${reason}`)
    if (message.includes("cannot be folded"))
      verdict.broken("every stream can be folded", `${name}: ${JSON.stringify(fields)}`)
  }
  const log = { debug: say("debug"), info: say("info"), warn: say("warn"), error: say("error") }
  return runAs(process, () => {
    const bus = openTeamBus({ url: "redis://simulated", log })
    const running = startDispatcher({
      store: world().log.storeFor(process),
      bus,
      openWork: openWorkOf(process),
      busUsers: async () => busUsers(),
      log,
      timings: DEFAULT_TIMINGS,
      shards: world().shards.portFor(process),
    })
    const stop = async () => {
      await running.stop()
      await bus.close()
    }
    return { name, process, stop, handOver: running.handOver }
  })
}

/** kill -9: it is gone between any two steps; its lease ends by itself. */
export const killDispatcher = ({ process }: DispatcherActor): void => {
  env().scheduler.kill(process)
  world().redis.dropAll(({ party }) => party === process.name)
}
