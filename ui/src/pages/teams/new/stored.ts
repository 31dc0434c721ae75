import { emptyWizard, newRow } from "#src/pages/teams/new/draft.ts"
import type { FirstTask, WizardDraft, WizardMember } from "#src/pages/teams/new/draft.ts"
import { newMemberDraft } from "#src/pages/team/members/member-draft.ts"
import type { MemberDraft } from "#src/pages/team/members/member-draft.ts"

type Fields = Readonly<Record<string, unknown>>
const isFields = (value: unknown): value is Fields =>
  typeof value === "object" && value !== null && !Array.isArray(value)
const isTexts = (value: unknown): value is ReadonlyArray<string> =>
  Array.isArray(value) && value.every((each) => typeof each === "string")

/** Of a member only what a form knows, and only texts: whatever else stands there is left. */
function memberFrom(stored: unknown): WizardMember | undefined {
  const found = isFields(stored) ? stored["draft"] : undefined
  if (!isFields(found)) return undefined
  const known = newMemberDraft(true)
  const entries = Object.keys(known).flatMap((key) => (typeof found[key] === "string" ? [[key, found[key]]] : []))
  const draft = { ...known, ...(Object.fromEntries(entries) as Partial<MemberDraft>) }
  const isWhole =
    ["leader", "member"].includes(draft.role) &&
    ["command", "simulated", "acp", "openclaw"].includes(draft.runtime) &&
    ["local", "manual"].includes(draft.placement)
  return isWhole ? { row: newRow(), draft } : undefined
}

function taskFrom(stored: unknown): FirstTask | undefined {
  if (!isFields(stored)) return undefined
  const { ref, title, instructions, handle, skills, after, runtimeOptions } = stored
  if (typeof ref !== "string" || typeof title !== "string" || typeof instructions !== "string") return undefined
  if ((handle !== null && typeof handle !== "string") || !isTexts(skills) || !isTexts(after)) return undefined
  // The server decodes the options; here they are only handed on.
  const options = isFields(runtimeOptions) ? (runtimeOptions as FirstTask["runtimeOptions"]) : null
  return { ref, title, instructions, handle, skills, after, runtimeOptions: options }
}

/** What was kept of the wizard, as far as it is what this version writes. */
export function wizardFrom(stored: unknown): WizardDraft | undefined {
  if (!isFields(stored)) return undefined
  const { begins, name, description, sentence, wantsFirstWork, members, firstWork } = stored
  if (typeof name !== "string" || typeof begins !== "string") return undefined
  return {
    ...emptyWizard,
    begins,
    name,
    description: typeof description === "string" ? description : "",
    sentence: typeof sentence === "string" ? sentence : "",
    wantsFirstWork: wantsFirstWork !== false,
    members: (Array.isArray(members) ? members : []).flatMap((each: unknown) => memberFrom(each) ?? []),
    firstWork: (Array.isArray(firstWork) ? firstWork : []).flatMap((each: unknown) => taskFrom(each) ?? []),
  }
}

/** A request that was sent and may have arrived: the same one goes out again under the same key, also after a reload. */
export interface Sent {
  readonly key: string
  readonly body: string
}

export const sentFrom = (stored: unknown): Sent | undefined =>
  isFields(stored) && typeof stored["key"] === "string" && typeof stored["body"] === "string"
    ? { key: stored["key"], body: stored["body"] }
    : undefined
