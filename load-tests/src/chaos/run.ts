import { mkdtempSync, rmSync } from "node:fs"
import { tmpdir } from "node:os"
import { join } from "node:path"
import { setTimeout as delay } from "node:timers/promises"
import { NotInTime, waitFor } from "@muster/standalone/testing"
import { Interrupted } from "./errors.ts"
import { carryOut, type Struck } from "./faults/campaign.ts"
import {
  IN_FLIGHT_BEFORE_FIRST_TASKS,
  PROGRESS_INTERVAL_MILLIS,
  QUIET_TIMEOUT_MILLIS,
  STRIKE_TIMEOUT_MILLIS,
  VIEWERS_TIMEOUT_MILLIS,
} from "./limits.ts"
import type { Options } from "./options.ts"
import { historiesOf, judge, judgeByApi, readLog, type Verdict } from "./oracles/outcomes.ts"
import { longest, recoveries } from "./oracles/recovery.ts"
import { differences } from "./oracles/replay.ts"
import { leftOut } from "./plan/kinds.ts"
import { planFaults } from "./plan/plan.ts"
import { readAcknowledged } from "./recorder/history.ts"
import { startLoad, type Load } from "./stage/load.ts"
import { startMonitor, type Monitor } from "./stage/monitor.ts"
import { openSql } from "./stage/servers.ts"
import { openStage, type Stage } from "./stage/stage.ts"
import { wordsOfAgents } from "./stage/words.ts"
import type { Summary } from "./summary.ts"
import { timeline } from "./timeline.ts"

export interface RunOptions extends Options {
  /** Folder for what is kept of a run. */
  readonly evidence: string
  readonly tell: (line: string) => void
  readonly log: (who: string, line: string) => void
  readonly signal: AbortSignal
}

export interface Findings {
  readonly summary: Summary
  /** What was not as promised, in words. */
  readonly problems: readonly string[]
  readonly timeline: readonly string[]
}

interface Running {
  readonly options: RunOptions
  readonly stage: Stage
  readonly monitor: Monitor
  readonly load: Load
}

const SECOND_MILLIS = 1_000
const LISTED_MAX = 10

const inFlight = ({ load, monitor }: Pick<Running, "load" | "monitor">): number =>
  Math.max(0, load.recorded() - monitor.ended())

/** Strikes for as long as was asked for. */
const strike = async (running: Running): Promise<readonly Struck[]> => {
  const { options, stage, load } = running
  const { seed, seconds, tell, signal } = options
  const { victims, abilities } = stage
  const plan = planFaults({ seed, seconds, victims, abilities })
  const inFlightNow = () => inFlight(running)
  await waitFor(
    `${IN_FLIGHT_BEFORE_FIRST_TASKS} tasks are in flight`,
    () => (inFlightNow() >= IN_FLIGHT_BEFORE_FIRST_TASKS ? true : undefined),
    STRIKE_TIMEOUT_MILLIS,
  )
  tell(`seed ${seed}: ${plan.length} faults in ${seconds} s; left out here: ${leftOut(abilities).join(", ") || "none"}`)
  let struckCount = 0
  const progress = setInterval(() => {
    const { acknowledged, offered } = load.status()
    tell(`${struckCount} faults; ${acknowledged} of ${offered} tasks acknowledged, ${inFlightNow()} in flight`)
  }, PROGRESS_INTERVAL_MILLIS)
  const beganAt = performance.now()
  try {
    const all = await carryOut({
      stage,
      plan,
      signal,
      inFlight: inFlightNow,
      onStrike: ({ fault: { number, kind, target, durationMillis }, inFlight: flying }) => {
        struckCount = number
        const at = ((performance.now() - beganAt) / SECOND_MILLIS).toFixed(1)
        options.log("faults", `${at} ${number} ${kind} [${target}] ${durationMillis} ms, ${flying} in flight`)
      },
    })
    // The load goes on to the end of the time that was asked for.
    await delay(Math.max(0, beganAt + seconds * SECOND_MILLIS - performance.now()), undefined, { signal })
    return all
  } finally {
    clearInterval(progress)
  }
}

/** Waits until all that was acknowledged has its outcome; says how long that took, and what was not there in time. */
const becomeQuiet = async (
  running: Running,
): Promise<{ readonly quietMillis: number; readonly problems: string[] }> => {
  const { stage, load, options } = running
  const since = performance.now()
  const problems: string[] = []
  const until = async (
    what: string,
    isSo: () => boolean,
    timeoutMillis: number,
    seen: () => unknown,
  ): Promise<void> => {
    try {
      await waitFor(what, () => (isSo() ? true : undefined), timeoutMillis, seen)
    } catch (error) {
      if (!(error instanceof NotInTime)) throw error
      problems.push(error.message)
    }
  }
  options.tell("the faults are over; waiting until it is quiet …")
  for (const product of stage.products) {
    await product.isUp()
    problems.push(...product.collapses())
  }
  const status = await load.finish()
  if (status.unanswered > 0) problems.push(`${status.unanswered} requests were never answered`)
  for (const why of status.refused) problems.push(`refused: ${why}`)
  await until(
    "every acknowledged task has an outcome",
    () => inFlight(running) === 0,
    QUIET_TIMEOUT_MILLIS,
    () => `${inFlight(running)} in flight`,
  )
  const quietMillis = Math.round(performance.now() - since)
  for (const viewer of stage.viewers) {
    const head = await feedHead(stage, viewer.teamId)
    const seen = () => `${viewer.seq()} of ${head}, ${viewer.status()}`
    await until("a viewer is where the feed is", () => viewer.seq() >= head, VIEWERS_TIMEOUT_MILLIS, seen)
    for (const fault of viewer.faults()) problems.push(`a viewer saw: ${fault}`)
  }
  return { quietMillis, problems }
}

