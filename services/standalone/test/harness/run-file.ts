import { readFileSync } from "node:fs"
import { join } from "node:path"

interface RunFile {
  readonly appDatabaseUrl: string
  readonly redisUrl: string
}

/** What a running product writes down for other commands on its machine. */
export const readRunFile = (dataDir: string): RunFile =>
  JSON.parse(readFileSync(join(dataDir, "run.json"), "utf8")) as RunFile

/** The private database of a product, as the role that owns its tables. */
export const privateOwnerUrl = (dataDir: string): string => {
  const secrets = JSON.parse(readFileSync(join(dataDir, "secrets.json"), "utf8")) as {
    readonly postgres: { readonly owner: string }
  }
  const url = new URL(readRunFile(dataDir).appDatabaseUrl)
  url.username = "muster_owner"
  url.password = secrets.postgres.owner
  return url.href
}
