import { permit, type Action, type Subject } from "@muster/domain"
import type postgres from "postgres"

/** What an agent may read of its own team. Doors (the agent API) decide further. */
const AGENT_READS: ReadonlySet<Action> = new Set<Action>(["team.read", "task.read", "chat.read", "history.read"])

/** Rows a subject may see: those of one organisation; for an agent, and a person narrowed to a team, those of one team in it. */
export interface Visible {
  readonly orgId: string
  readonly teamId: string | null
}

/** Asks the policy table; undefined when this subject may read nothing of the kind. */
export const visibleTo = (subject: Subject, action: Action): Visible | undefined => {
  const { orgId } = subject
  if (subject.kind === "member") return AGENT_READS.has(action) ? { orgId, teamId: subject.teamId } : undefined
  const { teamId } = subject
  const scope = teamId === undefined ? { orgId } : { orgId, teamId }
  return permit(subject, action, scope) === "allowed" ? { orgId, teamId: teamId ?? null } : undefined
}

/** The condition on a table with the columns `org_id` and `team_id`. Every query for a subject has it. */
export const visibleRows = (sql: postgres.Sql, { orgId, teamId }: Visible) =>
  teamId === null ? sql`org_id = ${orgId}` : sql`org_id = ${orgId} AND team_id = ${teamId}`
