import type { MemberDoc } from "@muster/contracts"
import type { KnownEvent, MemberFact } from "@muster/domain"

type MemberEvent = Extract<KnownEvent, { readonly type: MemberFact["type"] }>

export const isMemberEvent = (event: KnownEvent): event is MemberEvent => event.type.startsWith("Member")

const change = (doc: MemberDoc, event: Exclude<MemberEvent, { type: "MemberAdded" }>): MemberDoc => {
  const { at } = event
  switch (event.type) {
    case "MemberEdited":
      return { ...doc, ...event.data.profile }
    case "MemberRemoved":
      return { ...doc, isRemoved: true, presence: "offline", presenceSince: at, blockedReason: null, incarnation: null }
    case "MemberPaused":
      return { ...doc, isPaused: true }
    case "MemberDrainStarted":
      return { ...doc, isDraining: true }
    case "MemberResumed":
      return { ...doc, isPaused: false, isDraining: false }
    case "MemberStopOrdered": {
      const text = `its agent did not obey a kill switch and was ordered to stop: ${event.data.reason}`
      return { ...doc, notice: { kind: "stop-ordered", text, at } }
    }
    case "MemberEntryRedriven":
    case "MemberEntryDiscarded":
      return { ...doc, deadLetters: Math.max(0, doc.deadLetters - 1) }
    case "MemberBound": {
      const { incarnation, agentVersion, host } = event.data
      return { ...doc, blockedReason: null, incarnation, agentVersion, host }
    }
    case "MemberPresent":
      return { ...doc, presence: "online", presenceSince: at }
    case "MemberAbsent":
      return { ...doc, presence: "offline", presenceSince: at, blockedReason: null }
    case "MemberBlocked":
      return { ...doc, blockedReason: event.data.reason }
    case "MemberUnblocked":
      return { ...doc, blockedReason: null }
    case "MemberInboxQuarantined": {
      const text = `its inbox held foreign entries (last id ${event.data.lastId}) and was rebuilt from the log`
      return { ...doc, notice: { kind: "inbox-quarantined", text, at } }
    }
    case "MemberEntryDeadLettered": {
      const { stream, reason } = event.data
      const notice = {
        kind: "entry-dead-lettered" as const,
        text: `an entry on :${stream} was set aside: ${reason}`,
        at,
      }
      return { ...doc, deadLetters: doc.deadLetters + 1, notice }
    }
    default:
      return event satisfies never
  }
}

/** Folds one event of a member; undefined for one that is not known. */
export const memberDoc = (doc: MemberDoc | undefined, event: MemberEvent): MemberDoc | undefined => {
  const { position } = event
  if (event.type === "MemberAdded")
    return {
      ...event.data.profile,
      id: event.data.memberId,
      teamId: event.data.teamId,
      isRemoved: false,
      isPaused: false,
      isDraining: false,
      presence: "never",
      presenceSince: null,
      blockedReason: null,
      incarnation: null,
      agentVersion: null,
      host: null,
      createdAt: event.at,
      deadLetters: 0,
      notice: null,
      position,
    }
  return doc === undefined ? undefined : { ...change(doc, event), position }
}
