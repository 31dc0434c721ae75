import type { TaskDoc } from "@muster/contracts"
import type { Usage } from "@muster/domain"
import { millisOf } from "#src/lib/time.ts"

/** What a member has done since midnight, as far as its tasks are shown. */
export interface Today {
  /** Runs that ended, well or not. */
  readonly ended: number
  /** What its runs cost at a model; null when none of them told. */
  readonly usage: Usage | null
}

const sum = (a: Usage | null, b: Usage): Usage => ({
  inputTokens: (a?.inputTokens ?? 0) + b.inputTokens,
  outputTokens: (a?.outputTokens ?? 0) + b.outputTokens,
  ...(a?.costMicros === undefined && b.costMicros === undefined
    ? {}
    : { costMicros: (a?.costMicros ?? 0) + (b.costMicros ?? 0) }),
})

/** The last midnight of the clock of whoever looks, in epoch milliseconds. */
export const midnightBefore = (now: number): number => new Date(now).setHours(0, 0, 0, 0)

/** The day of every member, in one pass. A run counts where it ended today, or is going on; and for who held it. */
export function todayOf(tasks: ReadonlyArray<TaskDoc>, sinceMillis: number): ReadonlyMap<string, Today> {
  const days = new Map<string, Today>()
  const add = (memberId: string | null, usage: Usage | null, ended: number): void => {
    if (memberId === null) return
    const before = days.get(memberId) ?? { ended: 0, usage: null }
    days.set(memberId, { ended: before.ended + ended, usage: usage === null ? before.usage : sum(before.usage, usage) })
  }
  for (const task of tasks) {
    const isCounted = new Set<number>()
    for (const { run, memberId, endedAt, usage } of task.runs) {
      isCounted.add(run)
      if (millisOf(endedAt) >= sinceMillis) add(memberId, usage, 1)
    }
    if (!isCounted.has(task.run) && task.usage !== null) add(task.memberId, task.usage, 0)
  }
  return days
}
