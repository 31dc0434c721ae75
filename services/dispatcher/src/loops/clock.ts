import { pause } from "@muster/platform"
import { decideDispatcher, type TaskId } from "@muster/domain"
import type { Core } from "#src/core.ts"
import { gauges } from "#src/metrics.ts"
import { dueCommand } from "#src/model/due.ts"
import type { TaskEntry } from "#src/model/task.ts"
import { changeTasks, type TaskChange } from "#src/record.ts"

export interface Ticking {
  /** Waiting tasks whose start time has come. */
  readonly dueStarts: (nowMillis: number) => readonly TaskId[]
  readonly startNow: (taskId: TaskId) => void
  readonly tickIngest: (nowMillis: number) => Promise<void>
}

/** Everything that happens because time passes: deadlines, retries, start times, time limits nobody kept. */
export const runClock = async (core: Core, ticking: Ticking, signal: AbortSignal): Promise<void> => {
  const { world, timings, log, leases } = core
  let hasFailed = false

  const due = (entry: TaskEntry, nowMillis: number) =>
    dueCommand(entry, nowMillis, timings.timeLimitGraceMillis, leases.heardSinceMillis)

  const enforce = async (nowMillis: number): Promise<void> => {
    const changes: TaskChange[] = []
    let open = 0
    for (const entry of world.tasks()) {
      open += 1
      if (due(entry, nowMillis) === undefined) continue
      changes.push({
        taskId: entry.taskId,
        // Asked again when it is decided: an answer or a report may have come first.
        decide: (current) => {
          const command = due(current, nowMillis)
          const context = { nowMillis, random: Math.random() }
          return command === undefined ? { facts: [] } : decideDispatcher(current.state, command, context)
        },
      })
    }
    gauges.openTasks.set(open)
    if (changes.length > 0) await changeTasks(core, changes)
  }

  while (!signal.aborted) {
    const nowMillis = core.nowMillis()
    for (const taskId of ticking.dueStarts(nowMillis)) ticking.startNow(taskId)
    try {
      await enforce(nowMillis)
      await ticking.tickIngest(nowMillis)
      hasFailed = false
    } catch (error) {
      const reason = error instanceof Error ? error.message : "unknown"
      if (!hasFailed) log.warn({ reason }, "what was due could not be recorded, trying again")
      hasFailed = true
    }
    await pause(timings.tickMillis, signal)
  }
}
