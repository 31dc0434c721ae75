import { join } from "node:path"
import { POSTGRES_ACCOUNT, serverAccount } from "#src/local/accounts.ts"
import { silentLog } from "#src/local/log.ts"
import { findPostgresBinaries } from "#src/local/postgres/binaries.ts"
import { initCluster } from "#src/local/postgres/initdb.ts"
import { adminUrl, appUrl, ensureRoles, ownerUrl } from "#src/local/postgres/roles.ts"
import { startServer } from "#src/local/postgres/server.ts"
import { randomPassword } from "#src/local/secrets.ts"
import { tempDir } from "#src/testing/temp-dir.ts"
import { watchOver } from "#src/testing/watchdog.ts"

export interface TestPostgres {
  /** Role `muster_owner`, owner of database `muster`: migrates. */
  readonly ownerUrl: string
  /** Role `muster_app`: what services connect as; may do only what the owner granted. */
  readonly appUrl: string
  /** The superuser on the same database, for tests that must see or break what no role may. */
  readonly adminUrl: string
  readonly stop: () => Promise<void>
}

export interface TestPostgresOptions {
  /** A commit is on the disk when it is answered, as in the product: for measurements. Default: nothing survives a crash. */
  readonly durable?: boolean
  /** Default: as the product has it. */
  readonly maxConnections?: number
  /** More settings of the server, by their names. */
  readonly settings?: Readonly<Record<string, string>>
}

/** A PostgreSQL of its own for one test file, with the two roles made. */
export const startTestPostgres = async ({
  durable = false,
  maxConnections,
  settings,
}: TestPostgresOptions = {}): Promise<TestPostgres> => {
  const dir = tempDir("muster-test-postgres-")
  try {
    const binaries = findPostgresBinaries()
    const cluster = join(dir.path, "postgres")
    const account = serverAccount(POSTGRES_ACCOUNT)
    const passwords = { superuser: randomPassword(), owner: randomPassword(), app: randomPassword() }
    await initCluster({ binaries, cluster, superuserPassword: passwords.superuser, account, durable })
    const server = await startServer({ binaries, cluster, account, log: silentLog, durable, maxConnections, settings })
    const dismiss = watchOver(server.pid, dir.path)
    await ensureRoles(server.port, passwords)
    return {
      ownerUrl: ownerUrl(server.port, passwords),
      appUrl: appUrl(server.port, passwords),
      adminUrl: adminUrl(server.port, passwords),
      stop: async () => {
        await dismiss()
        await server.stop()
        dir.remove()
      },
    }
  } catch (error) {
    dir.remove()
    throw error
  }
}
