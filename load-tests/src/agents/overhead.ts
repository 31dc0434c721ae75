import { randomUUID } from "node:crypto"
import { mkdirSync, mkdtempSync, rmSync } from "node:fs"
import { tmpdir } from "node:os"
import { join } from "node:path"
import { startModelScript } from "@muster/model-script"
import { acpRuntime, DEFAULT_TIMINGS, type RuntimeTask } from "@muster/runtime-agent"
import { driveDirectly, type OnStage, recordingHost, runtimeTask } from "@muster/runtime-agent/testing/agents"
import { type Contestant, openCodeContestant, scriptedContestant } from "./contestants.ts"
import { median, type Moments, type StageTimes, stageTimes, stopwatch } from "./stages.ts"

/** What Muster's agent adds to a whole turn: start, session, prompt, end. Milliseconds, medians of alternated turns. */
export interface Overhead {
  readonly runtime: string
  readonly turns: number
  readonly directMillis: number
  readonly musterMillis: number
  /** The median of what a turn through Muster took more than the direct one beside it: a moment that is busy meets both of a pair. */
  readonly addedMillis: number
  /** The median of the ratios of such pairs. */
  readonly factor: number
  /** Where it goes. Medians of stages do not add up to the median of the whole. */
  readonly stages: readonly StageTimes[]
}

const silent = { debug: () => undefined, info: () => undefined, warn: () => undefined, error: () => undefined }

const taskOf = ({ acp, model, prompt }: Contestant): RuntimeTask =>
  runtimeTask({ instructions: prompt, options: { acp }, ...(model === undefined ? {} : { model }) })

/** Either way a turn is a process of its own that begins, has a session, is prompted once, and has ended when the turn counts as over. */
const compare = async (contestant: Contestant, dir: string): Promise<Overhead> => {
  const { runtime: name, acp, prompt, argv, env, turns } = contestant
  let hear: OnStage = () => undefined
  const runtime = acpRuntime({
    memberId: randomUUID(),
    stateDir: dir,
    timings: DEFAULT_TIMINGS,
    env: { ...process.env, MUSTER_RUNTIMES_DIR: contestant.runtimesDir },
    log: silent,
    onStage: (stage) => hear(stage),
  })
  const { blockedReason } = await runtime.check({ acp })
  if (blockedReason !== undefined) throw new Error(`${name} can not be measured here: ${blockedReason}`)

  const throughMuster = async (onStage: OnStage): Promise<void> => {
    hear = onStage
    const task = taskOf(contestant)
    const outcome = await (await runtime.open(task, recordingHost(join(dir, task.taskId)))).done
    if (outcome.kind !== "succeeded") throw new Error(`a turn of ${name} came to nothing: ${JSON.stringify(outcome)}`)
  }
  const directly = async (onStage: OnStage): Promise<void> => {
    // A directory of its own for each, as it has through Muster.
    const cwd = join(dir, `direct-${randomUUID()}`)
    mkdirSync(cwd)
    const stopReason = await driveDirectly({ argv, env, cwd, prompt, onStage })
    if (stopReason !== "end_turn") throw new Error(`a turn of ${name} without Muster stopped by ${stopReason}`)
  }
  const timed = async (way: (onStage: OnStage) => Promise<void>): Promise<{ millis: number; moments: Moments }> => {
    const watch = stopwatch()
    await way(watch.onStage)
    return { millis: watch.millis(), moments: watch.moments }
  }
  const direct: { millis: number; moments: Moments }[] = []
  const muster: { millis: number; moments: Moments }[] = []
  try {
    // One turn of each kind to warm up; then they take turns, each first every other time, so that a busy moment meets both.
    await timed(directly)
    await timed(throughMuster)
    for (let turn = 0; turn < turns; turn += 1) {
      if (turn % 2 === 0) direct.push(await timed(directly))
      muster.push(await timed(throughMuster))
      if (turn % 2 === 1) direct.push(await timed(directly))
    }
  } finally {
    await runtime.close()
  }
  const pairs = muster.map(({ millis }, turn) => ({ muster: millis, direct: direct[turn]?.millis ?? Number.NaN }))
  const directMillis = median(direct.map(({ millis }) => millis))
  const musterMillis = median(muster.map(({ millis }) => millis))
  return {
    runtime: name,
    turns,
    directMillis: Math.round(directMillis),
    musterMillis: Math.round(musterMillis),
    addedMillis: Math.round(median(pairs.map((pair) => pair.muster - pair.direct))),
    factor: Math.round(100 * median(pairs.map((pair) => pair.muster / pair.direct))) / 100,
    stages: stageTimes(
      direct.map(({ moments }) => moments),
      muster.map(({ moments }) => moments),
    ),
  }
}

/** Measures the small scripted agent, and opencode where it is installed. */
export const measureOverhead = async (isQuick: boolean): Promise<readonly Overhead[]> => {
  const dir = mkdtempSync(join(tmpdir(), "muster-agents-"))
  const model = await startModelScript()
  try {
    const openCode = isQuick ? undefined : openCodeContestant(dir, model)
    const results = [await compare(await scriptedContestant(dir), dir)]
    if (openCode !== undefined) results.push(await compare(openCode, dir))
    return results
  } finally {
    await model.close()
    rmSync(dir, { recursive: true, force: true })
  }
}
