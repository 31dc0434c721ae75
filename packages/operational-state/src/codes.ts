import type { Role } from "@muster/domain"
import { makeAttempts } from "#src/attempts.ts"
import { claimOnce } from "#src/claims.ts"
import { at, type Database } from "#src/database.ts"
import { SecretRefused, SetupCodeTooShort } from "#src/errors.ts"
import { FIXED_CODE_MIN_CHARS } from "#src/limits.ts"
import type { Codes } from "#src/port.ts"
import { hashOf, mintSecret } from "#src/secrets.ts"

interface CodeRow {
  readonly kind: "setup" | "sign-in"
  readonly person_name: string | null
  readonly role: Role
}

/** Serialises set-up over all processes on one database. */
const SETUP_LOCK = 0x6d75_7375

export const makeCodes = (db: Database): Codes => {
  const { ask, now } = db
  const attempts = makeAttempts(db)
  return {
    ensureSetupCode: async ({ fixed } = {}) => {
      if (fixed !== undefined && fixed.length < FIXED_CODE_MIN_CHARS)
        throw new SetupCodeTooShort({ minChars: FIXED_CODE_MIN_CHARS })
      const code = fixed ?? mintSecret()
      const isOpen = await ask((sql) =>
        sql.begin(async (tx) => {
          await tx`select pg_advisory_xact_lock(${SETUP_LOCK})`
          const used = await tx`select 1 from app.code where kind = 'setup' and used_at is not null limit 1`
          if (used.length > 0) return false
          await tx`delete from app.code where kind = 'setup'`
          await tx`
            insert into app.code (code_sha256, kind, role, created_at)
            values (${hashOf(code)}, 'setup', 'owner', ${at(now())})`
          return true
        }),
      )
      return isOpen ? { state: "open", code } : { state: "already-used" }
    },

    mintSignIn: async ({ personName, role, ttlMillis }) => {
      const code = mintSecret()
      const expiresAt = at(now() + ttlMillis)
      await ask(
        (sql) => sql`
          insert into app.code (code_sha256, kind, person_name, role, created_at, expires_at)
          values (${hashOf(code)}, 'sign-in', ${personName}, ${role}, ${at(now())}, ${expiresAt})`,
      )
      return { code, expiresAt: expiresAt.toISOString() }
    },

    redeem: async (code, source, use) => {
      await attempts.reserve(source)
      const redeemed = await claimOnce(db, { table: "code", keyColumn: "code_sha256" }, code, async (row) => {
        const { kind, person_name: personName, role } = row as CodeRow
        await attempts.forgive(source)
        return use({ kind, personName, role })
      })
      if (redeemed === undefined) throw new SecretRefused({ what: "code" })
      return redeemed.value
    },
  }
}
