import {
  ANSWER_MAX_CHARS,
  type Action,
  ApprovalId,
  CHAT_MAX_CHARS,
  DEPENDENCIES_MAX,
  DESCRIPTION_MAX_CHARS,
  Handle,
  INSTRUCTIONS_MAX_CHARS,
  Inputs,
  Instant,
  MemberId,
  MemberRole,
  MENTIONS_MAX,
  NAME_MAX_CHARS,
  Position,
  Priority,
  QuestionId,
  REASON_MAX_CHARS,
  RequiredText,
  RetryPolicy,
  Role,
  Runtime,
  RuntimeOptions,
  SKILL_MAX_CHARS,
  SKILLS_MAX,
  SLOTS_MAX,
  TaskId,
  TeamId,
  Text,
  TimeLimitMillis,
  TITLE_MAX_CHARS,
} from "@muster/domain"
import { Schema } from "effect"
import {
  ChatMessageDoc,
  FeedEvent,
  MemberDoc,
  Phase,
  TaskDetail,
  TaskDoc,
  TeamDoc,
  TeamView,
  UserDoc,
} from "#src/views.ts"

/** Every route of the HTTP API as data. The server registers from it, the client calls from it, OpenAPI is printed from it. */

export const API_PREFIX = "/api/v1"
export const BODY_MAX_BYTES = 1024 * 1024
export const BULK_MAX_TASKS = 500
export const PAGE_DEFAULT = 100
export const PAGE_MAX = 500
/** Longest wait of `?atLeast=` before the answer comes anyway (503 read-model-behind). */
export const AT_LEAST_MAX_WAIT_MILLIS = 5_000
export const IDEMPOTENCY_KEY_HEADER = "idempotency-key"

const key = Schema.optionalKey
const list = <S extends Schema.Top>(items: S) =>
  Schema.Struct({ items: Schema.Array(items), next: Schema.NullOr(Schema.String) })
const intText = (minimum: number, maximum: number) =>
  Schema.FiniteFromString.check(Schema.isInt(), Schema.isBetween({ minimum, maximum }))

/** Answer of every command: what it concerns and the position from which reads show it. */
export const Accepted = Schema.Struct({ id: Schema.String, position: Position }).annotate({ identifier: "Accepted" })
export type Accepted = typeof Accepted.Type

export const Session = Schema.Struct({
  user: Schema.Struct({ id: Schema.String, name: Schema.String, role: Role }),
  org: Schema.Struct({ id: Schema.String, name: Schema.String }),
  expiresAt: Schema.String,
}).annotate({ identifier: "Session" })
export type Session = typeof Session.Type

export const ExchangeRequest = Schema.Struct({ code: RequiredText(256), name: key(RequiredText(NAME_MAX_CHARS)) })
export const NewTeam = Schema.Struct({
  name: RequiredText(NAME_MAX_CHARS),
  description: key(Text(DESCRIPTION_MAX_CHARS)),
})
export type NewTeam = typeof NewTeam.Type
export const TeamPatch = Schema.Struct({
  name: key(RequiredText(NAME_MAX_CHARS)),
  description: key(Text(DESCRIPTION_MAX_CHARS)),
})

export const NewMember = Schema.Struct({
  handle: Handle,
  name: key(RequiredText(NAME_MAX_CHARS)),
  role: key(MemberRole),
  runtime: Runtime,
  runtimeOptions: key(RuntimeOptions),
  slots: key(Schema.Int.check(Schema.isBetween({ minimum: 1, maximum: SLOTS_MAX }))),
  skills: key(Schema.Array(RequiredText(SKILL_MAX_CHARS)).check(Schema.isMaxLength(SKILLS_MAX))),
  placement: key(Schema.Literals(["local", "manual"])),
})
export type NewMember = typeof NewMember.Type
export const MemberPatch = Schema.Struct({
  handle: key(Handle),
  name: key(RequiredText(NAME_MAX_CHARS)),
  role: key(MemberRole),
  runtime: key(Runtime),
  runtimeOptions: key(RuntimeOptions),
  slots: key(Schema.Int.check(Schema.isBetween({ minimum: 1, maximum: SLOTS_MAX }))),
  skills: key(Schema.Array(RequiredText(SKILL_MAX_CHARS)).check(Schema.isMaxLength(SKILLS_MAX))),
})

