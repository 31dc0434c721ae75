import {
  type CommandId,
  type EventId,
  type EventMeta,
  fact,
  MemberId,
  type NewEvent,
  OrgId,
  streams,
  type TaskId,
  TeamId,
} from "@muster/domain"
import { v7 } from "uuid"

const org = OrgId.make(v7())
const team = TeamId.make(v7())
const member = MemberId.make(v7())

/** What one append carries: a new task's stream and its first events, as a decided command has them. */
export interface Work {
  readonly stream: string
  readonly events: readonly NewEvent[]
}

const dispatched = (taskId: TaskId) =>
  fact("TaskDispatched", {
    taskId,
    teamId: team,
    spec: {
      title: "Summarise the open questions",
      instructions: "Read the notes in /team/context and list what is undecided, one line each.",
      inputs: {},
      runtimeOptions: {},
      memberId: member,
      priority: 0,
      retry: { maxAttempts: 3, backoffMillis: 1_000 },
      timeLimitMillis: 600_000,
      after: [],
    },
    requestHash: "5d41402abc4b2a76b9719d911017c592",
  })

/** Work that nobody did before: all ids are new. Every side is given the same shapes. */
export const newWork = (events: number): Work => {
  const task = v7()
  const commandId = v7()
  const meta: EventMeta = {
    org,
    team,
    actor: { kind: "system", id: "control-plane", via: "service" },
    commandId: commandId as CommandId,
    correlationId: commandId,
  }
  const { type, data } = dispatched(task as TaskId)
  return {
    stream: streams.task(task),
    events: Array.from({ length: events }, () => ({ id: v7() as EventId, type, schema: 1, data, meta })),
  }
}
