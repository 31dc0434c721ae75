import type { RecordedOutcome, TaskRecord } from "@muster/standalone/testing"
import type { RealTask } from "./real-task.ts"

/** What was found of a task after all was over. */
export interface Observed {
  readonly task: RealTask
  /** Undefined when the history knows nothing of it. */
  readonly record: TaskRecord | undefined
  readonly output: Buffer
  /** Downloaded bytes of its artifacts by name. */
  readonly artifacts: ReadonlyMap<string, Buffer>
  /** Marks that it left. */
  readonly executions: number
  /** The phase that the read model shows. */
  readonly phase: string
}

export interface Verdict {
  readonly isLost: boolean
  readonly isDoubled: boolean
  /** What differs from what was expected, in words. */
  readonly wrong: readonly string[]
}

interface ResultData {
  readonly exitCode?: number
  readonly output?: { readonly bytes: number; readonly isTruncated: boolean }
}

const differ = (what: string, found: unknown, wanted: unknown): readonly string[] =>
  found === wanted ? [] : [`${what} is ${JSON.stringify(found)}, not ${JSON.stringify(wanted)}`]

const judgeOutcome = (
  { task: { expected }, output, phase }: Observed,
  recorded: RecordedOutcome,
): readonly string[] => {
  const { data } = recorded
  const result = data["result"] as ResultData | undefined
  return [
    ...differ("the outcome", recorded.outcome, expected.outcome),
    ...differ("the phase shown", phase, expected.outcome),
    ...(expected.reason === undefined ? [] : differ("the reason", data["reason"], expected.reason)),
    ...(expected.exitCode === undefined ? [] : differ("the exit code", result?.exitCode, expected.exitCode)),
    ...(expected.message === undefined || expected.message.test(String(data["message"]))
      ? []
      : [`the message ${JSON.stringify(data["message"])} does not match ${String(expected.message)}`]),
    ...(result?.output === undefined
      ? []
      : [
          ...differ("the recorded size of the output", result.output.bytes, output.byteLength),
          ...differ("whether output was cut", result.output.isTruncated, expected.isTruncated),
        ]),
  ]
}

const judgeArtifacts = async ({ task, artifacts }: Observed): Promise<readonly string[]> => {
  const wrong: string[] = []
  for (const name of artifacts.keys())
    if (!task.expected.artifacts.has(name)) wrong.push(`there is an artifact ${JSON.stringify(name)}`)
  for (const [name, check] of task.expected.artifacts) {
    const bytes = artifacts.get(name)
    const difference = bytes === undefined ? "is missing" : await check(bytes)
    if (difference !== undefined) wrong.push(`artifact ${JSON.stringify(name)} ${difference}`)
  }
  return wrong
}

/** Compares what became of a task with what the script knew beforehand. */
export const judge = async (observed: Observed): Promise<Verdict> => {
  const { task, record, executions } = observed
  const runs = record?.runs ?? []
  const wanted = task.expected.executions
  const isLost = runs.length === 0 || runs.some((outcomes) => outcomes.length === 0)
  const isDoubled = runs.some((outcomes) => outcomes.length > 1) || (wanted !== undefined && executions > wanted)
  const recorded = runs.at(-1)?.at(-1)
  if (recorded === undefined) return { isLost, isDoubled, wrong: [] }
  const saidWrong = await task.expected.output(observed.output)
  const wrong = [
    ...judgeOutcome(observed, recorded),
    ...differ("the number of runs", runs.length, 1),
    ...(saidWrong === undefined ? [] : [`the output ${saidWrong}`]),
    ...(await judgeArtifacts(observed)),
    ...(wanted === undefined || executions >= wanted ? [] : differ("the number of executions", executions, wanted)),
  ]
  return { isLost, isDoubled, wrong }
}
