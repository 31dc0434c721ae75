import { lstat, readFile } from "node:fs/promises"
import { join } from "node:path"
import { waitFor } from "@muster/standalone/testing"
import { VOLUME_TIMEOUT_MILLIS } from "./limits.ts"
import { sha256 } from "./real-task.ts"

/** What the /team files must show of a task. */
export interface Shown {
  readonly taskId: string
  readonly phase: string
  /** SHA-256 of its artifacts by name. */
  readonly artifacts: ReadonlyMap<string, string>
}

const read = async (path: string): Promise<Buffer | undefined> => {
  const stat = await lstat(path).catch((error: NodeJS.ErrnoException) => {
    if (error.code === "ENOENT") return undefined
    throw error
  })
  return stat?.isFile() === true ? readFile(path) : undefined
}

const readJson = async <A>(path: string): Promise<A | undefined> => {
  const bytes = await read(path)
  return bytes === undefined ? undefined : (JSON.parse(bytes.toString("utf8")) as A)
}

interface TaskFile {
  readonly task: { readonly phase: string }
}
/** Names that some file system could not hold are kept under others: this file tells which. */
interface ResultFile {
  readonly outcome: string
  readonly artifacts: readonly { readonly name: string; readonly path: string }[]
}

const lacking = async (teamDir: string, { taskId, phase, artifacts }: Shown): Promise<readonly string[]> => {
  const lacks: string[] = []
  const task = await readJson<TaskFile>(join(teamDir, "tasks", `${taskId}.json`))
  if (task?.task.phase !== phase) lacks.push(`tasks/${taskId}.json shows ${String(task?.task.phase)}, not ${phase}`)
  const result = await readJson<ResultFile>(join(teamDir, "results", taskId, "result.json"))
  if (result?.outcome !== phase)
    lacks.push(`results/${taskId}/result.json shows ${String(result?.outcome)}, not ${phase}`)
  if ((await read(join(teamDir, "results", taskId, "result.md"))) === undefined)
    lacks.push(`results/${taskId}/result.md is missing`)
  for (const [name, hash] of artifacts) {
    const path = result?.artifacts.find((artifact) => artifact.name === name)?.path
    const bytes = path === undefined ? undefined : await read(join(teamDir, path))
    if (bytes === undefined || sha256(bytes) !== hash)
      lacks.push(`artifact ${JSON.stringify(name)} of ${taskId} is ${bytes === undefined ? "missing" : "another file"}`)
  }
  return lacks
}

/** Reads the team's files until they show all of it; returns what they still lack when the time is up. */
export const checkVolume = async (teamDir: string, tasks: readonly Shown[]): Promise<readonly string[]> => {
  const deadline = performance.now() + VOLUME_TIMEOUT_MILLIS
  return waitFor(
    "the team's files show the work",
    async () => {
      const lacks = (await Promise.all(tasks.map((task) => lacking(teamDir, task)))).flat()
      return lacks.length === 0 || performance.now() > deadline ? lacks : undefined
    },
    VOLUME_TIMEOUT_MILLIS * 2,
  )
}
