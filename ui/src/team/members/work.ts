import type { MemberDoc, TaskDoc, TeamView } from "@muster/contracts"
import { isHeld } from "@muster/domain"

/** What a member is doing: a fact of its own, beside whether it is there. */
export type WorkWord = "idle" | "working" | "needs-you" | "waiting-for-it"

export interface MemberWork {
  readonly word: WorkWord
  /** What it has in hand, the one that waits for a person first, then the newest. */
  readonly held: ReadonlyArray<TaskDoc>
  /** Tasks that wait for it. */
  readonly queued: number
}

const needsPerson = (task: TaskDoc): boolean => task.phase === "needs-input" || task.phase === "needs-approval"

/** The work of every member, in one pass over the tasks. */
export function workOfMembers(view: TeamView): ReadonlyMap<string, MemberWork> {
  const held = new Map<string, Array<TaskDoc>>()
  const queued = new Map<string, number>()
  for (const task of Object.values(view.tasks)) {
    // What was handed over ahead of a free slot waits at the member, as the queue does.
    const { memberId } = task
    // In its pool it waits for whoever comes, not for one of them.
    if (memberId === null) continue
    if (task.phase === "assigned") queued.set(memberId, (queued.get(memberId) ?? 0) + 1)
    else if (isHeld(task.phase)) held.set(memberId, [...(held.get(memberId) ?? []), task])
    else if (task.phase === "queued") queued.set(memberId, (queued.get(memberId) ?? 0) + 1)
  }
  return new Map(
    Object.values(view.members).map((member) => {
      const tasks = (held.get(member.id) ?? []).toSorted(
        (a, b) => Number(needsPerson(b)) - Number(needsPerson(a)) || b.number - a.number,
      )
      const waiting = queued.get(member.id) ?? 0
      return [member.id, { word: wordOf(tasks, waiting), held: tasks, queued: waiting }]
    }),
  )
}

function wordOf(held: ReadonlyArray<TaskDoc>, queued: number): WorkWord {
  if (held.some(needsPerson)) return "needs-you"
  if (held.length > 0) return "working"
  return queued > 0 ? "waiting-for-it" : "idle"
}

/** Members in the order of the roster: the leader first, then by handle; without those removed. */
export const roster = (view: TeamView): ReadonlyArray<MemberDoc> =>
  Object.values(view.members)
    .filter((member) => !member.isRemoved)
    .toSorted((a, b) => Number(b.role === "leader") - Number(a.role === "leader") || a.handle.localeCompare(b.handle))
