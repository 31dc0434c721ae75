import { fact, type Fact } from "#src/events/index.ts"
import type { HaltScope, TeamProfile } from "#src/events/team.ts"
import type { TaskDraft } from "#src/events/task-draft.ts"
import type { BookmarkId, Position, TaskTemplateId, TeamId } from "#src/ids.ts"
import {
  decideDeleteTemplate,
  decideSaveTemplate,
  evolveTemplates,
  type KnownTemplate,
} from "#src/team/task-templates.ts"
import { BOOKMARKS_MAX } from "#src/limits.ts"
import { accept, refuse, type Decision } from "#src/decision.ts"

type TeamEventType =
  | "TeamCreated"
  | "TeamEdited"
  | "TeamArchived"
  | "TeamRestored"
  | "TeamPaused"
  | "TeamDrainStarted"
  | "TeamResumed"
  | "TeamHalted"
  | "TeamReleased"
  | "TeamTaskTemplateSaved"
  | "TeamTaskTemplateDeleted"
  | "TeamBookmarkAdded"
  | "TeamBookmarkRemoved"
export type TeamFact = Extract<Fact, { readonly type: TeamEventType }>

export interface Halt {
  readonly by: HaltScope
  readonly reason: string
  /** Also what had not begun when it was thrown is cancelled. */
  readonly cancelQueued: boolean
}

export interface TeamState {
  readonly isCreated: boolean
  readonly isArchived: boolean
  readonly isPaused: boolean
  /** Finishes what it holds and takes nothing new. */
  readonly isDraining: boolean
  /** Kill switches that are on. */
  readonly halts: readonly Halt[]
  readonly bookmarks: readonly BookmarkId[]
  readonly taskTemplates: readonly KnownTemplate[]
  readonly profile: TeamProfile
  readonly requestHash: string
}

export const absentTeam: TeamState = {
  isCreated: false,
  isArchived: false,
  isPaused: false,
  isDraining: false,
  halts: [],
  bookmarks: [],
  taskTemplates: [],
  profile: { name: "", description: "" },
  requestHash: "",
}

export type TeamCommand =
  | { readonly kind: "create"; readonly teamId: TeamId; readonly profile: TeamProfile; readonly requestHash: string }
  | { readonly kind: "edit"; readonly profile: TeamProfile }
  | { readonly kind: "archive"; readonly reason: string }
  | { readonly kind: "restore" }
  | { readonly kind: "pause"; readonly reason: string }
  | { readonly kind: "drain"; readonly reason: string }
  | { readonly kind: "resume" }
  | ({ readonly kind: "halt" } & Halt)
  | { readonly kind: "release"; readonly by: HaltScope; readonly reason: string }
  | {
      readonly kind: "bookmark"
      readonly bookmarkId: BookmarkId
      readonly moment: Position
      readonly name: string
    }
  | { readonly kind: "remove-bookmark"; readonly bookmarkId: BookmarkId }
  | {
      readonly kind: "save-template"
      readonly templateId: TaskTemplateId
      readonly name: string
      readonly draft: TaskDraft
    }
  | { readonly kind: "delete-template"; readonly templateId: TaskTemplateId }

const withoutHalt = (state: TeamState, by: HaltScope) => state.halts.filter((halt) => halt.by !== by)

/** True while a kill switch is on: nothing is assigned, and what runs is cancelled. */
export const isHalted = (state: Pick<TeamState, "halts">): boolean => state.halts.length > 0

/** True when members of the team may be given work. */
export const takesWork = (state: TeamState): boolean =>
  !state.isPaused && !state.isDraining && !state.isArchived && !isHalted(state)

