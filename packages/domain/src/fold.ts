import { asKnown, isScheduleEventType, isTaskEventType, type KnownEvent, type TaskFact } from "#src/events/index.ts"
import type { RecordedEvent } from "#src/recorded.ts"
import { absentMember, evolveMember, type MemberFact, type MemberState } from "#src/team/member.ts"
import {
  absentOrganisation,
  evolveOrganisation,
  type OrganisationFact,
  type OrganisationState,
} from "#src/team/organisation.ts"
import { absentSchedule, evolveSchedule, type ScheduleFact, type ScheduleState } from "#src/schedule/schedule.ts"
import { absentTeam, evolveTeam, type TeamFact, type TeamState } from "#src/team/team.ts"
import { evolveTask } from "#src/task/evolve.ts"
import { absentTask, type TaskState } from "#src/task/state.ts"

/** An aggregate's state and the revision it was folded from: the expected revision of the next append. */
export interface Loaded<S> {
  readonly state: S
  readonly revision: number
}

const folder =
  <S, F>(initial: S, isOwn: (event: KnownEvent) => boolean, evolve: (state: S, event: F) => S) =>
  (events: readonly RecordedEvent[], from: Loaded<S> = { state: initial, revision: 0 }): Loaded<S> => {
    let { state, revision } = from
    for (const event of events) {
      const known = asKnown(event)
      if (known !== undefined && isOwn(known)) state = evolve(state, known as F)
      revision = event.revision
    }
    return { state, revision }
  }

/** Folds the events of one stream, oldest first. Events of a newer version are passed over. */
export const foldTask = folder<TaskState, TaskFact>(absentTask, (e) => isTaskEventType(e.type), evolveTask)
export const foldSchedule = folder<ScheduleState, ScheduleFact>(
  absentSchedule,
  (e) => isScheduleEventType(e.type),
  evolveSchedule,
)
export const foldOrganisation = folder<OrganisationState, OrganisationFact>(
  absentOrganisation,
  (e) => e.type.startsWith("Organisation"),
  evolveOrganisation,
)
export const foldTeam = folder<TeamState, TeamFact>(absentTeam, (e) => e.type.startsWith("Team"), evolveTeam)
export const foldMember = folder<MemberState, MemberFact>(
  absentMember,
  (e) => e.type.startsWith("Member"),
  evolveMember,
)
