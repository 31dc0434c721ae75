import { randomBytes } from "node:crypto"
import { chmodSync, closeSync, existsSync, fsyncSync, openSync, readFileSync, renameSync, writeSync } from "node:fs"
import { dirname, join } from "node:path"
import { Data, Option, Schema } from "effect"

const PASSWORD_BYTES = 24

/** 192 bits, in letters that need no quoting in URLs and configuration files. */
export const randomPassword = (): string => randomBytes(PASSWORD_BYTES).toString("base64url")

/** secrets.json is there but can not be read as what it should be; without it the database can not be opened. */
export class SecretsUnreadable extends Data.TaggedError("SecretsUnreadable")<{ readonly path: string }> {
  override get message(): string {
    return `${this.path} is damaged: restore it from a backup. Without it the database in the same directory can not be opened.`
  }
}

const Secrets = Schema.Struct({
  postgres: Schema.Struct({ superuser: Schema.String, owner: Schema.String, app: Schema.String }),
})
type Secrets = typeof Secrets.Type
const decodeSecrets = Schema.decodeUnknownOption(Schema.fromJsonString(Secrets))

const fsyncAndClose = (descriptor: number): void => {
  try {
    fsyncSync(descriptor)
  } finally {
    closeSync(descriptor)
  }
}

/** Makes a rename or a new name in a directory outlive a power cut. */
export const syncDirectory = (dir: string): void => fsyncAndClose(openSync(dir, "r"))

/** Writes a file for its owner alone, whole or not at all, so that it outlives a power cut. */
export const writeWhole = (path: string, text: string): void => {
  const staging = `${path}.new`
  const descriptor = openSync(staging, "w", 0o600)
  writeSync(descriptor, text)
  fsyncAndClose(descriptor)
  chmodSync(staging, 0o600)
  renameSync(staging, path)
  syncDirectory(dirname(path))
}

/** The passwords of the local database: read from <dataDir>/secrets.json (0600), made on the first start. Fails with SecretsUnreadable. */
export const openSecrets = (dataDir: string): Secrets => {
  const path = join(dataDir, "secrets.json")
  if (existsSync(path))
    return Option.getOrThrowWith(decodeSecrets(readFileSync(path, "utf8")), () => new SecretsUnreadable({ path }))
  const secrets: Secrets = {
    postgres: { superuser: randomPassword(), owner: randomPassword(), app: randomPassword() },
  }
  writeWhole(path, `${JSON.stringify(secrets, null, 2)}\n`)
  return secrets
}
