import type { MemberDoc, ModelEndpointDoc, TaskDoc, TeamView } from "@muster/contracts"
import { isClosed, isInPool } from "@muster/domain"
import type { Runtime } from "@muster/domain"
import { t, tn } from "#src/i18n/index.ts"
import type { Tone } from "#src/parts/badge.tsx"
import { roster, workOfMembers } from "#src/team/members/work.ts"
import type { MemberWork } from "#src/team/members/work.ts"
import { taskLabel } from "#src/team/names.ts"
import { skillsOf, targetOf, TO_POOL } from "#src/pages/team/dispatch/draft.ts"
import type { DispatchDraft } from "#src/pages/team/dispatch/draft.ts"

/** What one should know before sending. A check never forbids: the server decides, and work may well wait. */
export interface Check {
  readonly key: string
  readonly tone: Extract<Tone, "success" | "info" | "warning" | "danger">
  readonly text: string
}

/** Endpoints that are set, where the person may read them. */
export type KnownModels = ReadonlyArray<Pick<ModelEndpointDoc, "teamId" | "memberId">> | undefined

/** Runtimes whose agents think with a model. */
const THINKING: ReadonlySet<Runtime> = new Set<Runtime>(["acp", "openclaw"])

const check = (key: string, tone: Check["tone"], text: string): Check => ({ key, tone, text })

function ofTeam({ team }: TeamView): ReadonlyArray<Check> {
  if (team === null) return []
  if (team.halts.length > 0) return [check("team", "danger", t("panel.waits.team-halted"))]
  if (team.isDraining) return [check("team", "warning", t("panel.waits.team-draining"))]
  return team.isPaused ? [check("team", "warning", t("panel.waits.team-paused"))] : []
}

/** Why a member begins nothing now; undefined when it could. */
function holdsUp(member: MemberDoc): Check | undefined {
  const named = { member: t("member.label", { handle: member.handle }) }
  if (member.isPaused) return check("member", "warning", t("panel.waits.member-paused", named))
  if (member.isDraining) return check("member", "warning", t("panel.waits.member-draining", named))
  if (member.presence !== "online") return check("member", "warning", t("panel.waits.member-offline", named))
  if (member.blockedReason !== null)
    return check("member", "warning", t("panel.waits.member-blocked", { ...named, reason: member.blockedReason }))
  return undefined
}

/** Tasks that the member is given before one of this priority: equal ones go first, because they are older. */
const aheadOf = (view: TeamView, memberId: string, priority: number): number =>
  Object.values(view.tasks).filter(
    (task) =>
      task.memberId === memberId &&
      (task.phase === "assigned" || (task.phase === "queued" && task.priority >= priority)),
  ).length

function ofMember(member: MemberDoc, draft: DispatchDraft, view: TeamView, models: KnownModels): ReadonlyArray<Check> {
  const named = { member: t("member.label", { handle: member.handle }) }
  const held = workOfMembers(view).get(member.id)?.held.length ?? 0
  const ahead = aheadOf(view, member.id, draft.priority)
  const hold = holdsUp(member)
  const isFree = held < member.slots && ahead === 0
  const isModelless =
    models !== undefined &&
    THINKING.has(member.runtime) &&
    !models.some(
      (each) =>
        each.memberId === member.id ||
        (each.memberId === null && (each.teamId === null || each.teamId === member.teamId)),
    )
  return [
    ...(hold === undefined ? [] : [hold]),
    ...(hold === undefined && isFree ? [check("free", "success", t("check.free", named))] : []),
    ...(held > 0 && !isFree
      ? [check("held", "info", t("check.held", { ...named, n: held, slots: member.slots }))]
      : []),
    ...(ahead > 0 ? [check("ahead", "info", tn("check.ahead", ahead))] : []),
    ...(isModelless ? [check("model", "danger", t("check.no-model", named))] : []),
    ...(member.runtime === "simulated"
      ? [check("simulated", "info", t("dispatch.simulated", { handle: member.handle }))]
      : []),
  ]
}

const freeSlots = (member: MemberDoc, work: MemberWork | undefined): number => member.slots - (work?.held.length ?? 0)

/** Who of a pool would be given work now: as the dispatcher chooses, the one with the most free slots. */
export function likelyOf(able: ReadonlyArray<MemberDoc>, view: TeamView): MemberDoc | undefined {
  const work = workOfMembers(view)
  return able
    .filter((member) => holdsUp(member) === undefined && freeSlots(member, work.get(member.id)) > 0)
    .toSorted((a, b) => freeSlots(b, work.get(b.id)) - freeSlots(a, work.get(a.id)))[0]
}

function ofPool(draft: DispatchDraft, view: TeamView): ReadonlyArray<Check> {
  const skills = skillsOf(draft.skills)
  if (skills.length === 0) return []
  const able = roster(view).filter((member) => isInPool(member.skills, { skills }))
  if (able.length === 0) return [check("pool", "warning", t("dispatch.pool-nobody"))]
  const likely = likelyOf(able, view)
  return likely === undefined
    ? [check("pool", "info", tn("check.pool-busy", able.length))]
    : [check("pool", "success", t("check.pool-free", { handle: likely.handle, n: able.length }))]
}

function ofDependency(task: TaskDoc | undefined): ReadonlyArray<Check> {
  if (task === undefined) return []
  const named = { task: taskLabel(task.number) }
  if (task.phase === "succeeded") return []
  return isClosed(task.phase)
    ? [check(task.id, "danger", t("check.after-failed", named))]
    : [check(task.id, "info", t("check.after-open", named))]
}

const OF_INTEREST = { danger: 0, warning: 1, info: 2, success: 3 } as const

/** Everything worth a word about a draft as it stands, what matters most first. */
export function checksOf(draft: DispatchDraft, view: TeamView, models?: KnownModels): ReadonlyArray<Check> {
  const target = targetOf(draft, roster(view))
  const isTooLate = draft.deadline !== "" && draft.notBefore !== "" && draft.deadline <= draft.notBefore
  const found = [
    ...ofTeam(view),
    ...(draft.memberId === TO_POOL
      ? ofPool(draft, view)
      : target === undefined
        ? []
        : ofMember(target, draft, view, models)),
    ...draft.after.flatMap((id) => ofDependency(view.tasks[id])),
    ...(isTooLate ? [check("times", "danger", t("check.deadline-before-start"))] : []),
  ]
  return found.toSorted((a, b) => OF_INTEREST[a.tone] - OF_INTEREST[b.tone])
}
