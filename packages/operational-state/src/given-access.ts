import type { TransactionSql } from "postgres"

/** More owners than any lost time can have had. */
const EPOCHS_SKIPPED = 1_000_000_000

/**
 * For a database that was brought back from a copy, as its owner: what was given to people and processes and could have been used up,
 * ended or taken back since the copy must not come alive again. Sessions, sign-in codes, enrolment and API tokens, claims and leases go; the
 * credentials of agents stay, because the log says who is bound. Epochs jump ahead: a fencing token that is kept outside of the
 * database (on the bus) must not be met by a smaller one.
 */
export const voidGivenAccess = async (sql: TransactionSql): Promise<void> => {
  await sql`delete from app.session`
  await sql`delete from app.code where kind = 'sign-in'`
  await sql`delete from app.enrollment`
  await sql`delete from app.api_token`
  await sql`delete from app.failed_attempt`
  await sql`delete from app.checkpoint`
  await sql`delete from app.live_process`
  await sql`delete from app.instance_claim`
  await sql`update app.shard_lease set owner = null, is_lapsed = false, epoch = epoch + ${EPOCHS_SKIPPED}`
}
