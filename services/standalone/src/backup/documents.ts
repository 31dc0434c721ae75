import { createHash } from "node:crypto"
import { Option, Schema } from "effect"

/** A table of the database as the backup carries it: rows as COPY writes them, columns by name. */
export const TableRef = Schema.Struct({
  schema: Schema.String,
  table: Schema.String,
  columns: Schema.Array(Schema.String),
})
export type TableRef = typeof TableRef.Type

/** First entry of a backup: what it is of. Known before anything was read. */
export const BackupHeader = Schema.Struct({
  format: Schema.Int,
  id: Schema.String,
  /** Version of the Muster that wrote it. */
  product: Schema.String,
  createdAt: Schema.String,
  /** Of the log at that moment. A restored log gets a new one. */
  generation: Schema.String,
  /** Position of the newest event that is in it. */
  head: Schema.String,
  /** Versions of the database's schemas, by name. */
  schemas: Schema.Record(Schema.String, Schema.Int),
  tables: Schema.Array(TableRef),
})
export type BackupHeader = typeof BackupHeader.Type

/** One entry of the backup. Owner and mode are those of a member's file in the shared folder of its team. */
export const FileRecord = Schema.Struct({
  name: Schema.String,
  size: Schema.Int,
  sha256: Schema.String,
  owner: Schema.optionalKey(Schema.Struct({ uid: Schema.Int, gid: Schema.Int, mode: Schema.Int })),
})
export type FileRecord = typeof FileRecord.Type

export const TableRecord = Schema.Struct({
  schema: Schema.String,
  table: Schema.String,
  rows: Schema.Int,
  /** Of the rows before packing. */
  bytes: Schema.Int,
  sha256: Schema.String,
})
export type TableRecord = typeof TableRecord.Type

/** Last entry of a backup: what must be in it. A file without it is not whole. */
export const BackupManifest = Schema.Struct({
  id: Schema.String,
  tables: Schema.Array(TableRecord),
  /** Every entry but this one. */
  files: Schema.Array(FileRecord),
  /** Folders of the teams' shared folders. */
  folders: Schema.Array(FileRecord),
  blobs: Schema.Struct({ count: Schema.Int, bytes: Schema.Int }),
  /** Files that the log names and that were not there. */
  missingBlobs: Schema.Array(Schema.String),
})
export type BackupManifest = typeof BackupManifest.Type

const decodeManifest = Schema.decodeUnknownOption(Schema.fromJsonString(BackupManifest))
const hashOf = (text: string): string => createHash("sha256").update(text).digest("hex")

/** The manifest as it is stored: a line of JSON, and a line with its SHA-256, since nothing else in a backup vouches for it. */
export const manifestText = (manifest: BackupManifest): string => {
  const text = JSON.stringify(manifest)
  return `${text}\n${hashOf(text)}\n`
}

/** Undefined for what is no manifest, or was changed. Those of earlier versions have no second line. */
export const readManifest = (text: string): BackupManifest | undefined => {
  const [document = "", ...rest] = text.split("\n")
  const seal = rest.join("\n")
  if (seal !== "" && seal !== `${hashOf(document)}\n`) return undefined
  return Option.getOrUndefined(decodeManifest(document))
}

/** Names of the entries. Everything else lies in `database/`, `blobs/` or `context/`. */
export const HEADER_NAME = "muster-backup.json"
export const MANIFEST_NAME = "manifest.json"

const UUID = "[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}"
const IDENTIFIER = "[a-z][a-z0-9_]*"
const PIECE = new RegExp(`^database/(${IDENTIFIER})\\.(${IDENTIFIER})/\\d{6}\\.copy\\.gz$`, "u")
const OBJECT = /^blobs\/objects\/([0-9a-f]{2})\/([0-9a-f]{2})\/([0-9a-f]{64})$/u
const OUTPUT = new RegExp(`^blobs/output/[0-9a-f]{2}/${UUID}/${UUID}$`, "u")
const CONTEXT = new RegExp(`^context/(${UUID})((?:/[^/\\0]{1,255})+)$`, "u")

/** What an entry is, by its name; undefined for a name that no backup has: nothing else may become a path. */
export type EntryKind =
  | { readonly kind: "piece"; readonly schema: string; readonly table: string }
  | { readonly kind: "object"; readonly sha256: string }
  | { readonly kind: "output" }
  | { readonly kind: "context"; readonly teamId: string; readonly path: string }

export const entryKind = (name: string): EntryKind | undefined => {
  const [, schema, table] = PIECE.exec(name) ?? []
  if (schema !== undefined && table !== undefined) return { kind: "piece", schema, table }
  const [, first, second, sha256] = OBJECT.exec(name) ?? []
  if (sha256 !== undefined)
    return sha256.startsWith(`${first ?? ""}${second ?? ""}`) ? { kind: "object", sha256 } : undefined
  if (OUTPUT.test(name)) return { kind: "output" }
  const [, teamId, path] = CONTEXT.exec(name) ?? []
  if (teamId === undefined || path === undefined) return undefined
  const isPlain = path.split("/").every((part) => part !== "." && part !== "..")
  return isPlain ? { kind: "context", teamId, path: path.slice(1) } : undefined
}

export const pieceName = ({ schema, table }: Pick<TableRef, "schema" | "table">, index: number): string =>
  `database/${schema}.${table}/${String(index).padStart(6, "0")}.copy.gz`