/** `memberId` absent: the team's leader. Only `title` is required. */
export const DispatchRequest = Schema.Struct({
  title: RequiredText(TITLE_MAX_CHARS),
  instructions: key(Text(INSTRUCTIONS_MAX_CHARS)),
  memberId: key(MemberId),
  inputs: key(Inputs),
  runtimeOptions: key(RuntimeOptions),
  priority: key(Priority),
  retry: key(RetryPolicy),
  timeLimitMillis: key(TimeLimitMillis),
  deadlineAt: key(Instant),
  notBefore: key(Instant),
  after: key(Schema.Array(TaskId).check(Schema.isMaxLength(DEPENDENCIES_MAX))),
}).annotate({ identifier: "DispatchRequest" })
export type DispatchRequest = typeof DispatchRequest.Type

/** Each item is decided by itself: one bad item costs no other. */
export const BulkDispatchRequest = Schema.Struct({
  tasks: Schema.Array(DispatchRequest).check(Schema.isMinLength(1), Schema.isMaxLength(BULK_MAX_TASKS)),
})
export const BulkVerdict = Schema.Union([
  Schema.Struct({ ok: Schema.Literal(true), id: TaskId, position: Position }),
  Schema.Struct({ ok: Schema.Literal(false), type: Schema.String, detail: Schema.String }),
])
export const BulkReply = Schema.Struct({ verdicts: Schema.Array(BulkVerdict), position: Position })

export const Reason = Schema.Struct({ reason: key(Text(REASON_MAX_CHARS)) })
export const Retarget = Schema.Struct({ memberId: key(MemberId) })
export const Empty = Schema.Struct({})
export const NewChatMessage = Schema.Struct({
  text: RequiredText(CHAT_MAX_CHARS),
  mentions: key(Schema.Array(MemberId).check(Schema.isMaxLength(MENTIONS_MAX))),
  taskId: key(TaskId),
})

export const Enrollment = Schema.Struct({
  token: Schema.String,
  expiresAt: Schema.String,
  controlPlaneUrl: Schema.String,
}).annotate({
  identifier: "Enrollment",
})

/** A bus entry that could not be understood, as the dead-letter stream of a member keeps it. */
export const DeadLetter = Schema.Struct({
  memberId: MemberId,
  stream: Schema.String,
  entryId: Schema.String,
  reason: Schema.String,
  at: Schema.String,
  position: Position,
}).annotate({ identifier: "DeadLetter" })

const team = { team: TeamId }
const teamMember = { team: TeamId, member: MemberId }
const teamTask = { team: TeamId, task: TaskId }
const page = { limit: key(intText(1, PAGE_MAX)), atLeast: key(Position) }

export interface Route {
  readonly method: "GET" | "POST" | "PATCH" | "DELETE"
  readonly path: string
  /** `public` routes need no session; all others name the action that the policy table is asked for. */
  readonly action: Action | "public"
  readonly summary: string
  readonly params?: Schema.Top
  readonly query?: Schema.Top
  readonly body?: Schema.Top
  /** Absent: raw bytes. */
  readonly reply?: Schema.Top
  readonly status: number
}
const route = <const R extends Route>(r: R): R => r
const P = <F extends Schema.Struct.Fields>(fields: F) => Schema.Struct(fields)

