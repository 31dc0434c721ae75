import { join } from "node:path"
import { setTimeout as delay } from "node:timers/promises"
import { teamFeed } from "@muster/contracts"
import { signIn } from "@muster/standalone/testing"
import { alternate, ratioOf, spreadsOf } from "../alternate.ts"
import { conditionsOf } from "../conditions.ts"
import { makeAwaited, type Awaited } from "../dispatch/awaited.ts"
import { closedLoop } from "../dispatch/closed-loop.ts"
import type { Bench, BenchContext, BenchResult } from "../frame.ts"
import { openHelper, type Helper } from "../helper/open.ts"
import { clockNanos } from "../pacing.ts"
import { openProduct } from "../product/open.ts"
import { startPostgres, startRedis, type BenchPostgres, type BenchRedis } from "../servers.ts"
import { median, rounded } from "../statistics.ts"
import { FILLER, IN_FLIGHT, MEASURE_MILLIS, PER_SECOND, SECONDS, VIEWERS, WARM_MILLIS } from "./limits.ts"
import type { Delays, ViewersInput } from "./viewers-process.ts"

interface Rate {
  readonly perSecond: number
  readonly seconds: number
}

interface Side {
  /** Sends one event that begins with this text; resolves when it is accepted. */
  readonly post: (text: string) => Promise<void>
  readonly postAtRate: (rate: Rate) => Promise<void>
  readonly viewers: Helper
  /** Events that every viewer has. */
  readonly everywhere: Awaited
}

interface Servers {
  readonly postgres: BenchPostgres
  readonly redis: BenchRedis
}

const openViewers = async (context: BenchContext, name: string, input: ViewersInput) => {
  const viewers = await openHelper(context, { path: join(import.meta.dirname, "viewers-process.ts"), name, input })
  const everywhere = makeAwaited()
  viewers.onNote((due) => everywhere.ended(due as string))
  return { viewers, everywhere }
}

const openOurs = async (context: BenchContext, count: number): Promise<Side & { readonly servers: Servers }> => {
  const servers = { postgres: await startPostgres(context), redis: await startRedis(context) }
  const product = await openProduct(context, servers)
  const team = await product.makeTeam({ name: "Fan-out", members: 1, slots: 1, placement: "manual" })
  const { cookie = "" } = await signIn(product.url, product.setupCode, "Viewer")
  const feed = { stream: teamFeed(team.teamId), cookie }
  const seen = await openViewers(context, "viewers", { url: product.url, viewers: count, feed })
  return {
    ...seen,
    servers,
    post: (text) => product.ask("post", { team, text }),
    postAtRate: (rate) => product.ask("postAtRate", { team, filler: FILLER, ...rate }),
  }
}

const openBare = async (context: BenchContext, count: number, sample: unknown): Promise<Side> => {
  const bare = await openHelper(context, {
    path: join(import.meta.dirname, "bare-process.ts"),
    name: "bare",
    input: undefined,
  })
  const url = await bare.ask<string>("url")
  return {
    ...(await openViewers(context, "bare-viewers", { url, viewers: count, feed: undefined })),
    post: (text) => bare.ask("post", { sample, text }),
    postAtRate: (rate) => bare.ask("postAtRate", { sample, filler: FILLER, ...rate }),
  }
}

const sendOne = async ({ post, everywhere }: Side): Promise<void> => {
  const due = String(clockNanos())
  const arrived = everywhere.until(due)
  await post(`${due} ${FILLER}`)
  await arrived
}

const run = async (context: BenchContext): Promise<BenchResult> => {
  const viewers = context.option("viewers")
  const ours = await openOurs(context, viewers)
  await sendOne(ours)
  const bare = await openBare(context, viewers, await ours.viewers.ask("sample"))
  const loop = { inFlight: IN_FLIGHT, warmMillis: WARM_MILLIS, measureMillis: MEASURE_MILLIS }
  const rate = { perSecond: PER_SECOND, seconds: SECONDS }
  const delays = new Map<string, Delays[]>()
  const measure = (name: string, side: Side) => async (): Promise<number> => {
    const { perSecond } = await closedLoop(loop, () => sendOne(side))
    await side.viewers.ask("forget")
    await side.postAtRate(rate)
    // The last of them may still be on its way.
    await delay(WARM_MILLIS)
    delays.set(name, [...(delays.get(name) ?? []), await side.viewers.ask<Delays>("delays")])
    return perSecond * viewers
  }
  const measured = await alternate(context, { ours: measure("ours", ours), bare: measure("bare", bare) })
  const of = (name: string, figure: keyof Delays): number =>
    rounded(median((delays.get(name) ?? []).map((one) => one[figure])))
  return {
    ours: rounded(measured.ours.median),
    peers: { bare: rounded(measured.bare.median) },
    ratios: { bare: ratioOf(measured.ours, measured.bare) },
    spread: spreadsOf(measured),
    figures: {
      p50Millis: of("ours", "p50Millis"),
      p99Millis: of("ours", "p99Millis"),
      bareP50Millis: of("bare", "p50Millis"),
      bareP99Millis: of("bare", "p99Millis"),
    },
    conditions: conditionsOf({
      ...ours.servers,
      packages: ["socket.io", "socket.io-client"],
      workload: { viewers, eventsInFlight: IN_FLIGHT, delaysAtEventsPerSecond: PER_SECOND },
    }),
  }
}

export const bench: Bench = {
  name: "fanout",
  unit: "events delivered per second, all viewers together",
  method: `${VIEWERS} viewers follow one team over socket.io, each with a connection, all in one process of their own. ${IN_FLIGHT} messages are on their way at any
time; the next is posted when every viewer has one. Ours: the command behind the HTTP route → the log → the projector → the feed → the room → the viewer.
Bare: socket.io sends the same payload to everybody, with nothing behind it. Delays are measured in an open loop of ${PER_SECOND} messages a second, from the moment
at which each was due to its arrival at each viewer.`,
  targets: [],
  options: { viewers: VIEWERS },
  run,
}
