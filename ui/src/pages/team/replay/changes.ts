import type { MemberDoc, TaskDoc, TeamDoc, TeamView } from "@muster/contracts"
import { t } from "#src/i18n/index.ts"
import type { PlainTextKey } from "#src/i18n/index.ts"
import { failureWords } from "#src/team/history/failure-words.ts"
import { memberLabel, targetLabel, taskLabel } from "#src/team/names.ts"
import { usageText } from "#src/team/task/usage.ts"

export interface Change {
  /** What changed: a task, a member, the team. */
  readonly subject: string
  readonly taskId: string | undefined
  readonly field: string
  /** Undefined where there was nothing before. */
  readonly from: string | undefined
  readonly to: string
}

type Field<T> = readonly [key: PlainTextKey, read: (doc: T, view: TeamView) => string]

const yesNo = (value: boolean): string => (value ? t("replay.yes") : t("replay.no"))
const orNone = (value: string | number | null): string =>
  value === null || value === "" ? t("replay.none") : String(value)

const TASK_FIELDS: ReadonlyArray<Field<TaskDoc>> = [
  ["replay.field.state", (task) => (task.phase === "absent" ? t("replay.none") : t(`state.${task.phase}`))],
  ["replay.field.member", (task, view) => targetLabel(view, task)],
  ["replay.field.run", (task) => String(task.run)],
  ["replay.field.attempt", (task) => String(task.attempt)],
  [
    "replay.field.percent",
    (task) => (task.percent === null ? t("replay.none") : t("task.percent", { n: task.percent })),
  ],
  ["replay.field.note", (task) => orNone(task.note)],
  ["replay.field.doing", (task) => orNone(task.doing?.text ?? null)],
  ["replay.field.usage", (task) => (task.usage === null ? t("replay.none") : usageText(task.usage))],
  ["replay.field.priority", (task) => String(task.priority)],
  ["replay.field.cancel", (task) => yesNo(task.isCancelRequested)],
  ["replay.field.questions", (task) => task.questions.map((each) => each.text).join("; ") || t("replay.none")],
  ["replay.field.approvals", (task) => task.approvals.map((each) => each.action).join("; ") || t("replay.none")],
  ["replay.field.files", (task) => String(task.artifacts.length)],
  ["replay.field.failure", (task) => (task.failure === null ? t("replay.none") : failureWords(task.failure.reason))],
  ["replay.field.result", (task) => orNone(task.result?.summary ?? null)],
]

const MEMBER_FIELDS: ReadonlyArray<Field<MemberDoc>> = [
  [
    "replay.field.presence",
    (member) => (member.presence === "never" ? t("member.never-seen") : t(`presence.${member.presence}`)),
  ],
  ["replay.field.blocked", (member) => orNone(member.blockedReason)],
  ["replay.field.paused", (member) => yesNo(member.isPaused)],
  ["replay.field.draining", (member) => yesNo(member.isDraining)],
  ["replay.field.removed", (member) => yesNo(member.isRemoved)],
  ["replay.field.handle", (member) => member.handle],
  ["replay.field.name", (member) => member.name],
  ["replay.field.role", (member) => t(`member.role.${member.role}`)],
  ["replay.field.runtime", (member) => t(`member.runtime.${member.runtime}`)],
  ["replay.field.slots", (member) => String(member.slots)],
  ["replay.field.agent", (member) => orNone(member.agentVersion)],
  [
    "replay.field.notice",
    (member) => (member.notice === null ? t("replay.none") : t(`member.notice.${member.notice.kind}`)),
  ],
]

const TEAM_FIELDS: ReadonlyArray<Field<TeamDoc>> = [
  ["replay.field.name", (team) => team.name],
  ["replay.field.description", (team) => orNone(team.description)],
  ["replay.field.paused", (team) => yesNo(team.isPaused)],
  ["replay.field.draining", (team) => yesNo(team.isDraining)],
  ["replay.field.halted", (team) => yesNo(team.halts.length > 0)],
  ["replay.field.archived", (team) => yesNo(team.isArchived)],
  ["timeline.bookmarks", (team) => (team.bookmarks ?? []).map((each) => each.name).join(", ") || t("replay.none")],
]

interface Named {
  readonly subject: string
  readonly taskId?: string
}

function differences<T>(
  named: Named,
  fields: ReadonlyArray<Field<T>>,
  before: readonly [doc: T | undefined, view: TeamView],
  after: readonly [doc: T, view: TeamView],
): ReadonlyArray<Change> {
  return fields.flatMap(([key, read]) => {
    const from = before[0] === undefined ? undefined : read(before[0], before[1])
    const to = read(after[0], after[1])
    const isNothing = from === undefined && (to === t("replay.none") || to === t("replay.no") || to === "0")
    return from === to || isNothing ? [] : [{ subject: named.subject, taskId: named.taskId, field: t(key), from, to }]
  })
}

/** What is different after one or many events, in the words of the view: by task, by member, of the team, of the chat. */
export function changesBetween(before: TeamView, after: TeamView): ReadonlyArray<Change> {
  const changes: Array<Change> = []
  for (const [id, task] of Object.entries(after.tasks)) {
    const was = before.tasks[id]
    if (was === task) continue
    const named = { subject: taskLabel(task.number), taskId: id }
    changes.push(...differences(named, TASK_FIELDS, [was, before], [task, after]))
  }
  for (const [id, member] of Object.entries(after.members)) {
    const was = before.members[id]
    if (was === member) continue
    changes.push(...differences({ subject: memberLabel(after, id) }, MEMBER_FIELDS, [was, before], [member, after]))
  }
  if (after.team !== null && before.team !== after.team) {
    const named = { subject: t("replay.subject.team") }
    changes.push(...differences(named, TEAM_FIELDS, [before.team ?? undefined, before], [after.team, after]))
  }
  for (const said of saidBetween(before, after))
    changes.push({
      subject: t("replay.subject.chat"),
      taskId: undefined,
      field: t("replay.field.message"),
      from: undefined,
      to: said.text,
    })
  return changes
}

/** Messages that were said between two moments, as far as the later one still holds them. */
const saidBetween = (before: TeamView, after: TeamView): TeamView["chat"] => {
  const known = new Set(before.chat.map(({ id }) => id))
  return before.chat === after.chat ? [] : after.chat.filter(({ id }) => !known.has(id))
}
