import { spawn } from "node:child_process"
import { once } from "node:events"
import {
  chmodSync,
  chownSync,
  closeSync,
  constants,
  existsSync,
  lchownSync,
  mkdirSync,
  openSync,
  readdirSync,
  renameSync,
  rmSync,
  writeFileSync,
} from "node:fs"
import { dirname, join } from "node:path"
import type { Account } from "#src/local/accounts.ts"
import { borrowedListedAccount } from "#src/local/accounts.ts"
import { PostgresFailed } from "#src/local/errors.ts"
import { followOutput } from "#src/local/output.ts"
import { INITDB_TIMEOUT_MILLIS } from "#src/limits.ts"
import type { PostgresBinaries } from "#src/local/postgres/binaries.ts"
import { syncDirectory } from "#src/local/secrets.ts"

/** The name of the cluster's superuser; used for set-up alone. */
export const SUPERUSER = "muster_admin"

export interface InitOptions {
  readonly binaries: PostgresBinaries
  /** Where the cluster is to be; its parent exists. */
  readonly cluster: string
  readonly superuserPassword: string
  /** Under root: who owns the cluster in the end. */
  readonly account: Account | undefined
  /** Tests give up durability for speed. */
  readonly durable: boolean
}

const giveAll = (path: string, account: Account): void => {
  lchownSync(path, account.uid, account.gid)
  for (const entry of readdirSync(path, { withFileTypes: true })) {
    const child = join(path, entry.name)
    if (entry.isDirectory()) giveAll(child, account)
    else lchownSync(child, account.uid, account.gid)
  }
}

/**
 * Makes a cluster, whole or not at all: it grows in a staging directory beside `cluster` and is renamed when complete. Under root
 * the child reaches the staging directory through an inherited descriptor (/proc/self/fd/3), so no directory above it has to be
 * opened for its account. Fails with PostgresFailed.
 */
export const initCluster = async (options: InitOptions): Promise<void> => {
  const { binaries, cluster, account } = options
  const staging = `${cluster}.new`
  rmSync(staging, { recursive: true, force: true })
  mkdirSync(staging, { mode: 0o700 })
  chmodSync(staging, 0o700)
  const passwordFile = join(staging, "password")
  writeFileSync(passwordFile, options.superuserPassword, { mode: 0o600 })
  const borrowed = account === undefined ? undefined : borrowedListedAccount()
  if (account !== undefined && borrowed === undefined)
    throw new PostgresFailed({ message: "no idle account in /etc/passwd to make the database with", output: "" })
  if (borrowed) for (const path of [passwordFile, staging]) chownSync(path, borrowed.uid, borrowed.gid)

  const descriptor = openSync(staging, constants.O_RDONLY | constants.O_DIRECTORY)
  const inChild = borrowed ? "/proc/self/fd/3" : staging
  try {
    const child = spawn(
      binaries.initdb,
      [
        `--pgdata=${inChild}/data`,
        `--username=${SUPERUSER}`,
        `--pwfile=${inChild}/password`,
        "--auth-local=reject",
        "--auth-host=scram-sha-256",
        "--encoding=UTF8",
        // Text sorts by code point on every machine: no dependence on the system's locales or its ICU.
        "--locale=C",
        "--locale-provider=builtin",
        "--builtin-locale=C.UTF-8",
        ...(options.durable ? [] : ["--no-sync"]),
      ],
      {
        ...borrowed,
        cwd: "/",
        env: { PATH: process.env["PATH"] ?? "/usr/bin:/bin", LC_ALL: "C", TZ: "UTC" },
        stdio: ["ignore", "pipe", "pipe", descriptor],
        timeout: INITDB_TIMEOUT_MILLIS,
      },
    )
    const output = followOutput([child.stdout, child.stderr], () => undefined)
    const [code, by] = (await once(child, "close")) as [number | null, NodeJS.Signals | null]
    if (code !== 0) throw new PostgresFailed({ message: `initdb ended with ${code ?? by}`, output: output.tail() })
  } finally {
    closeSync(descriptor)
    rmSync(passwordFile, { force: true })
  }
  if (account) giveAll(join(staging, "data"), account)
  renameSync(join(staging, "data"), cluster)
  if (options.durable) syncDirectory(dirname(cluster))
  rmSync(staging, { recursive: true, force: true })
}

/** Whether a whole cluster lies there. */
export const isCluster = (cluster: string): boolean => existsSync(join(cluster, "PG_VERSION"))
