import type { MemberDoc, TaskTemplateDoc } from "@muster/contracts"
import { TASK_TEMPLATE_INSTRUCTIONS_MAX_CHARS } from "@muster/domain"
import type { MemberId, TaskDraft } from "@muster/domain"
import { emptyDraft, requestOf, TO_POOL } from "#src/pages/team/dispatch/draft.ts"
import type { DispatchDraft } from "#src/pages/team/dispatch/draft.ts"

const SECOND_MILLIS = 1_000
const MINUTE_MILLIS = 60 * SECOND_MILLIS

/** The part of a draft that is worth keeping: not its times, its dependencies and its files, which belong to one occasion. */
export function templateDraftOf(draft: DispatchDraft, members: ReadonlyArray<MemberDoc>): TaskDraft | undefined {
  if (draft.instructions.trim() === "" || draft.instructions.length > TASK_TEMPLATE_INSTRUCTIONS_MAX_CHARS)
    return undefined
  const lasting = { ...draft, deadline: "", notBefore: "", after: [], argv: "", durationSeconds: "" }
  const verdict = requestOf(lasting, { members, nowMillis: 0 })
  if (!verdict.isOk) return undefined
  const { memberId, pool, priority, retry, timeLimitMillis } = verdict.request
  const title = draft.title?.trim()
  return {
    ...(title === undefined || title === "" ? {} : { title }),
    instructions: draft.instructions,
    ...(memberId === undefined ? {} : { memberId }),
    ...(pool === undefined ? {} : { pool }),
    ...(priority === undefined ? {} : { priority }),
    ...(retry === undefined ? {} : { retry }),
    ...(timeLimitMillis === undefined ? {} : { timeLimitMillis }),
  }
}

const isMember = (members: ReadonlyArray<MemberDoc>, id: MemberId): boolean =>
  members.some((member) => member.id === id)

/** A draft made from a template. Whom it names may have left: then the leader decides. */
export function fromTemplate({ draft }: TaskTemplateDoc, members: ReadonlyArray<MemberDoc>): DispatchDraft {
  const { memberId, pool, retry, timeLimitMillis } = draft
  return {
    ...emptyDraft,
    instructions: draft.instructions,
    title: draft.title,
    memberId: pool === undefined ? (memberId !== undefined && isMember(members, memberId) ? memberId : "") : TO_POOL,
    skills: pool?.skills.join(", ") ?? "",
    priority: draft.priority ?? emptyDraft.priority,
    ...(retry === undefined
      ? {}
      : { attempts: String(retry.maxAttempts), backoffSeconds: String(retry.backoffMillis / SECOND_MILLIS) }),
    ...(timeLimitMillis === undefined ? {} : { timeLimitMinutes: String(timeLimitMillis / MINUTE_MILLIS) }),
  }
}

/** What is typed after a slash at the very beginning, on the first line; undefined where no template is meant. */
export const templateQuery = (instructions: string): string | undefined => /^\/([^\n]*)$/.exec(instructions)?.[1]

/** Templates whose name has every word of the query, by name. */
export function templatesFor(templates: ReadonlyArray<TaskTemplateDoc>, query: string): ReadonlyArray<TaskTemplateDoc> {
  const words = query.toLowerCase().split(/\s+/).filter(Boolean)
  return templates
    .filter(({ name }) => words.every((word) => name.toLowerCase().includes(word)))
    .toSorted((a, b) => a.name.localeCompare(b.name))
}
