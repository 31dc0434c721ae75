import { fact, type Fact } from "#src/events/index.ts"
import type { TeamProfile } from "#src/events/team.ts"
import type { TeamId } from "#src/ids.ts"
import { accept, refuse, type Decision } from "#src/decision.ts"

type TeamEventType = "TeamCreated" | "TeamEdited" | "TeamArchived" | "TeamRestored" | "TeamPaused" | "TeamResumed"
export type TeamFact = Extract<Fact, { readonly type: TeamEventType }>

export interface TeamState {
  readonly isCreated: boolean
  readonly isArchived: boolean
  readonly isPaused: boolean
  readonly profile: TeamProfile
  readonly requestHash: string
}

export const absentTeam: TeamState = {
  isCreated: false,
  isArchived: false,
  isPaused: false,
  profile: { name: "", description: "" },
  requestHash: "",
}

export type TeamCommand =
  | { readonly kind: "create"; readonly teamId: TeamId; readonly profile: TeamProfile; readonly requestHash: string }
  | { readonly kind: "edit"; readonly profile: TeamProfile }
  | { readonly kind: "archive"; readonly reason: string }
  | { readonly kind: "restore" }
  | { readonly kind: "pause"; readonly reason: string }
  | { readonly kind: "resume" }

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
    case "TeamResumed":
      return { ...state, isPaused: false }
    default:
      return event satisfies never
  }
}

const isSameProfile = (a: TeamProfile, b: TeamProfile) => a.name === b.name && a.description === b.description

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
  if (state.isArchived) return refuse("archived", "the team is archived; restore it first")
  switch (command.kind) {
    case "edit":
      return isSameProfile(state.profile, command.profile)
        ? accept()
        : accept(fact("TeamEdited", { profile: command.profile }))
    case "pause":
      return state.isPaused ? accept() : accept(fact("TeamPaused", { reason: command.reason }))
    case "resume":
      return state.isPaused ? accept(fact("TeamResumed", {})) : accept()
    default:
      return command satisfies never
  }
}
