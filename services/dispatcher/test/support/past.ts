import {
  catalogue,
  fact,
  type Fact,
  type MemberId,
  type MemberProfile,
  type OrgId,
  type Position,
  type RecordedEvent,
  type TaskId,
  type TaskSpec,
  type TeamId,
} from "@muster/domain"
import { v7 } from "uuid"
import { profileOf, specOf } from "./specs.ts"

type Actor = RecordedEvent["meta"]["actor"]

export const SYSTEM: Actor = { kind: "system", id: "dispatcher", via: "service" }
export const agentOf = (memberId: MemberId): Actor => ({ kind: "member", id: memberId, via: "bus" })

const EPOCH_MILLIS = Date.parse("2030-01-01T00:00:00.000Z")

/** Writes a past for tests of the model: events with rising positions and revisions, one second apart unless said otherwise. */
export class Past {
  readonly orgId = v7() as OrgId
  readonly teamId = v7() as TeamId
  readonly #revisions = new Map<string, number>()
  readonly all: RecordedEvent[] = []
  nowMillis = EPOCH_MILLIS

  add(stream: string, some: Fact, actor: Actor = SYSTEM): RecordedEvent {
    const revision = (this.#revisions.get(stream) ?? 0) + 1
    this.#revisions.set(stream, revision)
    this.nowMillis += 1_000
    const event = {
      id: v7(),
      stream,
      revision,
      position: String(this.all.length + 1) as Position,
      type: some.type,
      schema: catalogue[some.type].schema,
      data: some.data,
      meta: { org: this.orgId, team: this.teamId, actor, commandId: v7(), correlationId: `of-${stream}` },
      at: new Date(this.nowMillis).toISOString(),
    } as RecordedEvent
    this.all.push(event)
    return event
  }

  memberAdded(profile: Partial<MemberProfile> = {}): MemberId {
    const memberId = v7() as MemberId
    const full = profileOf({ slots: 2, ...profile })
    this.add(
      `member-${memberId}`,
      fact("MemberAdded", { memberId, teamId: this.teamId, profile: full, requestHash: "" }),
    )
    return memberId
  }

  dispatched(memberId: MemberId, spec: Partial<TaskSpec> = {}): TaskId {
    const taskId = v7() as TaskId
    const full = specOf({ memberId, ...spec })
    this.add(`task-${taskId}`, fact("TaskDispatched", { taskId, teamId: this.teamId, spec: full, requestHash: "" }))
    return taskId
  }

  assigned(taskId: TaskId, memberId: MemberId, epoch = 1) {
    const assignmentId = v7() as Extract<Fact, { type: "TaskAssigned" }>["data"]["assignmentId"]
    this.add(`task-${taskId}`, fact("TaskAssigned", { assignmentId, memberId, run: 1, attempt: 1, epoch }))
    return assignmentId
  }

  task(taskId: TaskId, some: Fact, actor?: Actor): RecordedEvent {
    return this.add(`task-${taskId}`, some, actor)
  }
}
