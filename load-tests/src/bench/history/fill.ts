import {
  FILLING_CONNECTIONS,
  FILLING_WORK_MEMORY_MEGABYTES,
  MEMBERS_PER_TEAM,
  MILLIS_BETWEEN_EVENTS,
  STRETCHES_PER_STATEMENT,
  TASKS_UNDER_WAY,
  TEAMS,
} from "./limits.ts"
import { type EventTemplate, taskTemplates } from "./templates.ts"
import {
  type CommandId,
  type EventId,
  type EventMeta,
  type Fact,
  fact,
  type MemberId,
  type OrgId,
  streams,
  type TeamId,
  toNewEvents,
} from "@muster/domain"
import type { AppendRequest, EventStore } from "@muster/event-store"
import postgres from "postgres"
import { v7 } from "uuid"

interface People {
  readonly org: OrgId
  readonly members: readonly { readonly memberId: MemberId; readonly teamId: TeamId }[]
}

/** Founds an organisation with its teams and members, through the port. */
const found = async (store: EventStore): Promise<People> => {
  const org = v7() as OrgId
  const commandId = v7() as CommandId
  const actor = { kind: "system", id: "setup", via: "service" } as const
  const creation = (stream: string, team: TeamId | undefined, created: Fact): AppendRequest => {
    const meta: EventMeta = { org, actor, commandId, correlationId: commandId, ...(team === undefined ? {} : { team }) }
    return { stream, expectedRevision: 0, events: toNewEvents([created], meta, () => v7() as EventId) }
  }
  const teams = Array.from({ length: TEAMS }, () => v7() as TeamId)
  const members = teams.flatMap((teamId) =>
    Array.from({ length: MEMBERS_PER_TEAM }, () => ({ memberId: v7() as MemberId, teamId })),
  )
  const requests = [
    creation(streams.org(org), undefined, fact("OrganisationCreated", { orgId: org, name: "History" })),
    ...teams.map((teamId, index) =>
      creation(
        streams.team(teamId),
        teamId,
        fact("TeamCreated", { teamId, profile: { name: `Team ${index + 1}`, description: "" }, requestHash: "fill" }),
      ),
    ),
    ...members.map(({ memberId, teamId }, index) =>
      creation(
        streams.member(memberId),
        teamId,
        fact("MemberAdded", {
          memberId,
          teamId,
          profile: {
            handle: `member-${(index % MEMBERS_PER_TEAM) + 1}`,
            name: `Member ${(index % MEMBERS_PER_TEAM) + 1}`,
            role: "member",
            runtime: "simulated",
            runtimeOptions: {},
            slots: 4,
            skills: [],
            placement: "manual",
          },
          requestHash: "fill",
        }),
      ),
    ),
  ]
  for (const verdict of await store.append(requests)) if (!verdict.ok) throw verdict.error
  return { org, members }
}

/** Stores `stretches` of tasks after position `base`, in one statement: each stretch holds the whole lives of tasks that went on side by side. */
const storeStretches = async (
  sql: postgres.Sql,
  templates: readonly EventTemplate[],
  { members }: People,
  stretch: { readonly first: number; readonly count: number; readonly of: number; readonly base: string },
): Promise<void> => {
  await sql`
    WITH tasks AS MATERIALIZED (
      SELECT n, uuidv7()::text AS task, uuidv7()::text AS assignment, uuidv7()::text AS command,
             (${members.map((one) => one.memberId)}::uuid[])[1 + n % ${members.length}]::text AS member,
             (${members.map((one) => one.teamId)}::uuid[])[1 + n % ${members.length}]::text AS team
      FROM generate_series(${stretch.first * TASKS_UNDER_WAY}::int, ${(stretch.first + stretch.count) * TASKS_UNDER_WAY - 1}::int) AS n
    ), events AS (
      SELECT (t.n / ${TASKS_UNDER_WAY}::int) * ${TASKS_UNDER_WAY * templates.length}::int
               + (e.k - 1)::int * ${TASKS_UNDER_WAY}::int + t.n % ${TASKS_UNDER_WAY}::int + 1 AS place, t.*, e.*
      FROM tasks t CROSS JOIN unnest(
        ${templates.map((one) => one.type)}::text[], ${templates.map((one) => one.schema)}::int[],
        ${templates.map((one) => one.data)}::text[], ${templates.map((one) => one.meta)}::text[]
      ) WITH ORDINALITY AS e(type, schema, data, meta, k)
      ORDER BY place
    )
    INSERT INTO es.events (position, stream, revision, id, type, schema, data, meta, at)
    SELECT ${stretch.base}::bigint + place, 'task-' || task, k, uuidv7(), type, schema,
           format(data, task, assignment, member, team, command)::json,
           format(meta, task, assignment, member, team, command)::json,
           now() - make_interval(secs => (${stretch.of * TASKS_UNDER_WAY * templates.length}::int - place) * ${MILLIS_BETWEEN_EVENTS / 1000}::float8)
    FROM events`
}

/**
 * Fills a migrated, empty log with at least so many events: an organisation, teams, members, and tasks that all succeeded, as
 * the product would have recorded them. They are written by the server itself, past the port. Says how many there are.
 */
export const fillLog = async (
  { ownerUrl, adminUrl }: { readonly ownerUrl: string; readonly adminUrl: string },
  store: EventStore,
  atLeast: number,
  tell: (line: string) => void,
): Promise<number> => {
  const people = await found(store)
  const base = await store.head()
  const templates = taskTemplates(people.org)
  const perStretch = TASKS_UNDER_WAY * templates.length
  const of = Math.ceil(atLeast / perStretch)
  const sql = postgres(ownerUrl, {
    max: FILLING_CONNECTIONS,
    onnotice: () => undefined,
    connection: { work_mem: `${FILLING_WORK_MEMORY_MEGABYTES}MB`, synchronous_commit: "off" },
  })
  try {
    let next = 0
    const fill = async (): Promise<void> => {
      while (next < of) {
        const first = next
        next += STRETCHES_PER_STATEMENT
        const count = Math.min(STRETCHES_PER_STATEMENT, of - first)
        await storeStretches(sql, templates, people, { first, count, of, base })
        tell(`${Math.min(next, of) * perStretch} of ${of * perStretch} events are stored`)
      }
    }
    await Promise.all(Array.from({ length: FILLING_CONNECTIONS }, fill))
    // As autovacuum would have done on the way.
    await sql`VACUUM (ANALYZE, FREEZE) es.events`
  } finally {
    await sql.end()
  }
  const admin = postgres(adminUrl, { max: 1, onnotice: () => undefined })
  try {
    await admin`CHECKPOINT`
  } finally {
    await admin.end()
  }
  return Number(await store.head())
}
