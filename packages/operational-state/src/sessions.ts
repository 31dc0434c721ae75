import type { OrgId, Role, UserId } from "@muster/domain"
import { at, type Database } from "#src/database.ts"
import { SESSION_IDLE_MILLIS, SESSION_LIFETIME_MILLIS, SESSION_TOUCH_INTERVAL_MILLIS } from "#src/limits.ts"
import type { SessionDoc, Sessions } from "#src/port.ts"
import { hashOf, isPlausible, mintSecret } from "#src/secrets.ts"

interface SessionRow {
  readonly user_id: UserId
  readonly org_id: OrgId
  readonly name: string
  readonly role: Role
  readonly created_at: Date
  readonly expires_at: Date
}

const toDoc = (row: SessionRow, expiresAt: Date): SessionDoc => ({
  userId: row.user_id,
  orgId: row.org_id,
  name: row.name,
  role: row.role,
  expiresAt: expiresAt.toISOString(),
})

export const makeSessions = ({ ask, now }: Database): Sessions => {
  const find = async (id: string): Promise<SessionRow | undefined> => {
    if (!isPlausible(id)) return undefined
    const [row] = await ask(
      (sql) => sql<SessionRow[]>`
        select user_id, org_id, name, role, created_at, expires_at from app.session
        where id_sha256 = ${hashOf(id)} and revoked_at is null and expires_at > ${at(now())}`,
    )
    return row
  }
  return {
    create: async ({ userId, orgId, name, role }) => {
      const id = mintSecret()
      const time = now()
      const expiresAt = at(time + SESSION_IDLE_MILLIS)
      await ask(
        (sql) => sql`
          insert into app.session (id_sha256, user_id, org_id, name, role, created_at, expires_at)
          values (${hashOf(id)}, ${userId}, ${orgId}, ${name}, ${role}, ${at(time)}, ${expiresAt})`,
      )
      return { id, expiresAt: expiresAt.toISOString() }
    },

    read: async (id) => {
      const row = await find(id)
      if (row === undefined) return undefined
      const end = Math.min(now() + SESSION_IDLE_MILLIS, row.created_at.getTime() + SESSION_LIFETIME_MILLIS)
      if (end - row.expires_at.getTime() < SESSION_TOUCH_INTERVAL_MILLIS) return toDoc(row, row.expires_at)
      await ask(
        (sql) => sql`
          update app.session set expires_at = ${at(end)} where id_sha256 = ${hashOf(id)} and revoked_at is null`,
      )
      return toDoc(row, at(end))
    },

    peek: async (id) => {
      const row = await find(id)
      return row && toDoc(row, row.expires_at)
    },

    revoke: async (id) => {
      await ask(
        (sql) => sql`
          update app.session set revoked_at = ${at(now())} where id_sha256 = ${hashOf(id)} and revoked_at is null`,
      )
    },

    revokeUser: async (userId) => {
      await ask(
        (sql) => sql`
          update app.session set revoked_at = ${at(now())} where user_id = ${userId} and revoked_at is null`,
      )
    },
  }
}
