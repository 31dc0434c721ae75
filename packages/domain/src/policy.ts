// No schema here: the dashboard reads this table in its first load and carries no schemas there.
import type { MemberId, OrgId, TeamId, UserId } from "#src/ids.ts"
import type { Role } from "#src/role.ts"

/** Who asks. Every query and every command takes one. */
export type Subject =
  | {
      readonly kind: "person"
      readonly userId: UserId
      readonly orgId: OrgId
      readonly role: Role
      readonly name: string
      /** Narrowed to this one team of the organisation, as a token may be. */
      readonly teamId?: TeamId
    }
  | { readonly kind: "member"; readonly memberId: MemberId; readonly teamId: TeamId; readonly orgId: OrgId }

type Holder = Role | "member"

const everyone: readonly Holder[] = ["owner", "operator", "viewer"]
const operators: readonly Holder[] = ["owner", "operator"]
const owners: readonly Holder[] = ["owner"]
const agents: readonly Holder[] = ["member"]

/** Action → who holds it. The only place where rights are written down. */
export const policy = {
  "session.read": everyone,
  /** The list of what waits for people, over all teams; only of what the same person may read in its team. */
  "needs.read": everyone,
  /** One's own marks in it. */
  "needs.mark": operators,
  "team.list": everyone,
  "team.read": everyone,
  "team.create": operators,
  "team.edit": operators,
  "team.archive": owners,
  "team.pause": operators,
  "team.drain": operators,
  "team.halt": owners,
  "organisation.read": everyone,
  "organisation.halt": owners,
  "model.read": owners,
  "model.manage": owners,
  "member.add": operators,
  "member.edit": operators,
  "member.remove": operators,
  "member.pause": operators,
  "member.drain": operators,
  "member.enroll": operators,
  "task.read": everyone,
  "task.dispatch": operators,
  "task.cancel": operators,
  "task.retry": operators,
  "task.redrive": operators,
  "task.discard": operators,
  "task.pause": operators,
  "task.prioritise": operators,
  "task.reassign": operators,
  "task.answer": operators,
  "task.approve": operators,
  "chat.read": everyone,
  /** Includes turns: a message to an agent dispatches a task and may stop one. No wider than `task.dispatch` and `task.cancel`. */
  "chat.post": operators,
  /** Files that people give with messages and tasks. */
  "file.read": everyone,
  "file.upload": operators,
  "history.read": everyone,
  "replay.read": everyone,
  "bookmark.manage": operators,
  "template.manage": operators,
  "artifact.read": everyone,
  "output.read": everyone,
  "deadletter.read": operators,
  "deadletter.settle": operators,
  "schedule.read": everyone,
  "schedule.manage": operators,
  /** Tools of agents: what a person needs for the same stands in `toolRights`. */
  "agent.read": agents,
  "agent.dispatch": agents,
  "agent.chat": agents,
  "agent.cancel-child": agents,
  "agent.output": agents,
  "agent.artifact": agents,
  "agent.model": agents,
} as const satisfies Record<string, readonly Holder[]>

export type Action = keyof typeof policy

/** Where a thing belongs. A subject of another organisation (or, for an agent, another team) is told that it does not exist. */
export interface Scope {
  readonly orgId: string
  readonly teamId?: string
}

export type Verdict = "allowed" | "forbidden" | "invisible"

/** What somebody who is narrowed to one team may do beside it. */
const besideOneTeam: readonly Action[] = ["session.read", "team.list"]

/** Asked in one place per door (HTTP routes, live feed) and again where data is read. */
export const permit = (subject: Subject, action: Action, scope: Scope): Verdict => {
  if (subject.orgId !== scope.orgId) return "invisible"
  if (subject.teamId !== undefined && scope.teamId !== undefined && subject.teamId !== scope.teamId) return "invisible"
  const isNarrowed = subject.kind === "person" && subject.teamId !== undefined
  if (isNarrowed && scope.teamId === undefined && !besideOneTeam.includes(action)) return "forbidden"
  const holder: Holder = subject.kind === "member" ? "member" : subject.role
  return policy[action].includes(holder) ? "allowed" : "forbidden"
}
