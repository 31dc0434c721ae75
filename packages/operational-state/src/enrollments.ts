import type { MemberId, OrgId, TeamId } from "@muster/domain"
import { claimOnce } from "#src/claims.ts"
import { at, type Database } from "#src/database.ts"
import { SecretRefused } from "#src/errors.ts"
import type { Enrollments } from "#src/port.ts"
import { hashOf, mintSecret } from "#src/secrets.ts"

interface EnrollmentRow {
  readonly member_id: MemberId
  readonly team_id: TeamId
  readonly org_id: OrgId
}

export const makeEnrollments = (db: Database): Enrollments => {
  const { ask, now } = db
  return {
    mint: async ({ memberId, teamId, orgId, ttlMillis }) => {
      const token = mintSecret()
      const expiresAt = at(now() + ttlMillis)
      await ask(
        (sql) => sql`
          insert into app.enrollment (token_sha256, member_id, team_id, org_id, created_at, expires_at)
          values (${hashOf(token)}, ${memberId}, ${teamId}, ${orgId}, ${at(now())}, ${expiresAt})`,
      )
      return { token, expiresAt: expiresAt.toISOString() }
    },

    redeem: async (token, use) => {
      const redeemed = await claimOnce(db, { table: "enrollment", keyColumn: "token_sha256" }, token, (row) => {
        const { member_id: memberId, team_id: teamId, org_id: orgId } = row as EnrollmentRow
        return use({ memberId, teamId, orgId })
      })
      if (redeemed === undefined) throw new SecretRefused({ what: "token" })
      return redeemed.value
    },
  }
}
