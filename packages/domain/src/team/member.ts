import { fact, type Fact } from "#src/events/index.ts"
import type { BusStream, MemberProfile } from "#src/events/team.ts"
import type { IncarnationId, MemberId, Position, TeamId } from "#src/ids.ts"
import { accept, refuse, type Decision } from "#src/decision.ts"

type MemberEventType =
  | "MemberAdded"
  | "MemberEdited"
  | "MemberRemoved"
  | "MemberPaused"
  | "MemberDrainStarted"
  | "MemberResumed"
  | "MemberStopOrdered"
  | "MemberBound"
  | "MemberPresent"
  | "MemberAbsent"
  | "MemberBlocked"
  | "MemberUnblocked"
  | "MemberInboxQuarantined"
  | "MemberEntryDeadLettered"
  | "MemberEntryRedriven"
  | "MemberEntryDiscarded"
export type MemberFact = Extract<Fact, { readonly type: MemberEventType }>

export interface MemberState {
  readonly isAdded: boolean
  readonly isRemoved: boolean
  readonly isPaused: boolean
  /** Finishes what it holds and takes nothing new. */
  readonly isDraining: boolean
  readonly isPresent: boolean
  /** Why its runtime cannot work, while it cannot. */
  readonly blockedReason: string | undefined
  readonly teamId: string
  readonly profile: MemberProfile | undefined
  readonly incarnation: string | undefined
  readonly requestHash: string
  /** Dead-lettered entries that an operator has dealt with. */
  readonly settledEntries: readonly string[]
}

export const absentMember: MemberState = {
  isAdded: false,
  isRemoved: false,
  isPaused: false,
  isDraining: false,
  isPresent: false,
  blockedReason: undefined,
  teamId: "",
  profile: undefined,
  incarnation: undefined,
  requestHash: "",
  settledEntries: [],
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
  | { readonly kind: "drain"; readonly reason: string }
  | { readonly kind: "resume" }
  | { readonly kind: "order-stop"; readonly incarnation: IncarnationId; readonly reason: string }
  | { readonly kind: "redrive-entry"; readonly entry: Position; readonly stream: BusStream }
  | { readonly kind: "discard-entry"; readonly entry: Position; readonly reason: string }
  | { readonly kind: "bind"; readonly incarnation: IncarnationId; readonly agentVersion: string; readonly host: string }
  | { readonly kind: "present"; readonly incarnation: IncarnationId }
  | { readonly kind: "block"; readonly incarnation: IncarnationId; readonly reason: string }
  | { readonly kind: "unblock"; readonly incarnation: IncarnationId }
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
      return { ...state, isRemoved: true, isPresent: false, blockedReason: undefined, incarnation: undefined }
    case "MemberPaused":
      return { ...state, isPaused: true }
    case "MemberDrainStarted":
      return { ...state, isDraining: true }
    case "MemberResumed":
      return { ...state, isPaused: false, isDraining: false }
    case "MemberStopOrdered":
      return state
    case "MemberBound":
      return { ...state, blockedReason: undefined, incarnation: event.data.incarnation }
    case "MemberPresent":
      return { ...state, isPresent: true }
    case "MemberAbsent":
      return { ...state, isPresent: false, blockedReason: undefined }
    case "MemberBlocked":
      return { ...state, blockedReason: event.data.reason }
    case "MemberUnblocked":
      return { ...state, blockedReason: undefined }
    case "MemberInboxQuarantined":
    case "MemberEntryDeadLettered":
      return state
    case "MemberEntryRedriven":
    case "MemberEntryDiscarded":
      return { ...state, settledEntries: [...state.settledEntries, event.data.entry] }
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
  if (command.kind === "discard-entry") {
    const { entry, reason } = command
    return state.settledEntries.includes(entry)
      ? refuse("settled", "this entry was dealt with already")
      : accept(fact("MemberEntryDiscarded", { entry, reason }))
  }
  if (state.isRemoved) return refuse("removed", "the member was removed from the team")
  switch (command.kind) {
    case "edit":
      return JSON.stringify(state.profile) === JSON.stringify(command.profile)
        ? accept()
        : accept(fact("MemberEdited", { profile: command.profile }))
    case "pause":
      return state.isPaused ? accept() : accept(fact("MemberPaused", { reason: command.reason }))
    case "drain":
      return state.isDraining ? accept() : accept(fact("MemberDrainStarted", { reason: command.reason }))
    case "resume":
      return state.isPaused || state.isDraining ? accept(fact("MemberResumed", {})) : accept()
    case "order-stop": {
      const { incarnation, reason } = command
      if (state.incarnation !== incarnation) return refuse("stale", "another incarnation is bound")
      // Every time anew: an agent that was stopped once comes back under the same incarnation.
      return accept(fact("MemberStopOrdered", { incarnation, reason }))
    }
    case "redrive-entry": {
      const { entry, stream } = command
      return state.settledEntries.includes(entry)
        ? refuse("settled", "this entry was dealt with already")
        : accept(fact("MemberEntryRedriven", { entry, stream }))
    }
    case "bind": {
      const { incarnation, agentVersion, host } = command
      return state.incarnation === incarnation
        ? accept()
        : accept(fact("MemberBound", { incarnation, agentVersion, host }))
    }
    case "present":
      if (state.incarnation !== command.incarnation) return refuse("stale", "another incarnation is bound")
      return state.isPresent ? accept() : accept(fact("MemberPresent", { incarnation: command.incarnation }))
    case "block": {
      const { incarnation, reason } = command
      if (state.incarnation !== incarnation) return refuse("stale", "another incarnation is bound")
      return state.blockedReason === reason ? accept() : accept(fact("MemberBlocked", { incarnation, reason }))
    }
    case "unblock":
      if (state.incarnation !== command.incarnation) return refuse("stale", "another incarnation is bound")
      return state.blockedReason === undefined
        ? accept()
        : accept(fact("MemberUnblocked", { incarnation: command.incarnation }))
    case "absent":
      return state.isPresent ? accept(fact("MemberAbsent", { lastHeardAt: command.lastHeardAt })) : accept()
    default:
      return command satisfies never
  }
}