/** Number of the newest event of a team's feed. */
const feedHead = async ({ api }: Stage, teamId: string): Promise<number> =>
  (await api.json<{ readonly head: number }>("GET", `/teams/${teamId}/history?after=0&limit=1`)).head

const union = (...of: readonly (readonly string[])[]): readonly string[] => [...new Set(of.flat())]

interface Compared extends Verdict {
  readonly acknowledged: number
  readonly isDense: boolean
  /** Every event of the first tasks that are not as they should be. */
  readonly histories: readonly string[]
}

const compare = async ({ stage }: Running, historyFile: string): Promise<Compared> => {
  const acknowledged = await readAcknowledged(historyFile)
  const sql = openSql(stage.servers.ownerUrl)
  try {
    const teamIds = stage.crews.map(({ teamId }) => teamId)
    await sql`set statement_timeout = 0`
    const facts = await readLog(sql, teamIds)
    const byLog = judge(acknowledged, facts)
    const byApi = await judgeByApi(stage.api, acknowledged)
    return {
      acknowledged: acknowledged.length,
      lost: union(byLog.lost, byApi.lost),
      doubled: union(byLog.doubled, byApi.doubled),
      isDense: facts.isDense,
      histories: await historiesOf(sql, union(byLog.lost, byLog.doubled).slice(0, LISTED_MAX)),
    }
  } finally {
    await sql.end({ timeout: 1 })
  }
}

const replay = async ({ stage, options }: Running): Promise<readonly string[]> => {
  options.tell("ending the products; replaying the log from zero …")
  await stage.endProducts()
  const scratch = mkdtempSync(join(tmpdir(), "muster-chaos-replay-"))
  try {
    return await differences(stage.servers.appUrl, scratch)
  } finally {
    rmSync(scratch, { recursive: true, force: true })
  }
}

const work = async (running: Running, historyFile: string, since: number): Promise<Findings> => {
  const { options, stage, monitor } = running
  const { seed, tell, signal } = options
  const struck = await strike(running)
  const { quietMillis, problems } = await becomeQuiet(running)
  if (signal.aborted) throw new Interrupted()
  tell("comparing what clients were told with what is recorded …")
  const { acknowledged, lost, doubled, isDense, histories } = await compare(running, historyFile)
  for (const history of histories) options.log("histories", history)
  if (!isDense) problems.push("positions or revisions of the log have holes")
  for (const [what, ids] of Object.entries({ lost, doubled }))
    if (ids.length > 0)
      problems.push(`${what}: ${ids.slice(0, LISTED_MAX).join(" ")}${ids.length > LISTED_MAX ? " …" : ""}`)
  const recovered = recoveries(struck, monitor.firstOutcomeSince)
  const different = await replay(running)
  problems.push(...different)
  const summary: Summary = {
    faults: struck.length,
    acknowledged,
    inFlightAtFaultMin: struck.reduce(
      (least, { inFlight: flying }) => Math.min(least, flying),
      Number.MAX_SAFE_INTEGER,
    ),
    lost: lost.length,
    doubled: doubled.length,
    replayEqual: different.length === 0,
    recoveryMillisMax: longest(recovered),
    seed,
    kinds: new Set(struck.map(({ fault }) => fault.kind)).size,
    leftOut: leftOut(stage.abilities),
    quietMillis,
    seconds: Math.round((performance.now() - since) / SECOND_MILLIS),
  }
  return { summary, problems, timeline: timeline(recovered, struck[0]?.beganAtMillis ?? 0) }
}

/** One whole run. Everything that it started has ended when it resolves or rejects. */
export const run = async (options: RunOptions): Promise<Findings> => {
  const since = performance.now()
  const { apps, seed, tasksPerSecond, evidence, tell, log, signal } = options
  const historyFile = join(evidence, "acknowledged.ndjson")
  const stage = await openStage({ apps, tell, log })
  let load: Load | undefined
  let monitor: Monitor | undefined
  try {
    if (signal.aborted) throw new Interrupted()
    const { crews, cookie, products } = stage
    monitor = startMonitor(
      stage.servers.ownerUrl,
      crews.map(({ teamId }) => teamId),
    )
    const urls = products.map(({ url }) => url)
    load = startLoad({ run: String(seed), seed, urls, cookie, crews, tasksPerSecond }, historyFile)
    return await work({ options, stage, monitor, load }, historyFile, since)
  } finally {
    load?.kill()
    await monitor?.stop()
    for (const { name, ends } of stage.agents) log("agents", `${name}: ${ends().join("; ")}`)
    for (const [name, words] of wordsOfAgents(stage)) log(name, words)
    await stage.close()
  }
}
