import type { MemberDoc, TaskDoc, TeamView } from "@muster/contracts"
import { isClosed, isHeld } from "@muster/domain"

/** What a member is doing, apart from whether it is there. */
export type Work = "idle" | "working" | "needs-you" | "paused" | "removed"

export const memberTasks = (view: TeamView, memberId: string): readonly TaskDoc[] =>
  Object.values(view.tasks).filter((task) => task.memberId === memberId)

export const workOf = (member: MemberDoc, tasks: readonly TaskDoc[]): Work => {
  if (member.isRemoved) return "removed"
  if (tasks.some((t) => t.phase === "needs-input" || t.phase === "needs-approval")) return "needs-you"
  if (tasks.some((t) => isHeld(t.phase))) return "working"
  return member.isPaused ? "paused" : "idle"
}

/** Tasks that wait for a person, longest waiting first. */
export const needsYou = (view: TeamView): readonly TaskDoc[] =>
  Object.values(view.tasks)
    .filter((t) => t.phase === "needs-input" || t.phase === "needs-approval")
    .toSorted((a, b) => (a.lastReportAt ?? "").localeCompare(b.lastReportAt ?? ""))

/** Open tasks first, then closed ones; the newest first in both. */
export const tasksNewestFirst = (view: TeamView): readonly TaskDoc[] =>
  Object.values(view.tasks).toSorted(
    (a, b) => Number(isClosed(a.phase)) - Number(isClosed(b.phase)) || b.number - a.number,
  )
