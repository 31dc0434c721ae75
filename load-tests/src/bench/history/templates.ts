import {
  type EventMeta,
  type Fact,
  type MemberId,
  type OrgId,
  type TaskId,
  type TeamId,
  type AssignmentId,
  type CommandId,
  catalogue,
  fact,
} from "@muster/domain"

/** Ids that stand in a template for those of one task; none of them occurs by chance. */
const STAND_INS = {
  task: "00000000-0000-7000-8000-0000000000a1",
  assignment: "00000000-0000-7000-8000-0000000000a2",
  member: "00000000-0000-7000-8000-0000000000a3",
  team: "00000000-0000-7000-8000-0000000000a4",
  command: "00000000-0000-7000-8000-0000000000a5",
} as const

/** What the server's `format` puts in their places; `fill.ts` gives the values in this order. */
const PLACES = Object.keys(STAND_INS) as (keyof typeof STAND_INS)[]

const taskId = STAND_INS.task as TaskId
const assignmentId = STAND_INS.assignment as AssignmentId
const memberId = STAND_INS.member as MemberId
const teamId = STAND_INS.team as TeamId

/** The life of a task that succeeds at the first attempt, as the product records it. */
const life: readonly Fact[] = [
  fact("TaskDispatched", {
    taskId,
    teamId,
    spec: {
      title: "Summarise the open questions",
      instructions: "Read the notes in /team/context and list what is undecided, one line each.",
      inputs: {},
      runtimeOptions: {},
      memberId,
      priority: 0,
      retry: { maxAttempts: 3, backoffMillis: 1_000 },
      timeLimitMillis: 600_000,
      after: [],
    },
    requestHash: "5d41402abc4b2a76b9719d911017c592",
  }),
  fact("TaskAssigned", { assignmentId, memberId, run: 1, attempt: 1, epoch: 1 }),
  fact("TaskStarted", { assignmentId }),
  fact("TaskProgressed", { assignmentId, seq: 1, percent: 50, note: "half of the notes are read" }),
  fact("TaskSucceeded", {
    assignmentId,
    result: { summary: "Four questions are open.", exitCode: 0, output: { bytes: 2_048, isTruncated: false } },
  }),
]

/** A template of `format` from a value that holds stand-ins. */
const templateOf = (value: unknown): string =>
  PLACES.reduce(
    (text, name, index) => text.replaceAll(STAND_INS[name], `%${index + 1}$s`),
    JSON.stringify(value).replaceAll("%", "%%"),
  )

export interface EventTemplate {
  readonly type: string
  readonly schema: number
  /** For `format(data, task, assignment, member, team, command)`. */
  readonly data: string
  readonly meta: string
}

/** The events of one task in their order. */
export const taskTemplates = (org: OrgId): readonly EventTemplate[] => {
  const commandId = STAND_INS.command as CommandId
  const common = { org, team: teamId, commandId, correlationId: commandId }
  const metas: Readonly<Record<string, EventMeta>> = {
    TaskDispatched: { ...common, actor: { kind: "system", id: "control-plane", via: "service" } },
    TaskAssigned: { ...common, actor: { kind: "system", id: "dispatcher", via: "service" } },
  }
  const byMember: EventMeta = { ...common, actor: { kind: "member", id: memberId, via: "bus" } }
  return life.map(({ type, data }) => ({
    type,
    schema: catalogue[type].schema,
    data: templateOf(data),
    meta: templateOf(metas[type] ?? byMember),
  }))
}
