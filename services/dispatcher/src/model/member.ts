import {
  absentMember,
  absentTeam,
  absentSchedule,
  asKnown,
  evolveMember,
  evolveSchedule,
  evolveTeam,
  isScheduleEventType,
  type MemberFact,
  type MemberId,
  type MemberState,
  type OrgId,
  type RecordedEvent,
  type ScheduleFact,
  type ScheduleId,
  type ScheduleState,
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
  /** Of the newest kill switch that cancels what has not begun: it concerns what was queued before it. */
  readonly cancelQueuedBefore: string
}

export interface ScheduleEntry {
  readonly scheduleId: ScheduleId
  readonly teamId: TeamId
  readonly orgId: OrgId
  readonly state: ScheduleState
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
    cancelQueuedBefore:
      known.type === "TeamHalted" && known.data.cancelQueued ? event.position : (entry?.cancelQueuedBefore ?? "0"),
  }
}

/** Folds one event of a schedule's stream. */
export const foldScheduleEntry = (
  entry: ScheduleEntry | undefined,
  event: RecordedEvent,
): ScheduleEntry | undefined => {
  const known = asKnown(event)
  if (known === undefined || !isScheduleEventType(known.type)) return entry && { ...entry, revision: event.revision }
  const state = evolveSchedule(entry?.state ?? absentSchedule, known as ScheduleFact)
  return {
    scheduleId: entry?.scheduleId ?? (idOf(event.stream) as ScheduleId),
    teamId: entry?.teamId ?? (state.teamId as TeamId),
    orgId: entry?.orgId ?? event.meta.org,
    state,
    revision: event.revision,
  }
}
