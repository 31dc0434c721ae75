import { fact, type Fact } from "#src/events/index.ts"
import type { MemberProfile } from "#src/events/team.ts"
import type { IncarnationId, MemberId, TeamId } from "#src/ids.ts"
import { accept, refuse, type Decision } from "#src/decision.ts"

type MemberEventType =
  | "MemberAdded"
  | "MemberEdited"
  | "MemberRemoved"
  | "MemberPaused"
  | "MemberResumed"
  | "MemberBound"
  | "MemberPresent"
  | "MemberAbsent"
  | "MemberInboxQuarantined"
  | "MemberEntryDeadLettered"
export type MemberFact = Extract<Fact, { readonly type: MemberEventType }>

export interface MemberState {
  readonly isAdded: boolean
  readonly isRemoved: boolean
  readonly isPaused: boolean
  readonly isPresent: boolean
  readonly teamId: string
  readonly profile: MemberProfile | undefined
  readonly incarnation: string | undefined
  readonly requestHash: string
}

export const absentMember: MemberState = {
  isAdded: false,
  isRemoved: false,
  isPaused: false,
  isPresent: false,
  teamId: "",
  profile: undefined,
  incarnation: undefined,
  requestHash: "",
}

export type MemberCommand =
  | {
      readonly kind: "add"
      readonly memberId: MemberId
      readonly teamId: TeamId
      readonly profile: MemberProfile
      readonly requestHash: string
    }
  | { readonly kind: "edit"; readonly profile: MemberProfile }
  | { readonly kind: "remove"; readonly reason: string }
  | { readonly kind: "pause"; readonly reason: string }
  | { readonly kind: "resume" }
  | { readonly kind: "bind"; readonly incarnation: IncarnationId; readonly agentVersion: string; readonly host: string }
  | { readonly kind: "present"; readonly incarnation: IncarnationId }
  | { readonly kind: "absent"; readonly lastHeardAt: string | null }

export const evolveMember = (state: MemberState, event: MemberFact): MemberState => {
  switch (event.type) {
    case "MemberAdded": {
      const { teamId, profile, requestHash } = event.data
      return { ...absentMember, isAdded: true, teamId, profile, requestHash }
    }
    case "MemberEdited":
      return { ...state, profile: event.data.profile }
    case "MemberRemoved":
      return { ...state, isRemoved: true, isPresent: false, incarnation: undefined }
    case "MemberPaused":
      return { ...state, isPaused: true }
    case "MemberResumed":
      return { ...state, isPaused: false }
    case "MemberBound":
      return { ...state, incarnation: event.data.incarnation }
    case "MemberPresent":
      return { ...state, isPresent: true }
    case "MemberAbsent":
      return { ...state, isPresent: false }
    case "MemberInboxQuarantined":
    case "MemberEntryDeadLettered":
      return state
    default:
      return event satisfies never
  }
}

/** Asking for what is already so changes nothing and is no error. Uniqueness of handles is the caller's, who sees the team. */
export const decideMember = (state: MemberState, command: MemberCommand): Decision<MemberFact> => {
  if (command.kind === "add") {
    if (state.isAdded) return refuse("already-exists", "a member with this id was already added")
    const { memberId, teamId, profile, requestHash } = command
    return accept(fact("MemberAdded", { memberId, teamId, profile, requestHash }))
  }
  if (!state.isAdded) return refuse("not-found", "there is no such member")
  if (command.kind === "remove")
    return state.isRemoved ? accept() : accept(fact("MemberRemoved", { reason: command.reason }))
  if (state.isRemoved) return refuse("removed", "the member was removed from the team")
  switch (command.kind) {
    case "edit":
      return JSON.stringify(state.profile) === JSON.stringify(command.profile)
        ? accept()
        : accept(fact("MemberEdited", { profile: command.profile }))
    case "pause":
      return state.isPaused ? accept() : accept(fact("MemberPaused", { reason: command.reason }))
    case "resume":
      return state.isPaused ? accept(fact("MemberResumed", {})) : accept()
    case "bind": {
      const { incarnation, agentVersion, host } = command
      return state.incarnation === incarnation
        ? accept()
        : accept(fact("MemberBound", { incarnation, agentVersion, host }))
    }
    case "present":
      if (state.incarnation !== command.incarnation) return refuse("stale", "another incarnation is bound")
      return state.isPresent ? accept() : accept(fact("MemberPresent", { incarnation: command.incarnation }))
    case "absent":
      return state.isPresent ? accept(fact("MemberAbsent", { lastHeardAt: command.lastHeardAt })) : accept()
    default:
      return command satisfies never
  }
}
