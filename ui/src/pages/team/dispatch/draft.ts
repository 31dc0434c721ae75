import type { DispatchRequest, MemberDoc } from "@muster/contracts"
import {
  ATTEMPTS_DEFAULT,
  ATTEMPTS_MAX,
  INSTRUCTIONS_MAX_CHARS,
  PRIORITY_DEFAULT,
  RETRY_BACKOFF_DEFAULT_MILLIS,
  RETRY_BACKOFF_MAX_MILLIS,
  SKILL_MAX_CHARS,
  SKILLS_MAX,
  TIME_LIMIT_DEFAULT_MILLIS,
  TIME_LIMIT_MAX_MILLIS,
  TIME_LIMIT_MIN_MILLIS,
  TITLE_MAX_CHARS,
} from "@muster/domain"
import type { Attachment, MemberId, TaskId } from "@muster/domain"
import { t } from "#src/i18n/index.ts"

const SECOND_MILLIS = 1_000
const MINUTE_MILLIS = 60 * SECOND_MILLIS
/** As the contract bounds a simulated duration. */
const DURATION_MAX_SECONDS = 24 * 60 * 60

/** What stands in the dispatch panel: texts as they were typed, so that a draft survives with its mistakes. */
export interface DispatchDraft {
  /** Empty: the leader decides. `TO_POOL`: whoever has the skills. */
  readonly memberId: string
  /** Parted by commas, for a pool. */
  readonly skills: string
  readonly instructions: string
  /** Undefined: from the first line of the instructions. */
  readonly title: string | undefined
  readonly priority: number
  readonly timeLimitMinutes: string
  readonly attempts: string
  readonly backoffSeconds: string
  /** As a date-time field writes them: local time, no zone. */
  readonly deadline: string
  readonly notBefore: string
  readonly after: ReadonlyArray<string>
  /** One argument per line. */
  readonly argv: string
  readonly durationSeconds: string
  /** What happens when the member is at work on something else: a task of its own, or words to its agent there. */
  readonly whenBusy: (typeof WHEN_BUSY)[number]
}

export const WHEN_BUSY = ["queue", "steer", "interrupt"] as const

export const emptyDraft: DispatchDraft = {
  memberId: "",
  skills: "",
  instructions: "",
  title: undefined,
  priority: PRIORITY_DEFAULT,
  timeLimitMinutes: String(TIME_LIMIT_DEFAULT_MILLIS / MINUTE_MILLIS),
  attempts: String(ATTEMPTS_DEFAULT),
  backoffSeconds: String(RETRY_BACKOFF_DEFAULT_MILLIS / SECOND_MILLIS),
  deadline: "",
  notBefore: "",
  after: [],
  argv: "",
  durationSeconds: "",
  whenBusy: "queue",
}

export type DraftField = Exclude<keyof DispatchDraft, "priority" | "whenBusy">
export type DraftErrors = Readonly<Partial<Record<DraftField, string>>>

export type DraftVerdict =
  | { readonly isOk: true; readonly request: DispatchRequest }
  | { readonly isOk: false; readonly errors: DraftErrors }

