import type { TeamDoc } from "@muster/contracts"
import type { KnownEvent } from "@muster/domain"

/** Folds any event of a team's history into the team; undefined for a team that is not known. Counts dispatched tasks. */
export const teamDoc = (doc: TeamDoc | undefined, event: KnownEvent): TeamDoc | undefined => {
  const { position, at } = event
  if (event.type === "TeamCreated") {
    const { teamId: id, profile } = event.data
    const flags = { isArchived: false, isPaused: false, pausedReason: null, busRebuiltAt: null }
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
    case "TeamResumed":
      return { ...doc, isPaused: false, pausedReason: null, position }
    case "TaskDispatched":
      return { ...doc, taskCount: doc.taskCount + 1, position }
    case "BusRebuilt":
      return { ...doc, busRebuiltAt: at, position }
    default:
      return doc
  }
}
