import { accept, refuse, type Decision } from "#src/decision.ts"
import { fact, type Fact } from "#src/events/index.ts"
import type { TaskDraft } from "#src/events/task-draft.ts"
import type { TaskTemplateId } from "#src/ids.ts"
import { TASK_TEMPLATES_MAX } from "#src/limits.ts"

/** What deciding needs to know of the drafts that a team keeps. */
export interface KnownTemplate {
  readonly id: TaskTemplateId
  readonly name: string
}

export type TemplateFact = Extract<Fact, { readonly type: "TeamTaskTemplateSaved" | "TeamTaskTemplateDeleted" }>

/** Names are compared as people read them. */
const nameKey = (name: string): string => name.normalize("NFKC").trim().toLowerCase()

export const evolveTemplates = (
  known: readonly KnownTemplate[],
  { type, data }: TemplateFact,
): readonly KnownTemplate[] => {
  const others = known.filter(({ id }) => id !== data.templateId)
  return type === "TeamTaskTemplateSaved" ? [...others, { id: data.templateId, name: data.name }] : others
}

/** The id under which a draft of this name is kept: that of the one it takes the place of, else the fresh one. */
export const templateIdFor = (known: readonly KnownTemplate[], name: string, fresh: TaskTemplateId): TaskTemplateId =>
  known.find((template) => nameKey(template.name) === nameKey(name))?.id ?? fresh

/** Keeps a draft; one of the same name gives way to it. */
export const decideSaveTemplate = (
  known: readonly KnownTemplate[],
  {
    templateId,
    name,
    draft,
  }: { readonly templateId: TaskTemplateId; readonly name: string; readonly draft: TaskDraft },
): Decision<TemplateFact> => {
  const id = templateIdFor(known, name, templateId)
  if (id === templateId && known.length >= TASK_TEMPLATES_MAX)
    return refuse("too-many-templates", `a team keeps at most ${TASK_TEMPLATES_MAX} templates; delete one first`)
  return accept(fact("TeamTaskTemplateSaved", { templateId: id, name, draft }))
}

/** Deleting what is not there changes nothing. */
export const decideDeleteTemplate = (
  known: readonly KnownTemplate[],
  templateId: TaskTemplateId,
): Decision<TemplateFact> =>
  known.some(({ id }) => id === templateId) ? accept(fact("TeamTaskTemplateDeleted", { templateId })) : accept()
