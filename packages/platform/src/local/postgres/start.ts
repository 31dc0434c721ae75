import { existsSync, readFileSync } from "node:fs"
import { join } from "node:path"
import { POSTGRES_ACCOUNT, serverAccount } from "#src/local/accounts.ts"
import { PostgresFailed } from "#src/local/errors.ts"
import type { Log } from "#src/local/log.ts"
import { findPostgresBinaries } from "#src/local/postgres/binaries.ts"
import { initCluster, isCluster } from "#src/local/postgres/initdb.ts"
import { appUrl, ensureRoles, ownerUrl } from "#src/local/postgres/roles.ts"
import { startServer, stopLeftover } from "#src/local/postgres/server.ts"
import { openSecrets } from "#src/local/secrets.ts"
import { supervise } from "#src/local/supervisor.ts"

export interface StartPostgresOptions {
  /** A directory opened with `openDataDir`. */
  readonly dataDir: string
  readonly log: Log
}

export interface LocalPostgres {
  /** Role `muster_owner`, owner of database `muster`: migrates. */
  readonly ownerUrl: string
  /** Role `muster_app`: what services connect as. */
  readonly appUrl: string
  readonly restartCount: () => number
  /** Fast shutdown: open transactions are rolled back, the cluster is left clean. */
  readonly stop: () => Promise<void>
}

const checkMajor = (cluster: string, major: string): void => {
  const found = readFileSync(join(cluster, "PG_VERSION"), "utf8").trim()
  if (found !== major)
    throw new PostgresFailed({
      message: `the database in ${cluster} was made by PostgreSQL ${found}, this Muster brings ${major}: start the Muster that made it`,
      output: "",
    })
}

/** Stops the server that a killed run may have left on the database of a data directory. Fails with PostgresFailed. */
export const stopLeftoverPostgres = (dataDir: string, log: Log): Promise<void> =>
  stopLeftover(join(dataDir, "postgres"), log)

/**
 * Starts the database of one machine: its own cluster in <dataDir>/postgres, on a free port of 127.0.0.1 and nowhere else, with
 * passwords from <dataDir>/secrets.json. A server that an interrupted run left behind is stopped first; one that dies is started again
 * at the same address. Fails with PostgresUnavailable, PostgresFailed or SecretsUnreadable.
 */
export const startPostgres = async ({ dataDir, log }: StartPostgresOptions): Promise<LocalPostgres> => {
  const binaries = findPostgresBinaries()
  const cluster = join(dataDir, "postgres")
  const account = serverAccount(POSTGRES_ACCOUNT)
  await stopLeftover(cluster, log)
  if (isCluster(cluster) && !existsSync(join(dataDir, "secrets.json")))
    throw new PostgresFailed({
      message: `${dataDir} holds a database but no secrets.json with its passwords: restore that file from a backup`,
      output: "",
    })
  const passwords = openSecrets(dataDir).postgres
  if (isCluster(cluster)) checkMajor(cluster, binaries.major)
  else {
    log.info({ server: "postgres" }, "making the database")
    await initCluster({ binaries, cluster, superuserPassword: passwords.superuser, account, durable: true })
  }
  let port: number | undefined
  const supervised = await supervise({
    server: "postgres",
    log,
    start: async () => {
      await stopLeftover(cluster, log)
      const server = await startServer({ binaries, cluster, account, log, durable: true, ...(port && { port }) })
      port = server.port
      return server
    },
  })
  if (port === undefined) throw new TypeError("a started server has a port")
  try {
    await ensureRoles(port, passwords)
  } catch (error) {
    await supervised.stop()
    throw error
  }
  log.info({ server: "postgres", port }, "the database is ready")
  return {
    ownerUrl: ownerUrl(port, passwords),
    appUrl: appUrl(port, passwords),
    restartCount: supervised.restartCount,
    stop: supervised.stop,
  }
}
