import { readdir } from "node:fs/promises"
import { join } from "node:path"
import type { Journal } from "#src/journal/journal.ts"
import type { Log } from "#src/log.ts"
import type { Outbox } from "#src/outbox/outbox.ts"
import { removeTree } from "#src/state/remove-tree.ts"
import { killAllOf, killLeftover } from "#src/processes/tree.ts"

export interface LeftoverOptions {
  readonly journal: Journal
  readonly outbox: Pick<Outbox, "report">
  readonly spoolRoot: string
  readonly workRoot: string
  /** The account that tasks alone run as; undefined when they run as the agent's own, inside a sandbox that died with it. */
  readonly taskUid: number | undefined
  readonly log: Log
}

/**
 * After a crash: kills what still runs of the old life, gives back (`lost`) what had begun and not ended, and removes directories
 * that nobody will look at. Work that was concluded stays, to be delivered.
 */
export const clearLeftovers = async (options: LeftoverOptions): Promise<void> => {
  const { journal, outbox, spoolRoot, workRoot, taskUid, log } = options
  const openAtStart = Array.from(journal.state.open.values()) // reporting changes the map
  for (const { assignmentId, taskId, process, concluded } of openAtStart) {
    const wasRunning = process !== undefined && killLeftover(process, taskUid)
    if (concluded) continue
    log.warn({ assignmentId, wasRunning }, "an assignment was under way when the agent ended; it is given back")
    await outbox.report({ kind: "lost", assignmentId, taskId })
  }
  // What escaped its group, or belongs to a journal that was set aside: this agent is the only one that starts such processes.
  if (taskUid !== undefined) killAllOf(taskUid)
  const kept = new Set<string>(journal.state.open.keys())
  for (const root of [spoolRoot, workRoot])
    for (const name of await readdir(root)) if (!kept.has(name)) await removeTree(join(root, name))
}
