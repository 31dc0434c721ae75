import { decideDispatcher, foldTask, isClosed, streams, type TaskId, type TaskState } from "@muster/domain"
import type { Core } from "#src/core.ts"
import { readWholeStream } from "#src/load.ts"
import { changeTask } from "#src/record.ts"

export interface Dependencies {
  /** Looks at a waiting task: makes it ready, fails it, or leaves it waiting. Rejects when the log cannot be asked. */
  readonly look: (taskId: TaskId) => Promise<void>
  /** Waiting tasks that lack nothing but their start time, which has come. */
  readonly due: (nowMillis: number) => readonly TaskId[]
}

type Standing = "succeeded" | "open" | { readonly failed: string }

const standingOf = (taskId: string, state: TaskState): Standing => {
  if (state.phase === "succeeded") return "succeeded"
  if (state.phase === "absent") return { failed: `it waited for a task that does not exist (${taskId})` }
  if (!isClosed(state.phase)) return "open"
  const title = state.spec?.title ?? taskId
  return { failed: `it waited for "${title}", which ended as ${state.phase}` }
}

/**
 * Dependencies and start times of waiting tasks. A dependency that is not open is not in memory: its stream tells how it ended.
 */
export const makeDependencies = (core: Core): Dependencies => {
  /** Waiting task → start time, once all it depends on has succeeded. */
  const scheduled = new Map<TaskId, number>()
  /** Waiting task → dependencies that are known to have succeeded. */
  const succeeded = new Map<TaskId, Set<string>>()

  const ask = async (taskId: string): Promise<Standing> => {
    if (core.world.task(taskId) !== undefined) return "open"
    const { state } = foldTask(await readWholeStream(core.store, streams.task(taskId)))
    return standingOf(taskId, state)
  }

  const forget = (taskId: TaskId) => {
    scheduled.delete(taskId)
    succeeded.delete(taskId)
  }

  return {
    due: (nowMillis) => [...scheduled].filter(([, startMillis]) => startMillis <= nowMillis).map(([taskId]) => taskId),
    look: async (taskId) => {
      const entry = core.world.task(taskId)
      if (entry?.state.phase !== "waiting" || entry.state.spec === undefined) return forget(taskId)
      const known = succeeded.get(taskId) ?? new Set()
      succeeded.set(taskId, known)
      let isBlocked = false
      for (const dependency of entry.state.spec.after) {
        if (known.has(dependency)) continue
        const standing = await ask(dependency)
        if (standing === "succeeded") known.add(dependency)
        else if (standing === "open") isBlocked = true
        else {
          await decide(taskId, { kind: "dependency-failed", message: standing.failed })
          return forget(taskId)
        }
      }
      if (isBlocked) return
      const startMillis = entry.state.spec.notBefore === undefined ? 0 : Date.parse(entry.state.spec.notBefore)
      if (startMillis > core.nowMillis()) {
        scheduled.set(taskId, startMillis)
        return
      }
      await decide(taskId, { kind: "make-ready" })
      forget(taskId)
    },
  }

  async function decide(taskId: TaskId, command: Parameters<typeof decideDispatcher>[1]): Promise<void> {
    const outcome = await changeTask(core, {
      taskId,
      decide: ({ state }) => decideDispatcher(state, command, { nowMillis: core.nowMillis(), random: Math.random() }),
    })
    if (outcome.kind === "later") throw new NotDecided(taskId)
  }
}

/** The log could not be asked; the look is repeated. */
class NotDecided extends Error {
  override readonly name = "NotDecided"
  constructor(taskId: string) {
    super(`task ${taskId} could not be decided yet`)
  }
}
