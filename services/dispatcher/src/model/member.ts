import {
  absentMember,
  absentTeam,
  asKnown,
  evolveMember,
  evolveTeam,
  type MemberFact,
  type MemberId,
  type MemberState,
  type OrgId,
  type RecordedEvent,
  type TeamFact,
  type TeamId,
  type TeamState,
} from "@muster/domain"

export interface MemberEntry {
  readonly memberId: MemberId
  readonly teamId: TeamId
  readonly orgId: OrgId
  readonly state: MemberState
  readonly revision: number
  /** Of the newest MemberBound event: what was assigned before it died with the earlier incarnation. */
  readonly boundPosition: string
}

export interface TeamEntry {
  readonly teamId: TeamId
  readonly orgId: OrgId
  readonly state: TeamState
  readonly revision: number
}

const idOf = (stream: string) => stream.slice(stream.indexOf("-") + 1)

/** Folds one event of a member's stream. */
export const foldMemberEntry = (entry: MemberEntry | undefined, event: RecordedEvent): MemberEntry | undefined => {
  const known = asKnown(event)
  const isOwn = known !== undefined && known.type.startsWith("Member")
  if (!isOwn) return entry && { ...entry, revision: event.revision }
  const state = evolveMember(entry?.state ?? absentMember, known as MemberFact)
  return {
    memberId: entry?.memberId ?? (idOf(event.stream) as MemberId),
    teamId: entry?.teamId ?? (state.teamId as TeamId),
    orgId: entry?.orgId ?? event.meta.org,
    state,
    revision: event.revision,
    boundPosition: known.type === "MemberBound" ? event.position : (entry?.boundPosition ?? "0"),
  }
}

/** Folds one event of a team's stream. */
export const foldTeamEntry = (entry: TeamEntry | undefined, event: RecordedEvent): TeamEntry | undefined => {
  const known = asKnown(event)
  const isOwn = known !== undefined && known.type.startsWith("Team")
  if (!isOwn) return entry && { ...entry, revision: event.revision }
  return {
    teamId: entry?.teamId ?? (idOf(event.stream) as TeamId),
    orgId: entry?.orgId ?? event.meta.org,
    state: evolveTeam(entry?.state ?? absentTeam, known as TeamFact),
    revision: event.revision,
  }
}
