import { createHash } from "node:crypto"
import { Option, Schema } from "effect"
import { readArchive } from "#src/backup/archive/read.ts"
import { knownVersions } from "#src/backup/database/schemas.ts"
import {
  BackupHeader,
  type BackupManifest,
  entryKind,
  type FileRecord,
  HEADER_NAME,
  MANIFEST_NAME,
  readManifest,
} from "#src/backup/documents.ts"
import { BackupTooNew, BackupUnreadable } from "#src/backup/errors.ts"
import { DOCUMENT_MAX_BYTES, FORMAT_VERSION } from "#src/backup/limits.ts"

/** A backup of which every byte was compared with its manifest. */
export interface Verified {
  readonly header: BackupHeader
  readonly manifest: BackupManifest
  /** Its files by their names in it. */
  readonly records: ReadonlyMap<string, FileRecord>
}

const FormatOnly = Schema.Struct({ format: Schema.Int, product: Schema.optionalKey(Schema.String) })
const decodeFormat = Schema.decodeUnknownOption(Schema.fromJsonString(FormatOnly))
const decodeHeader = Schema.decodeUnknownOption(Schema.fromJsonString(BackupHeader))

const textOf = async (body: AsyncIterable<Uint8Array>): Promise<string> => {
  const parts: Uint8Array[] = []
  for await (const chunk of body) parts.push(Buffer.from(chunk))
  return Buffer.concat(parts).toString("utf8")
}

/** The header of this version or an older one. Fails with BackupTooNew and BackupUnreadable. */
export const readHeader = (path: string, text: string): BackupHeader => {
  const unreadable = () => new BackupUnreadable({ path, reason: "it is no backup of Muster" })
  const { format, product = "unknown version" } = Option.getOrThrowWith(decodeFormat(text), unreadable)
  if (format > FORMAT_VERSION) throw new BackupTooNew({ what: "format", found: format, known: FORMAT_VERSION, product })
  const header = Option.getOrThrowWith(decodeHeader(text), unreadable)
  const known = knownVersions()
  for (const [schema, found] of Object.entries(header.schemas)) {
    const version = known[schema] ?? 0
    if (found > version) throw new BackupTooNew({ what: `schema ${schema}`, found, known: version, product })
  }
  return header
}

export interface VerifyOptions {
  readonly path: string
  readonly passphrase: string | undefined
  readonly onRead?: (bytes: number) => void
}

/**
 * Reads a whole backup and compares everything in it with its manifest; nothing is written. What a newer version wrote is refused at its
 * first bytes. Fails with BackupUnreadable, BackupTooNew or PassphraseNeeded.
 */
export const verifyBackup = async (options: VerifyOptions): Promise<Verified> => {
  const { path } = options
  const wrong = (reason: string) => new BackupUnreadable({ path, reason })
  let header: BackupHeader | undefined
  let manifest: BackupManifest | undefined
  const found = new Map<string, FileRecord>()
  for await (const { name, size, body } of readArchive(options)) {
    if (manifest !== undefined) throw wrong("something follows its manifest")
    if (name === HEADER_NAME || name === MANIFEST_NAME) {
      if (size > DOCUMENT_MAX_BYTES) throw wrong(`${name} is too large`)
      const text = await textOf(body)
      if (name === MANIFEST_NAME) {
        manifest = readManifest(text)
        if (manifest === undefined) throw wrong("its manifest can not be read")
      } else {
        header = readHeader(path, text)
        found.set(name, { name, size, sha256: createHash("sha256").update(text).digest("hex") })
      }
      continue
    }
    if (header === undefined) throw wrong("it is no backup of Muster")
    const kind = entryKind(name)
    if (kind === undefined) throw wrong(`it holds something unknown (${JSON.stringify(name)})`)
    if (found.has(name)) throw wrong(`${name} is in it twice`)
    const hash = createHash("sha256")
    for await (const chunk of body) hash.update(chunk)
    found.set(name, { name, size, sha256: hash.digest("hex") })
  }
  if (header === undefined) throw wrong("it is no backup of Muster")
  if (manifest === undefined) throw wrong("it is cut off: its manifest is missing")
  if (manifest.id !== header.id) throw wrong("its manifest is of another backup")
  for (const expected of manifest.files) {
    const actual = found.get(expected.name)
    if (actual === undefined) throw wrong(`${expected.name} is missing`)
    if (actual.size !== expected.size || actual.sha256 !== expected.sha256) throw wrong(`${expected.name} is damaged`)
  }
  if (manifest.files.length !== found.size) throw wrong("it holds files that its manifest does not name")
  for (const { name } of manifest.folders)
    if (entryKind(name)?.kind !== "context")
      throw wrong(`its manifest names a folder that can not be (${JSON.stringify(name)})`)
  return { header, manifest, records: new Map(manifest.files.map((record) => [record.name, record])) }
}
