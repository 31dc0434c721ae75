import type { NewSchedule, ScheduleDoc } from "@muster/contracts"
import {
  cronFlaw,
  INSTRUCTIONS_MAX_CHARS,
  NAME_MAX_CHARS,
  nextDueMillis,
  timeZoneFlaw,
  TITLE_MAX_CHARS,
} from "@muster/domain"
import type { MemberId } from "@muster/domain"
import { t } from "#src/i18n/index.ts"
import { skillsOf, titleOf, TO_POOL } from "#src/pages/team/dispatch/draft.ts"
import type { DispatchDraft } from "#src/pages/team/dispatch/draft.ts"

/** What stands in the form of a schedule, as it was typed. */
export interface ScheduleDraft {
  readonly name: string
  readonly cron: string
  readonly timeZone: string
  readonly overlap: "skip" | "queue"
  readonly catchUp: "one" | "none"
  readonly title: string
  readonly instructions: string
  /** Empty: the leader. `TO_POOL`: whoever has the skills. */
  readonly memberId: string
  readonly skills: string
}

export type ScheduleField = "name" | "cron" | "timeZone" | "title" | "instructions" | "memberId" | "skills"
export type ScheduleErrors = Readonly<Partial<Record<ScheduleField, string>>>

const NEXT_SHOWN = 3

export const newScheduleDraft = (): ScheduleDraft => ({
  name: "",
  cron: "0 9 * * MON-FRI",
  timeZone: Intl.DateTimeFormat().resolvedOptions().timeZone,
  overlap: "skip",
  catchUp: "one",
  title: "",
  instructions: "",
  memberId: "",
  skills: "",
})

/** What a schedule takes over of a draft of a single task. */
export const fromDispatch = (draft: DispatchDraft): Partial<ScheduleDraft> => ({
  name: titleOf(draft).slice(0, NAME_MAX_CHARS),
  title: titleOf(draft),
  instructions: draft.instructions,
  memberId: draft.memberId,
  skills: draft.skills,
})

export const draftOfSchedule = ({ spec }: ScheduleDoc): ScheduleDraft => ({
  name: spec.name,
  cron: spec.cron,
  timeZone: spec.timeZone,
  overlap: spec.overlap,
  catchUp: spec.catchUp,
  title: spec.task.title,
  instructions: spec.task.instructions,
  memberId: spec.task.pool === undefined ? (spec.task.memberId ?? "") : TO_POOL,
  skills: spec.task.pool?.skills.join(", ") ?? "",
})

const tidy = (cron: string) => cron.trim().replaceAll(/\s+/g, " ")

/** The due times that come next; undefined while the expression or the time zone make no sense. */
export function nextOf(
  draft: Pick<ScheduleDraft, "cron" | "timeZone">,
  nowMillis: number,
): ReadonlyArray<number> | undefined {
  const timetable = { cron: tidy(draft.cron), timeZone: draft.timeZone.trim() }
  if (cronFlaw(timetable.cron) !== undefined || timeZoneFlaw(timetable.timeZone) !== undefined) return undefined
  return nextDueMillis(timetable, nowMillis, NEXT_SHOWN)
}

export type ScheduleVerdict =
  | { readonly isOk: true; readonly request: NewSchedule }
  | { readonly isOk: false; readonly errors: ScheduleErrors }

/** The request that a draft stands for, or what is wrong with it. `before`: what the form does not show stays as it is. */
export function scheduleRequest(draft: ScheduleDraft, before?: ScheduleDoc): ScheduleVerdict {
  const errors: Partial<Record<ScheduleField, string>> = {}
  const name = draft.name.trim()
  if (name === "" || name.length > NAME_MAX_CHARS) errors.name = t("schedule.wrong.name", { max: NAME_MAX_CHARS })
  const cron = tidy(draft.cron)
  const flaw = cronFlaw(cron)
  if (flaw !== undefined) errors.cron = t("schedule.wrong.cron", { flaw })
  const timeZone = draft.timeZone.trim()
  if (timeZoneFlaw(timeZone) !== undefined) errors.timeZone = t("schedule.wrong.zone")
  const title = draft.title.trim()
  if (title === "" || title.length > TITLE_MAX_CHARS) errors.title = t("schedule.wrong.title", { max: TITLE_MAX_CHARS })
  if (draft.instructions.length > INSTRUCTIONS_MAX_CHARS)
    errors.instructions = t("dispatch.wrong.instructions-long", { max: INSTRUCTIONS_MAX_CHARS })
  const skills = skillsOf(draft.skills)
  const isForPool = draft.memberId === TO_POOL
  if (isForPool && skills.length === 0) errors.skills = t("schedule.wrong.skills")
  if (Object.keys(errors).length > 0) return { isOk: false, errors }
  const { memberId: _memberId, pool: _pool, ...kept } = before?.spec.task ?? {}
  const target = isForPool
    ? { pool: { skills } }
    : draft.memberId === ""
      ? {}
      : { memberId: draft.memberId as MemberId }
  const task = { ...kept, title, instructions: draft.instructions, ...target }
  return { isOk: true, request: { name, cron, timeZone, overlap: draft.overlap, catchUp: draft.catchUp, task } }
}

const PLACES: Readonly<Record<string, ScheduleField>> = {
  "/name": "name",
  "/cron": "cron",
  "/timeZone": "timeZone",
  "/task/title": "title",
  "/task/instructions": "instructions",
  "/task/memberId": "memberId",
  "/memberId": "memberId",
  "/task/pool": "skills",
}

/** What the server found wrong, at the fields where a person can put it right. */
export function scheduleErrorsFrom(fields: Readonly<Record<string, string>>): ScheduleErrors {
  const errors: Partial<Record<ScheduleField, string>> = {}
  for (const [pointer, detail] of Object.entries(fields)) {
    const place = Object.keys(PLACES).find((each) => pointer === each || pointer.startsWith(`${each}/`))
    const field = place === undefined ? undefined : PLACES[place]
    if (field !== undefined) errors[field] ??= detail
  }
  return errors
}
