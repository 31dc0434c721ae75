import type { BookmarkDoc, TaskTemplateDoc, TeamDoc } from "@muster/contracts"
import type { HaltScope, KnownEvent } from "@muster/domain"

const withoutHalt = (doc: TeamDoc, by: HaltScope) => doc.halts.filter((halt) => halt.by !== by)

const otherTemplates = (doc: TeamDoc, templateId: string) =>
  (doc.taskTemplates ?? []).filter(({ id }) => id !== templateId)

const templateOf = (event: Extract<KnownEvent, { readonly type: "TeamTaskTemplateSaved" }>): TaskTemplateDoc => ({
  id: event.data.templateId,
  name: event.data.name,
  draft: event.data.draft,
  by: event.meta.actor,
  at: event.at,
})

const bookmarkOf = (event: Extract<KnownEvent, { readonly type: "TeamBookmarkAdded" }>): BookmarkDoc => ({
  id: event.data.bookmarkId,
  name: event.data.name,
  moment: event.data.moment,
  by: event.meta.actor,
  at: event.at,
})

/** Folds any event of a team's history into the team; undefined for a team that is not known. Counts dispatched tasks. */
export const teamDoc = (doc: TeamDoc | undefined, event: KnownEvent): TeamDoc | undefined => {
  const { position, at } = event
  if (event.type === "TeamCreated") {
    const { teamId: id, profile } = event.data
    const flags = {
      isArchived: false,
      isPaused: false,
      pausedReason: null,
      isDraining: false,
      busRebuiltAt: null,
      halts: [],
    }
    return { id, orgId: event.meta.org, ...profile, ...flags, createdAt: at, taskCount: 0, position }
  }
  if (doc === undefined) return undefined
  switch (event.type) {
    case "TeamEdited":
      return { ...doc, ...event.data.profile, position }
    case "TeamArchived":
      return { ...doc, isArchived: true, position }
    case "TeamRestored":
      return { ...doc, isArchived: false, position }
    case "TeamPaused":
      return { ...doc, isPaused: true, pausedReason: event.data.reason, position }
    case "TeamDrainStarted":
      return { ...doc, isDraining: true, pausedReason: event.data.reason, position }
    case "TeamResumed":
      return { ...doc, isPaused: false, isDraining: false, pausedReason: null, position }
    case "TeamHalted":
      return { ...doc, halts: [...withoutHalt(doc, event.data.by), { ...event.data, at }], position }
    case "TeamReleased":
      return { ...doc, halts: withoutHalt(doc, event.data.by), position }
    case "TeamTaskTemplateSaved":
      return { ...doc, taskTemplates: [...otherTemplates(doc, event.data.templateId), templateOf(event)], position }
    case "TeamTaskTemplateDeleted":
      return { ...doc, taskTemplates: otherTemplates(doc, event.data.templateId), position }
    case "TeamBookmarkAdded":
      return { ...doc, bookmarks: [...(doc.bookmarks ?? []), bookmarkOf(event)], position }
    case "TeamBookmarkRemoved":
      return { ...doc, bookmarks: (doc.bookmarks ?? []).filter(({ id }) => id !== event.data.bookmarkId), position }
    case "TaskDispatched":
      return { ...doc, taskCount: doc.taskCount + 1, position }
    case "BusRebuilt":
      return { ...doc, busRebuiltAt: at, position }
    default:
      return doc
  }
}
