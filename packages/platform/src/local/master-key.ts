import { randomBytes } from "node:crypto"
import { existsSync, readFileSync } from "node:fs"
import { join } from "node:path"
import { Data } from "effect"
import { writeWhole } from "#src/local/secrets.ts"

const MASTER_KEY_BYTES = 32

/** master.key is there but is no key. */
export class MasterKeyUnreadable extends Data.TaggedError("MasterKeyUnreadable")<{ readonly path: string }> {
  override get message(): string {
    return `${this.path} is damaged: restore it, or remove it and give the keys of models again under Models.`
  }
}

const decoded = (text: string): Buffer => Buffer.from(text.trim(), "base64url")

/**
 * The key that seals keys of others in the database: the configured one, else <dataDir>/master.key (0600), made on the first start. It is
 * in no backup, so that a backup alone opens nothing. Fails with MasterKeyUnreadable.
 */
export const openMasterKey = (dataDir: string, configured?: string): Uint8Array => {
  if (configured !== undefined) return decoded(configured)
  const path = join(dataDir, "master.key")
  if (!existsSync(path)) writeWhole(path, `${randomBytes(MASTER_KEY_BYTES).toString("base64url")}\n`)
  const key = decoded(readFileSync(path, "utf8"))
  if (key.length !== MASTER_KEY_BYTES) throw new MasterKeyUnreadable({ path })
  return key
}