export const evolveTeam = (state: TeamState, event: TeamFact): TeamState => {
  switch (event.type) {
    case "TeamCreated":
      return { ...absentTeam, isCreated: true, profile: event.data.profile, requestHash: event.data.requestHash }
    case "TeamEdited":
      return { ...state, profile: event.data.profile }
    case "TeamArchived":
      return { ...state, isArchived: true }
    case "TeamRestored":
      return { ...state, isArchived: false }
    case "TeamPaused":
      return { ...state, isPaused: true }
    case "TeamDrainStarted":
      return { ...state, isDraining: true }
    case "TeamResumed":
      return { ...state, isPaused: false, isDraining: false }
    case "TeamHalted":
      return { ...state, halts: [...withoutHalt(state, event.data.by), event.data] }
    case "TeamReleased":
      return { ...state, halts: withoutHalt(state, event.data.by) }
    case "TeamTaskTemplateSaved":
    case "TeamTaskTemplateDeleted":
      return { ...state, taskTemplates: evolveTemplates(state.taskTemplates, event) }
    case "TeamBookmarkAdded":
      return { ...state, bookmarks: [...state.bookmarks, event.data.bookmarkId] }
    case "TeamBookmarkRemoved":
      return { ...state, bookmarks: state.bookmarks.filter((id) => id !== event.data.bookmarkId) }
    default:
      return event satisfies never
  }
}

const isSameProfile = (a: TeamProfile, b: TeamProfile) =>
  a.name === b.name && a.description === b.description && (a.runTokensMax ?? 0) === (b.runTokensMax ?? 0)

const decideHalt = (state: TeamState, { by, reason, cancelQueued }: Halt): Decision<TeamFact> => {
  const current = state.halts.find((halt) => halt.by === by)
  const isAlreadySo = current !== undefined && (current.cancelQueued || !cancelQueued)
  return isAlreadySo ? accept() : accept(fact("TeamHalted", { by, reason, cancelQueued }))
}

const decideBookmark = (
  state: TeamState,
  { bookmarkId, moment, name }: Extract<TeamCommand, { readonly kind: "bookmark" }>,
): Decision<TeamFact> => {
  if (state.bookmarks.includes(bookmarkId)) return accept()
  if (state.bookmarks.length >= BOOKMARKS_MAX)
    return refuse("too-many-bookmarks", `a team has at most ${BOOKMARKS_MAX} bookmarks; remove one first`)
  return accept(fact("TeamBookmarkAdded", { bookmarkId, moment, name }))
}

/** Asking for what is already so changes nothing and is no error. */
export const decideTeam = (state: TeamState, command: TeamCommand): Decision<TeamFact> => {
  if (command.kind === "create") {
    if (state.isCreated) return refuse("already-exists", "a team with this id was already created")
    const { teamId, profile, requestHash } = command
    return accept(fact("TeamCreated", { teamId, profile, requestHash }))
  }
  if (!state.isCreated) return refuse("not-found", "there is no such team")
  if (command.kind === "restore") return state.isArchived ? accept(fact("TeamRestored", {})) : accept()
  if (command.kind === "archive")
    return state.isArchived ? accept() : accept(fact("TeamArchived", { reason: command.reason }))
  // An archived team may still hold work: the kill switch works there as well.
  if (command.kind === "halt") return decideHalt(state, command)
  if (command.kind === "release") {
    const { by, reason } = command
    return state.halts.some((halt) => halt.by === by) ? accept(fact("TeamReleased", { by, reason })) : accept()
  }
  if (state.isArchived) return refuse("archived", "the team is archived; restore it first")
  switch (command.kind) {
    case "edit":
      return isSameProfile(state.profile, command.profile)
        ? accept()
        : accept(fact("TeamEdited", { profile: command.profile }))
    case "pause":
      return state.isPaused ? accept() : accept(fact("TeamPaused", { reason: command.reason }))
    case "drain":
      return state.isDraining ? accept() : accept(fact("TeamDrainStarted", { reason: command.reason }))
    case "resume":
      return state.isPaused || state.isDraining ? accept(fact("TeamResumed", {})) : accept()
    case "save-template":
      return decideSaveTemplate(state.taskTemplates, command)
    case "delete-template":
      return decideDeleteTemplate(state.taskTemplates, command.templateId)
    case "bookmark":
      return decideBookmark(state, command)
    case "remove-bookmark": {
      const { bookmarkId } = command
      return state.bookmarks.includes(bookmarkId) ? accept(fact("TeamBookmarkRemoved", { bookmarkId })) : accept()
    }
    default:
      return command satisfies never
  }
}
