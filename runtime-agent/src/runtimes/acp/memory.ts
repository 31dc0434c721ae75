import { mkdir, readdir, readFile, rm, stat, writeFile } from "node:fs/promises"
import { join } from "node:path"
import type { TaskId } from "@muster/domain"
import { hasCode } from "#src/errors.ts"
import { ACP_SESSIONS_KEPT_MAX } from "#src/runtimes/acp/limits.ts"

/** Which session of the agent belongs to a task that was interrupted, so that a later attempt goes on in it. */
export interface SessionMemory {
  readonly recall: (taskId: TaskId) => Promise<string | undefined>
  readonly keep: (taskId: TaskId, sessionId: string) => Promise<void>
  readonly forget: (taskId: TaskId) => Promise<void>
}

const PRIVATE_DIR_MODE = 0o700
const PRIVATE_FILE_MODE = 0o600

export const sessionMemory = (dir: string): SessionMemory => {
  /** The oldest go: their tasks have ended elsewhere, or never come back. */
  const prune = async (): Promise<void> => {
    const names = await readdir(dir)
    if (names.length <= ACP_SESSIONS_KEPT_MAX) return
    const aged = await Promise.all(names.map(async (name) => ({ name, at: (await stat(join(dir, name))).mtimeMs })))
    const surplus = aged.toSorted((a, b) => a.at - b.at).slice(0, names.length - ACP_SESSIONS_KEPT_MAX)
    for (const { name } of surplus) await rm(join(dir, name), { force: true })
  }
  return {
    recall: async (taskId) => {
      try {
        return (await readFile(join(dir, taskId), "utf8")) || undefined
      } catch (error) {
        if (hasCode(error, "ENOENT")) return undefined
        throw error
      }
    },
    keep: async (taskId, sessionId) => {
      await mkdir(dir, { recursive: true, mode: PRIVATE_DIR_MODE })
      await writeFile(join(dir, taskId), sessionId, { mode: PRIVATE_FILE_MODE })
      await prune()
    },
    forget: (taskId) => rm(join(dir, taskId), { force: true }),
  }
}