/** The title as it would be sent: the one that was written, else the first line with words in it. */
export function titleOf(draft: DispatchDraft): string {
  if (draft.title !== undefined) return draft.title.trim()
  const line = draft.instructions.split("\n").find((each) => each.trim() !== "") ?? ""
  return line
    .replace(/^[#>*\-\s]+/, "")
    .trim()
    .slice(0, TITLE_MAX_CHARS)
}

/** Instructions with words that came from elsewhere: what was being written is kept, and nothing is put in twice. */
export const withText = (instructions: string, text: string): string => {
  if (instructions.includes(text)) return instructions
  return instructions.trim() === "" ? text : `${instructions.trimEnd()}\n\n${text}`
}

/** One argument per line, as they are; empty lines at the end are not meant. */
export const argvOf = (text: string): ReadonlyArray<string> =>
  text.trim() === "" ? [] : text.replace(/\n+$/, "").split("\n")

export interface DraftContext {
  readonly members: ReadonlyArray<MemberDoc>
  readonly nowMillis: number
  /** Files that go with it. */
  readonly files?: ReadonlyArray<Pick<Attachment, "sha256" | "name">>
}

/** Stands in place of a member's id for whoever has the skills. */
export const TO_POOL = "pool"

export const skillsOf = (text: string): ReadonlyArray<string> => [
  ...new Set(
    text
      .split(",")
      .map((skill) => skill.trim())
      .filter((skill) => skill !== ""),
  ),
]

/** Whom the draft goes to as far as the page can tell. */
export const targetOf = (draft: DispatchDraft, members: ReadonlyArray<MemberDoc>): MemberDoc | undefined =>
  draft.memberId === ""
    ? members.find((member) => member.role === "leader")
    : members.find((member) => member.id === draft.memberId)

const numberIn = (text: string, min: number, max: number): number | undefined => {
  const value = text.trim() === "" ? Number.NaN : Number(text)
  return Number.isFinite(value) && value >= min && value <= max ? value : undefined
}

const instantOf = (local: string): string | undefined => {
  const millis = new Date(local).getTime()
  return Number.isNaN(millis) ? undefined : new Date(millis).toISOString()
}

/** The request that a draft stands for, or what is wrong with it, field by field. What says nothing new is left out. */
export function requestOf(draft: DispatchDraft, context: DraftContext): DraftVerdict {
  const errors: Partial<Record<DraftField, string>> = {}
  const title = titleOf(draft)
  if (title === "") errors.title = t("dispatch.wrong.title")
  else if (title.length > TITLE_MAX_CHARS) errors.title = t("dispatch.wrong.title-long", { max: TITLE_MAX_CHARS })
  if (draft.instructions.length > INSTRUCTIONS_MAX_CHARS)
    errors.instructions = t("dispatch.wrong.instructions-long", { max: INSTRUCTIONS_MAX_CHARS })

  const isForPool = draft.memberId === TO_POOL
  const skills = skillsOf(draft.skills)
  const target = targetOf(draft, context.members)
  if (isForPool && (skills.length === 0 || skills.length > SKILLS_MAX))
    errors.skills = t("dispatch.wrong.skills", { max: SKILLS_MAX })
  if (isForPool && skills.some((skill) => skill.length > SKILL_MAX_CHARS))
    errors.skills = t("dispatch.wrong.skill-long", { max: SKILL_MAX_CHARS })
  if (!isForPool && target === undefined) errors.memberId = t("dispatch.wrong.target")

  const minutes = { min: TIME_LIMIT_MIN_MILLIS / MINUTE_MILLIS, max: TIME_LIMIT_MAX_MILLIS / MINUTE_MILLIS }
  const timeLimit = numberIn(draft.timeLimitMinutes, minutes.min, minutes.max)
  if (timeLimit === undefined)
    errors.timeLimitMinutes = t("dispatch.wrong.time-limit", { min: minutes.min.toPrecision(1), max: minutes.max })
  const attempts = numberIn(draft.attempts, 1, ATTEMPTS_MAX)
  if (attempts === undefined || !Number.isInteger(attempts))
    errors.attempts = t("dispatch.wrong.attempts", { max: ATTEMPTS_MAX })
  const backoffMax = RETRY_BACKOFF_MAX_MILLIS / SECOND_MILLIS
  const backoff = numberIn(draft.backoffSeconds, 0, backoffMax)
  if (backoff === undefined) errors.backoffSeconds = t("dispatch.wrong.backoff", { max: backoffMax })

  const deadlineAt = draft.deadline === "" ? undefined : instantOf(draft.deadline)
  if (draft.deadline !== "" && deadlineAt === undefined) errors.deadline = t("dispatch.wrong.date")
  else if (deadlineAt !== undefined && Date.parse(deadlineAt) <= context.nowMillis)
    errors.deadline = t("dispatch.wrong.deadline-past")
  const notBefore = draft.notBefore === "" ? undefined : instantOf(draft.notBefore)
  if (draft.notBefore !== "" && notBefore === undefined) errors.notBefore = t("dispatch.wrong.date")

  const isSimulated = target?.runtime === "simulated"
  const duration = draft.durationSeconds === "" ? undefined : numberIn(draft.durationSeconds, 0, DURATION_MAX_SECONDS)
  if (isSimulated && draft.durationSeconds !== "" && duration === undefined)
    errors.durationSeconds = t("dispatch.wrong.duration", { max: DURATION_MAX_SECONDS })

  if (Object.keys(errors).length > 0 || timeLimit === undefined || attempts === undefined || backoff === undefined)
    return { isOk: false, errors }

  const { files = [] } = context
  const argv = argvOf(draft.argv)
  const runtimeOptions: DispatchRequest["runtimeOptions"] = {
    ...(target?.runtime === "command" && argv.length > 0 ? { command: { argv } } : {}),
    ...(isSimulated && duration !== undefined
      ? { simulated: { durationMillis: Math.round(duration * SECOND_MILLIS) } }
      : {}),
  }
  return {
    isOk: true,
    request: {
      title,
      instructions: draft.instructions,
      ...(isForPool ? { pool: { skills } } : draft.memberId === "" ? {} : { memberId: draft.memberId as MemberId }),
      priority: draft.priority,
      retry: { maxAttempts: attempts, backoffMillis: Math.round(backoff * SECOND_MILLIS) },
      timeLimitMillis: Math.round(timeLimit * MINUTE_MILLIS),
      ...(deadlineAt === undefined ? {} : { deadlineAt }),
      ...(notBefore === undefined ? {} : { notBefore }),
      ...(draft.after.length === 0 ? {} : { after: draft.after.map((id) => id as TaskId) }),
      ...(Object.keys(runtimeOptions).length === 0 ? {} : { runtimeOptions }),
      ...(files.length === 0 ? {} : { attachments: files.map(({ sha256, name }) => ({ sha256, name })) }),
    },
  }
}

/** Where the server's JSON pointers lead in the panel. */
const PLACES: ReadonlyArray<readonly [prefix: string, field: DraftField]> = [
  ["/title", "title"],
  ["/instructions", "instructions"],
  ["/memberId", "memberId"],
  ["/pool", "skills"],
  ["/timeLimitMillis", "timeLimitMinutes"],
  ["/retry/backoffMillis", "backoffSeconds"],
  ["/retry", "attempts"],
  ["/deadlineAt", "deadline"],
  ["/notBefore", "notBefore"],
  ["/after", "after"],
  ["/runtimeOptions/simulated", "durationSeconds"],
  ["/runtimeOptions", "argv"],
]

/** What the server found wrong, at the fields where a person can put it right. */
export function errorsFrom(fields: Readonly<Record<string, string>>): DraftErrors {
  const errors: Partial<Record<DraftField, string>> = {}
  for (const [pointer, detail] of Object.entries(fields)) {
    const field = PLACES.find(([prefix]) => pointer === prefix || pointer.startsWith(`${prefix}/`))?.[1]
    if (field !== undefined) errors[field] ??= detail
  }
  return errors
}

/** Reads a draft that was kept; fields that an older version did not have get their beginning. */
export function asDraft(stored: unknown): DispatchDraft | undefined {
  if (typeof stored !== "object" || stored === null) return undefined
  const fits = Object.entries(stored).filter(([name, value]) => {
    const sample = emptyDraft[name as keyof DispatchDraft]
    if (name === "whenBusy") return WHEN_BUSY.some((choice) => choice === value)
    if (name === "title") return typeof value === "string"
    if (name === "after") return Array.isArray(value) && value.every((id) => typeof id === "string")
    return typeof value === typeof sample
  })
  return { ...emptyDraft, ...Object.fromEntries(fits) }
}
