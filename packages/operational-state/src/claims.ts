import type { Row } from "postgres"
import { at, type Database } from "#src/database.ts"
import { CLAIM_MILLIS } from "#src/limits.ts"
import { hashOf, isPlausible } from "#src/secrets.ts"

interface ClaimTable {
  readonly table: "code" | "enrollment"
  readonly keyColumn: "code_sha256" | "token_sha256"
}

/**
 * Takes a one-time secret, runs `use` and spends it. No transaction is held meanwhile: the row is claimed for a while, and
 * given free when `use` fails or this process dies. Undefined when there is nothing to take.
 */
export const claimOnce = async <T>(
  { ask, now }: Database,
  { table, keyColumn }: ClaimTable,
  secret: string,
  use: (row: Row) => Promise<T>,
): Promise<{ readonly value: T } | undefined> => {
  if (!isPlausible(secret)) return undefined
  const key = hashOf(secret)
  const time = now()
  const [row] = await ask(
    (sql) => sql`
      update app.${sql(table)} set claimed_until = ${at(time + CLAIM_MILLIS)}
      where ${sql(keyColumn)} = ${key} and used_at is null
        and (expires_at is null or expires_at > ${at(time)})
        and (claimed_until is null or claimed_until <= ${at(time)})
      returning *`,
  )
  if (row === undefined) return undefined
  let value: T
  try {
    value = await use(row)
  } catch (error) {
    await ask(
      (sql) => sql`
        update app.${sql(table)} set claimed_until = null where ${sql(keyColumn)} = ${key} and used_at is null`,
    )
    throw error
  }
  await ask(
    (sql) => sql`
      update app.${sql(table)} set used_at = ${at(now())}, claimed_until = null where ${sql(keyColumn)} = ${key}`,
  )
  return { value }
}
