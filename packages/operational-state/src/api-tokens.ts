import type { OrgId, Role, TeamId, UserId } from "@muster/domain"
import { v7 } from "uuid"
import { at, type Database } from "#src/database.ts"
import { TooManyTokens } from "#src/errors.ts"
import { API_TOKENS_PER_PERSON_MAX, API_TOKEN_TOUCH_INTERVAL_MILLIS } from "#src/limits.ts"
import type { ApiTokenDoc, ApiTokens } from "#src/port.ts"
import { hashOf, isPlausible, mintSecret } from "#src/secrets.ts"

/** Says what it is to people and to scanners that look for lost secrets. */
const PREFIX = "muster_"

interface TokenRow {
  readonly token_id: string
  readonly user_id: UserId
  readonly org_id: OrgId
  readonly person_name: string
  readonly role: Role
  readonly name: string
  readonly scope: ApiTokenDoc["scope"]
  readonly team_id: TeamId | null
  readonly created_at: Date
  readonly expires_at: Date
  readonly last_used_at: Date | null
}

const toDoc = (row: TokenRow): ApiTokenDoc => ({
  id: row.token_id,
  name: row.name,
  scope: row.scope,
  teamId: row.team_id,
  createdAt: row.created_at.toISOString(),
  expiresAt: row.expires_at.toISOString(),
  lastUsedAt: row.last_used_at?.toISOString() ?? null,
})

export const makeApiTokens = ({ ask, now }: Database): ApiTokens => ({
  create: async ({ userId, orgId, personName, role, name, scope, teamId = null, ttlMillis }) => {
    const token = PREFIX + mintSecret()
    const time = at(now())
    const [row] = await ask(
      (sql) => sql<TokenRow[]>`
        insert into app.api_token (token_id, token_sha256, user_id, org_id, person_name, role, name, scope, team_id,
          created_at, expires_at)
        select ${v7()}, ${hashOf(token)}, ${userId}, ${orgId}, ${personName}, ${role}, ${name}, ${scope}, ${teamId}::uuid,
          ${time}, ${at(now() + ttlMillis)}
        where (select count(*) from app.api_token
          where user_id = ${userId} and revoked_at is null and expires_at > ${time}) < ${API_TOKENS_PER_PERSON_MAX}
        returning *`,
    )
    if (row === undefined) throw new TooManyTokens({ limit: API_TOKENS_PER_PERSON_MAX })
    return { token, doc: toDoc(row) }
  },

  list: async (userId) => {
    const rows = await ask(
      (sql) => sql<TokenRow[]>`
        select * from app.api_token
        where user_id = ${userId} and revoked_at is null and expires_at > ${at(now())} order by created_at desc`,
    )
    return rows.map(toDoc)
  },

  byToken: async (token) => {
    if (!token.startsWith(PREFIX) || !isPlausible(token)) return undefined
    const time = now()
    const [row] = await ask(
      (sql) => sql<TokenRow[]>`
        select * from app.api_token
        where token_sha256 = ${hashOf(token)} and revoked_at is null and expires_at > ${at(time)}`,
    )
    if (row === undefined) return undefined
    if (time - (row.last_used_at?.getTime() ?? 0) >= API_TOKEN_TOUCH_INTERVAL_MILLIS)
      await ask((sql) => sql`update app.api_token set last_used_at = ${at(time)} where token_id = ${row.token_id}`)
    const { user_id: userId, org_id: orgId, person_name: name, role, scope, team_id: teamId } = row
    return { userId, orgId, name, role, scope, teamId }
  },

  revoke: async (userId, id) => {
    const rows = await ask(
      (sql) => sql`
        update app.api_token set revoked_at = ${at(now())}
        where token_id = ${id} and user_id = ${userId} and revoked_at is null returning 1`,
    )
    return rows.length > 0
  },
})
