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

const lacking = async (teamDir: string, { taskId, phase, artifacts }: Shown): Promise<readonly string[]> => {
  const task = await read(join(teamDir, "tasks", `${taskId}.json`))
  const shown = task === undefined ? undefined : (JSON.parse(task.toString("utf8")) as { readonly phase?: unknown })
  const lacks: string[] = []
  if (shown?.phase !== phase) lacks.push(`tasks/${taskId}.json shows ${JSON.stringify(shown?.phase)}, not ${phase}`)
  for (const name of ["result.json", "result.md"])
    if ((await read(join(teamDir, "results", taskId, name))) === undefined)
      lacks.push(`results/${taskId}/${name} is missing`)
  for (const [name, hash] of artifacts) {
    const bytes = await read(join(teamDir, "artifacts", taskId, name))
    if (bytes === undefined || sha256(bytes) !== hash)
      lacks.push(`artifacts/${taskId}/${name} is ${bytes === undefined ? "missing" : "another file"}`)
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