export const routes = {
  exchangeCode: route({
    method: "POST",
    path: "/session",
    action: "public",
    summary: "Exchange a one-time code for a session cookie",
    body: ExchangeRequest,
    reply: Session,
    status: 200,
  }),
  readSession: route({
    method: "GET",
    path: "/session",
    action: "session.read",
    summary: "Who am I",
    reply: Session,
    status: 200,
  }),
  endSession: route({
    method: "DELETE",
    path: "/session",
    action: "session.read",
    summary: "Sign out",
    reply: Empty,
    status: 200,
  }),

  listPeople: route({
    method: "GET",
    path: "/people",
    action: "session.read",
    summary: "People of the organisation",
    reply: list(UserDoc),
    status: 200,
  }),

  listTeams: route({
    method: "GET",
    path: "/teams",
    action: "team.list",
    summary: "Teams of the organisation",
    query: P({ atLeast: key(Position), archived: key(Schema.Literals(["true", "false"])) }),
    reply: list(TeamDoc),
    status: 200,
  }),
  createTeam: route({
    method: "POST",
    path: "/teams",
    action: "team.create",
    summary: "Create a team",
    body: NewTeam,
    reply: Accepted,
    status: 201,
  }),
  readTeam: route({
    method: "GET",
    path: "/teams/:team",
    action: "team.read",
    summary: "A team with its members",
    params: P(team),
    query: P({ atLeast: key(Position) }),
    reply: Schema.Struct({ team: TeamDoc, members: Schema.Array(MemberDoc) }),
    status: 200,
  }),
  editTeam: route({
    method: "PATCH",
    path: "/teams/:team",
    action: "team.edit",
    summary: "Rename or describe a team",
    params: P(team),
    body: TeamPatch,
    reply: Accepted,
    status: 200,
  }),
  archiveTeam: route({
    method: "POST",
    path: "/teams/:team/archive",
    action: "team.archive",
    summary: "Archive a team",
    params: P(team),
    body: Reason,
    reply: Accepted,
    status: 200,
  }),
  restoreTeam: route({
    method: "POST",
    path: "/teams/:team/restore",
    action: "team.archive",
    summary: "Restore an archived team",
    params: P(team),
    body: Empty,
    reply: Accepted,
    status: 200,
  }),
  pauseTeam: route({
    method: "POST",
    path: "/teams/:team/pause",
    action: "team.pause",
    summary: "Stop assigning new work in a team",
    params: P(team),
    body: Reason,
    reply: Accepted,
    status: 200,
  }),
  resumeTeam: route({
    method: "POST",
    path: "/teams/:team/resume",
    action: "team.pause",
    summary: "Assign work again",
    params: P(team),
    body: Empty,
    reply: Accepted,
    status: 200,
  }),

  addMember: route({
    method: "POST",
    path: "/teams/:team/members",
    action: "member.add",
    summary: "Add a member",
    params: P(team),
    body: NewMember,
    reply: Accepted,
    status: 201,
  }),
  editMember: route({
    method: "PATCH",
    path: "/teams/:team/members/:member",
    action: "member.edit",
    summary: "Change a member",
    params: P(teamMember),
    body: MemberPatch,
    reply: Accepted,
    status: 200,
  }),
  removeMember: route({
    method: "POST",
    path: "/teams/:team/members/:member/remove",
    action: "member.remove",
    summary: "Remove a member",
    params: P(teamMember),
    body: Reason,
    reply: Accepted,
    status: 200,
  }),
  pauseMember: route({
    method: "POST",
    path: "/teams/:team/members/:member/pause",
    action: "member.pause",
    summary: "Stop assigning new work to a member",
    params: P(teamMember),
    body: Reason,
    reply: Accepted,
    status: 200,
  }),
  resumeMember: route({
    method: "POST",
    path: "/teams/:team/members/:member/resume",
    action: "member.pause",
    summary: "Assign work to it again",
    params: P(teamMember),
    body: Empty,
    reply: Accepted,
    status: 200,
  }),
  enrollMember: route({
    method: "POST",
    path: "/teams/:team/members/:member/enroll",
    action: "member.enroll",
    summary: "Mint a one-time bootstrap token for an agent that runs elsewhere",
    params: P(teamMember),
    body: Empty,
    reply: Enrollment,
    status: 201,
  }),

  dispatchTask: route({
    method: "POST",
    path: "/teams/:team/tasks",
    action: "task.dispatch",
    summary: "Dispatch a task",
    params: P(team),
    body: DispatchRequest,
    reply: Accepted,
    status: 202,
  }),
  dispatchTasks: route({
    method: "POST",
    path: "/teams/:team/tasks/bulk",
    action: "task.dispatch",
    summary: "Dispatch many tasks",
    params: P(team),
    body: BulkDispatchRequest,
    reply: BulkReply,
    status: 202,
  }),
  listTasks: route({
    method: "GET",
    path: "/teams/:team/tasks",
    action: "task.read",
    summary: "Tasks, newest first",
    params: P(team),
    query: P({
      ...page,
      phase: key(Phase),
      state: key(Schema.Literals(["open", "closed"])),
      member: key(MemberId),
      before: key(intText(1, Number.MAX_SAFE_INTEGER)),
      q: key(Text(200)),
    }),
    reply: list(TaskDoc),
    status: 200,
  }),
  readTask: route({
    method: "GET",
    path: "/teams/:team/tasks/:task",
    action: "task.read",
    summary: "A task in full",
    params: P(teamTask),
    query: P({ atLeast: key(Position) }),
    reply: TaskDetail,
    status: 200,
  }),
  cancelTask: route({
    method: "POST",
    path: "/teams/:team/tasks/:task/cancel",
    action: "task.cancel",
    summary: "Cancel a task",
    params: P(teamTask),
    body: Reason,
    reply: Accepted,
    status: 202,
  }),
  retryTask: route({
    method: "POST",
    path: "/teams/:team/tasks/:task/retry",
    action: "task.retry",
    summary: "A new run of a failed, cancelled or expired task",
    params: P(teamTask),
    body: Retarget,
    reply: Accepted,
    status: 202,
  }),
  redriveTask: route({
    method: "POST",
    path: "/teams/:team/tasks/:task/redrive",
    action: "task.redrive",
    summary: "A new run of a dead-lettered task",
    params: P(teamTask),
    body: Retarget,
    reply: Accepted,
    status: 202,
  }),
  pauseTask: route({
    method: "POST",
    path: "/teams/:team/tasks/:task/pause",
    action: "task.pause",
    summary: "Put running work on hold",
    params: P(teamTask),
    body: Empty,
    reply: Accepted,
    status: 202,
  }),
  resumeTask: route({
    method: "POST",
    path: "/teams/:team/tasks/:task/resume",
    action: "task.pause",
    summary: "Let it go on",
    params: P(teamTask),
    body: Empty,
    reply: Accepted,
    status: 202,
  }),
  prioritiseTask: route({
    method: "POST",
    path: "/teams/:team/tasks/:task/priority",
    action: "task.prioritise",
    summary: "Move a task in its queue",
    params: P(teamTask),
    body: Schema.Struct({ priority: Priority }),
    reply: Accepted,
    status: 200,
  }),
  answerQuestion: route({
    method: "POST",
    path: "/teams/:team/tasks/:task/questions/:question/answer",
    action: "task.answer",
    summary: "Answer an agent's question",
    params: P({ ...teamTask, question: QuestionId }),
    body: Schema.Struct({ answer: Text(ANSWER_MAX_CHARS) }),
    reply: Accepted,
    status: 202,
  }),
  decideApproval: route({
    method: "POST",
    path: "/teams/:team/tasks/:task/approvals/:approval/decide",
    action: "task.approve",
    summary: "Allow or refuse an action",
    params: P({ ...teamTask, approval: ApprovalId }),
    body: Schema.Struct({ isApproved: Schema.Boolean, comment: key(Text(REASON_MAX_CHARS)) }),
    reply: Accepted,
    status: 202,
  }),
  readOutput: route({
    method: "GET",
    path: "/teams/:team/tasks/:task/output",
    action: "output.read",
    summary: "Bytes of the captured output from an offset; the header muster-output-size tells how many there are",
    params: P(teamTask),
    query: P({
      assignment: key(Schema.String.check(Schema.isUUID())),
      offset: key(intText(0, Number.MAX_SAFE_INTEGER)),
      limit: key(intText(1, 1024 * 1024)),
    }),
    status: 200,
  }),
  readArtifact: route({
    method: "GET",
    path: "/teams/:team/tasks/:task/artifacts/:sha256",
    action: "artifact.read",
    summary: "Download an artifact",
    params: P({ ...teamTask, sha256: Schema.String.check(Schema.isPattern(/^[0-9a-f]{64}$/u)) }),
    status: 200,
  }),

  listChat: route({
    method: "GET",
    path: "/teams/:team/chat",
    action: "chat.read",
    summary: "Chat messages, newest first",
    params: P(team),
    query: P({ ...page, before: key(Position) }),
    reply: list(ChatMessageDoc),
    status: 200,
  }),
  postChat: route({
    method: "POST",
    path: "/teams/:team/chat",
    action: "chat.post",
    summary: "Post a chat message",
    params: P(team),
    body: NewChatMessage,
    reply: Accepted,
    status: 201,
  }),
  listHistory: route({
    method: "GET",
    path: "/teams/:team/history",
    action: "history.read",
    summary: "Events of a team; `before` and `after` are feed numbers",
    params: P(team),
    query: P({
      limit: key(intText(1, PAGE_MAX)),
      before: key(intText(1, Number.MAX_SAFE_INTEGER)),
      after: key(intText(0, Number.MAX_SAFE_INTEGER)),
      type: key(Text(64)),
      task: key(TaskId),
    }),
    reply: Schema.Struct({ items: Schema.Array(FeedEvent), head: Schema.Int }),
    status: 200,
  }),
  replayTeam: route({
    method: "GET",
    path: "/teams/:team/replay",
    action: "replay.read",
    summary: "The team as it was at a position of the log",
    params: P(team),
    query: P({ at: key(Position) }),
    reply: Schema.Struct({
      state: TeamView,
      head: Schema.Struct({ seq: Schema.Int, position: Position }),
      firstPosition: Position,
    }),
    status: 200,
  }),
  listDeadLetters: route({
    method: "GET",
    path: "/teams/:team/dead-letters",
    action: "deadletter.read",
    summary: "Bus entries that could not be understood",
    params: P(team),
    query: P({ limit: key(intText(1, PAGE_MAX)) }),
    reply: list(DeadLetter),
    status: 200,
  }),
} as const satisfies Record<string, Route>
export type RouteName = keyof typeof routes
