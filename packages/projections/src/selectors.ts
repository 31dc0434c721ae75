import type { MemberDoc, TaskDoc, TeamView, WaitReason } from "@muster/contracts"
import { isClosed, isHeld, isInPool } from "@muster/domain"

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

const ofTeam = (view: Pick<TeamView, "team">): WaitReason | undefined => {
  const { team } = view
  if (team === null) return undefined
  if (team.halts.length > 0) return "team-halted"
  if (team.isDraining) return "team-draining"
  return team.isPaused ? "team-paused" : undefined
}

const ofMember = (member: MemberDoc): WaitReason => {
  if (member.isDraining) return "member-draining"
  if (member.isPaused) return "member-paused"
  if (member.presence !== "online") return "member-offline"
  return member.blockedReason === null ? "busy" : "member-blocked"
}

/** Why a queued task waits; undefined for one that is not queued, or whose member is not known. */
export const waitReason = (task: TaskDoc, view: Pick<TeamView, "team" | "members">): WaitReason | undefined => {
  if (task.phase !== "queued") return undefined
  const reason = ofTeam(view)
  if (reason !== undefined) return reason
  const { pool } = task
  if (pool === null) {
    const member = view.members[task.memberId ?? ""]
    return member && ofMember(member)
  }
  const able = Object.values(view.members).filter((m) => !m.isRemoved && isInPool(m.skills, pool))
  if (able.length === 0) return "nobody-has-skills"
  const there = able.filter((m) => m.presence === "online" && m.blockedReason === null && !m.isPaused && !m.isDraining)
  return there.length === 0 ? "nobody-online" : "busy"
}

/** True when a member that drains holds nothing any more. */
export const isDrained = (member: MemberDoc, view: TeamView): boolean =>
  member.isDraining && !memberTasks(view, member.id).some((task) => isHeld(task.phase))

/** True when nobody of a team that drains holds anything any more. */
export const isTeamDrained = (view: TeamView): boolean =>
  view.team?.isDraining === true && !Object.values(view.tasks).some((task) => isHeld(task.phase))
