import {
  absentTask,
  foldMember,
  foldOrganisation,
  foldSchedule,
  foldTask,
  foldTeam,
  type KnownEvent,
  asKnown,
  evolveMarks,
  type ConversationId,
  type MemberId,
  type MemberState,
  type NeedMarks,
  noMarks,
  type OrganisationState,
  type ScheduleState,
  type TaskState,
  type TeamState,
  type UserId,
} from "@muster/domain"
import type { EventStore } from "@muster/event-store"
import { noFiles, type TeamFiles, withUpload } from "#src/commands/team-files.ts"
import { type Fold, makeStreamReader, type StreamReader } from "#src/commands/streams.ts"

export interface KnownArtifact {
  readonly name: string
  readonly mediaType: string
  readonly size: number
}

/** A task with what the edge must know of its past: who held which assignment, and its files. */
export interface TaskFile {
  readonly task: TaskState
  /** Assignment id → member id, over all runs. */
  readonly assignments: ReadonlyMap<string, string>
  readonly lastAssignment: string | undefined
  /** By hash. */
  readonly artifacts: ReadonlyMap<string, KnownArtifact>
}

/** A person, as registered. */
export interface Person {
  readonly name: string
  readonly role: "owner" | "operator" | "viewer"
}

/** The conversation that each member is in now, by `conversationKey`. */
export type Conversations = ReadonlyMap<string, ConversationId>

/** With the whole team, or with one person. */
export const conversationKey = (memberId: MemberId, userId: UserId | undefined): string =>
  userId === undefined ? memberId : `${memberId} ${userId}`

export interface Streams {
  readonly team: StreamReader<TeamState>
  readonly member: StreamReader<MemberState>
  readonly task: StreamReader<TaskFile>
  readonly chat: StreamReader<Conversations>
  readonly files: StreamReader<TeamFiles>
  readonly user: StreamReader<Person | undefined>
  /** What a person said of things that wait for them; in the stream of the person. */
  readonly marks: StreamReader<NeedMarks>
  readonly org: StreamReader<OrganisationState>
  readonly schedule: StreamReader<ScheduleState>
}

/** A fold that looks at known events one by one. */
const each =
  <S>(initial: S, evolve: (state: S, event: KnownEvent) => S): Fold<S> =>
  (events, from = { state: initial, revision: 0 }) => {
    let { state, revision } = from
    for (const event of events) {
      const known = asKnown(event)
      if (known !== undefined) state = evolve(state, known)
      revision = event.revision
    }
    return { state, revision }
  }

const noFile: TaskFile = { task: absentTask, assignments: new Map(), lastAssignment: undefined, artifacts: new Map() }

const foldFile: Fold<TaskFile> = (events, from = { state: noFile, revision: 0 }) => {
  const { state: task, revision } = foldTask(events, { state: from.state.task, revision: from.revision })
  const rest = each<Omit<TaskFile, "task">>(from.state, (file, event) => {
    if (event.type === "TaskAssigned") {
      const { assignmentId, memberId } = event.data
      const assignments = new Map(file.assignments).set(assignmentId, memberId)
      return { ...file, assignments, lastAssignment: assignmentId }
    }
    if (event.type === "TaskArtifactAdded") {
      const { sha256, name, mediaType, size } = event.data
      return { ...file, artifacts: new Map(file.artifacts).set(sha256, { name, mediaType, size }) }
    }
    return file
  })(events, { state: from.state, revision: from.revision }).state
  return { state: { ...rest, task }, revision }
}

/** Readers of every kind of stream that commands need. */
export const makeStreams = (log: EventStore): Streams => ({
  team: makeStreamReader(log, foldTeam),
  member: makeStreamReader(log, foldMember),
  task: makeStreamReader(log, foldFile),
  chat: makeStreamReader(
    log,
    each<Conversations>(new Map(), (conversations, event) => {
      if (event.type !== "ChatMessagePosted" || event.data.begins === undefined) return conversations
      const userId = event.data.direct?.userId
      const begun = event.data.begins.map(
        ({ memberId, conversationId }) => [conversationKey(memberId, userId), conversationId] as const,
      )
      return new Map([...conversations, ...begun])
    }),
  ),
  files: makeStreamReader(log, each(noFiles, withUpload)),
  user: makeStreamReader(
    log,
    each<Person | undefined>(undefined, (person, event) =>
      event.type === "UserRegistered" ? { name: event.data.name, role: event.data.role } : person,
    ),
  ),
  marks: makeStreamReader(log, each<NeedMarks>(noMarks, evolveMarks)),
  org: makeStreamReader(log, foldOrganisation),
  schedule: makeStreamReader(log, foldSchedule),
})
