import { mkdir, readdir, readFile, rm, stat, writeFile } from "node:fs/promises"
import { join } from "node:path"
import type { ConversationId, TaskId } from "@muster/domain"
import { hasCode } from "#src/errors.ts"
import { ACP_SESSIONS_KEPT_MAX } from "#src/runtimes/acp/limits.ts"

/** Whose session it is: a conversation's, or that of a task that stands alone. */
type Owner = ConversationId | TaskId

/** Which session of the agent belongs to a conversation, or to a task that was interrupted, so that the next turn or attempt goes on in it. */
export interface SessionMemory {
  readonly recall: (owner: Owner) => Promise<string | undefined>
  readonly keep: (owner: Owner, sessionId: string) => Promise<void>
  readonly forget: (owner: Owner) => Promise<void>
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
    recall: async (owner) => {
      try {
        return (await readFile(join(dir, owner), "utf8")) || undefined
      } catch (error) {
        if (hasCode(error, "ENOENT")) return undefined
        throw error
      }
    },
    keep: async (owner, sessionId) => {
      await mkdir(dir, { recursive: true, mode: PRIVATE_DIR_MODE })
      await writeFile(join(dir, owner), sessionId, { mode: PRIVATE_FILE_MODE })
      await prune()
    },
    forget: (owner) => rm(join(dir, owner), { force: true }),
  }
}
