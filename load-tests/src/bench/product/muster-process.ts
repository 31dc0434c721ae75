import { setTimeout as delay } from "node:timers/promises"
import { setFlagsFromString } from "node:v8"
import { runInNewContext } from "node:vm"
import { Blobs } from "@muster/blobs"
import { ensureOrganisation } from "@muster/control-plane"
import { openHandlers, type PersonSubject } from "@muster/control-plane/testing"
import type { Position, TeamId } from "@muster/domain"
import { EventStore } from "@muster/event-store"
import { OperationalState } from "@muster/operational-state"
import { createLogger, readConfig } from "@muster/platform"
import { ReadModels } from "@muster/read-models"
import { AGENT_SOURCE, standalone, type Inside } from "@muster/standalone/program"
import { TeamBus } from "@muster/team-bus"
import { Effect, Exit, Fiber } from "effect"
import { makeAwaited } from "../dispatch/awaited.ts"
import { closedLoop, type Loop } from "../dispatch/closed-loop.ts"
import { serveHelper, type Handler } from "../helper/serve.ts"
import { LOOK_AGAIN_MILLIS } from "../limits.ts"
import { atRate } from "../pacing.ts"
import { percentile, rounded } from "../statistics.ts"
import { leaderOf, makeCommands } from "./commands.ts"
import { writeProfiledAgent } from "./profiled-agent.ts"
import type { Invitation, LoopFigures, MadeTeam, ProductInput, TeamInput, Usage } from "./open.ts"

/** Muster in a process of its own, with the load generator beside its services: commands enter behind the door. */

const OUTCOMES: ReadonlySet<string> = new Set([
  "TaskSucceeded",
  "TaskFailed",
  "TaskCancelled",
  "TaskExpired",
  "TaskDeadLettered",
])
const STREAM_PREFIX = "task-".length

interface PostAtRate {
  readonly team: MadeTeam
  readonly filler: string
  readonly perSecond: number
  readonly seconds: number
}

const usage = (): Usage => {
  const { user, system } = process.cpuUsage()
  return { cpuSeconds: (user + system) / 1e6 }
}

/** Collects all garbage first; needs no flag at the start. */
const heapBytes = (): number => {
  setFlagsFromString("--expose-gc")
  const collect = runInNewContext("gc") as () => void
  collect()
  collect()
  return process.memoryUsage().heapUsed
}

const alongside = ({ door, handOver }: Inside, serve: (handlers: Readonly<Record<string, Handler>>) => void) =>
  Effect.gen(function* () {
    const log = yield* EventStore
    const reads = yield* ReadModels
    const state = yield* OperationalState
    const blobs = yield* Blobs
    const bus = yield* TeamBus
    const logger = createLogger({ service: "bench" })
    const handlers = yield* Effect.promise(() => openHandlers({ log, reads, state, blobs, bus, logger, handOver }))
    const controlPlaneUrl = door.url
    const { orgId } = yield* Effect.promise(() => ensureOrganisation(log))
    const subject: PersonSubject = leaderOf(orgId)
    const commands = makeCommands(handlers, subject)

    const outcomes = makeAwaited()
    const following = new AbortController()
    const follow = async (after: Position): Promise<void> => {
      for await (const events of log.subscribe({ after, signal: following.signal }))
        for (const { type, stream } of events) if (OUTCOMES.has(type)) outcomes.ended(stream.slice(STREAM_PREFIX))
    }
    const head = yield* Effect.promise(() => log.head())
    yield* Effect.acquireRelease(
      Effect.sync(() => ({ followed: follow(head) })),
      ({ followed }) =>
        Effect.promise(() => {
          following.abort()
          return followed
        }),
    )

    let dispatched = 0
    const dispatch = (team: MadeTeam): Promise<string> => commands.dispatch(team, dispatched++)
    const untilPresent = async ({ teamId, memberIds }: MadeTeam): Promise<void> => {
      for (;;) {
        const members = await reads.members.list(subject, teamId as TeamId)
        const present = members.filter(({ presence }) => presence === "online").map(({ id }): string => id)
        if (memberIds.every((id) => present.includes(id))) return
        await delay(LOOK_AGAIN_MILLIS)
      }
    }
    serve({
      url: () => controlPlaneUrl,
      usage,
      heapBytes,
      untilPresent,
      makeTeam: async (input: TeamInput): Promise<MadeTeam> => {
        const team = await commands.makeTeam(input)
        if (input.placement === "local") await untilPresent(team)
        return team
      },
      invite: async (member: { teamId: string; memberId: string }): Promise<Invitation> => ({
        token: (await commands.invite(member)).token,
        controlPlaneUrl,
      }),
      carryOut: async ({
        team,
        count,
        inFlight,
      }: {
        team: MadeTeam
        count: number
        inFlight: number
      }): Promise<void> => {
        let begun = 0
        const line = async (): Promise<void> => {
          while (begun < count) {
            begun += 1
            await outcomes.until(await dispatch(team))
          }
        }
        await Promise.all(Array.from({ length: inFlight }, line))
      },
      loop: async ({ team, loop }: { team: MadeTeam; loop: Loop }): Promise<LoopFigures> => {
        const { perSecond, count, latenciesMillis } = await closedLoop(loop, async () =>
          outcomes.until(await dispatch(team)),
        )
        const at = (share: number) => rounded(percentile(latenciesMillis, share))
        return { perSecond, count, p50Millis: at(0.5), p99Millis: at(0.99) }
      },
      post: ({ team, text }: { team: MadeTeam; text: string }) => commands.post(team, text),
      /** Posts messages that begin with the moment at which they were due. */
      postAtRate: async ({ team, filler, ...rate }: PostAtRate): Promise<void> => {
        const posted: Promise<void>[] = []
        await atRate(rate, (due) => {
          posted.push(commands.post(team, `${due} ${filler}`))
        })
        await Promise.all(posted)
      },
      /** Hands over tasks at a fixed rate, whatever comes of them; answers with id and due moment of each. */
      openLoop: async ({ team, perSecond, seconds }: { team: MadeTeam; perSecond: number; seconds: number }) => {
        const sent: Promise<{ readonly id: string; readonly dueNanos: string }>[] = []
        await atRate({ perSecond, seconds }, (due) => {
          sent.push(dispatch(team).then((id) => ({ id, dueNanos: String(due) })))
        })
        return Promise.all(sent)
      },
    })
  })

serveHelper(async ({ ownerUrl, appUrl, redisUrl, dataDir, setupCode, profileDir }: ProductInput) => {
  const config = readConfig({
    MUSTER_DATA_DIR: dataDir,
    MUSTER_PORT: "0",
    MUSTER_SETUP_CODE: setupCode,
    DATABASE_URL: ownerUrl,
    MUSTER_APP_DATABASE_URL: appUrl,
    REDIS_URL: redisUrl,
  })
  const opened = Promise.withResolvers<Readonly<Record<string, Handler>>>()
  const running = Effect.runFork(
    standalone({
      config,
      logger: (service) => createLogger({ service, level: config.logLevel }),
      version: "bench",
      agentMain: profileDir === undefined ? AGENT_SOURCE : writeProfiledAgent(dataDir, profileDir),
      say: () => undefined,
      alongside: (inside) => alongside(inside, opened.resolve),
    }).pipe(Effect.scoped),
  )
  running.addObserver((exit) => {
    if (Exit.isFailure(exit)) opened.reject(new Error(`Muster did not start: ${String(exit.cause)}`))
  })
  const handlers = await opened.promise
  return { handlers, stop: () => Effect.runPromise(Fiber.interrupt(running)) }
})
