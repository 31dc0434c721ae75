import type { IncarnationId, MemberId, OrgId, TeamId } from "@muster/domain"
import { at, type Database } from "#src/database.ts"
import { BindingOutdated } from "#src/errors.ts"
import type { Agents } from "#src/port.ts"
import { hashOf, isPlausible, mintSecret } from "#src/secrets.ts"

interface AgentRow {
  readonly member_id: MemberId
  readonly team_id: TeamId
  readonly org_id: OrgId
  readonly incarnation: IncarnationId
  readonly bus_username: string
  readonly bus_password_sha256: string
}

/** Part of the incarnation that is enough to tell the bus users of one member apart. */
const INCARNATION_CHARS = 12
const usernameOf = (memberId: string, incarnation: string) =>
  `muster-${memberId}-${incarnation.replaceAll("-", "").slice(-INCARNATION_CHARS)}`

export const makeAgents = ({ ask, now }: Database): Agents => ({
  bind: async ({ memberId, teamId, orgId, incarnation, revision }) => {
    const apiKey = mintSecret()
    const busPassword = mintSecret()
    const busUsername = usernameOf(memberId, incarnation)
    const [bound] = await ask(
      (sql) => sql<{ replaced: string | null }[]>`
        with earlier as (
          select bus_username from app.agent where member_id = ${memberId} and revoked_at is null),
        bound as (
          insert into app.agent as a (member_id, team_id, org_id, incarnation, revision, api_key_sha256, bus_username,
            bus_password_sha256, bound_at)
          values (${memberId}, ${teamId}, ${orgId}, ${incarnation}, ${revision}, ${hashOf(apiKey)}, ${busUsername},
            ${hashOf(busPassword).toString("hex")}, ${at(now())})
          on conflict (member_id) do update set
            team_id = excluded.team_id, org_id = excluded.org_id, incarnation = excluded.incarnation,
            revision = excluded.revision, api_key_sha256 = excluded.api_key_sha256,
            bus_username = excluded.bus_username, bus_password_sha256 = excluded.bus_password_sha256,
            bound_at = excluded.bound_at, revoked_at = null
          where a.revision < excluded.revision
          returning 1)
        select (select bus_username from earlier) as replaced from bound`,
    )
    if (bound === undefined) throw new BindingOutdated({ memberId })
    return { apiKey, busUsername, busPassword, replaced: bound.replaced === busUsername ? null : bound.replaced }
  },

  byApiKey: async (key) => {
    if (!isPlausible(key)) return undefined
    const [row] = await ask(
      (sql) => sql<AgentRow[]>`
        select member_id, team_id, org_id, incarnation from app.agent
        where api_key_sha256 = ${hashOf(key)} and revoked_at is null`,
    )
    return row && { memberId: row.member_id, teamId: row.team_id, orgId: row.org_id, incarnation: row.incarnation }
  },

  busUsers: async () => {
    const rows = await ask(
      (sql) => sql<AgentRow[]>`
        select team_id, member_id, incarnation, bus_username, bus_password_sha256 from app.agent
        where revoked_at is null order by member_id`,
    )
    return rows.map((row) => ({
      teamId: row.team_id,
      memberId: row.member_id,
      incarnation: row.incarnation,
      username: row.bus_username,
      passwordSha256: row.bus_password_sha256,
    }))
  },

  revoke: async (memberId) => {
    const time = at(now())
    const [revoked] = await ask(
      (sql) => sql<{ bus_username: string }[]>`
        with open_tokens as (
          update app.enrollment set used_at = ${time} where member_id = ${memberId} and used_at is null)
        update app.agent set revoked_at = ${time} where member_id = ${memberId} and revoked_at is null
        returning bus_username`,
    )
    return revoked?.bus_username ?? null
  },
})
