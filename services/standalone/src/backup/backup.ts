import { randomUUID } from "node:crypto"
import { mkdir } from "node:fs/promises"
import { join } from "node:path"
import { type ArchiveWriter, writeArchive } from "#src/backup/archive/write.ts"
import { type Snapshot, withSnapshot } from "#src/backup/database/dump.ts"
import {
  type BackupHeader,
  type BackupManifest,
  type FileRecord,
  HEADER_NAME,
  MANIFEST_NAME,
  manifestText,
  type TableRecord,
} from "#src/backup/documents.ts"
import { collectBlobs, collectContext } from "#src/backup/files/collect.ts"
import { FORMAT_VERSION, PRIVATE_FOLDER_MODE } from "#src/backup/limits.ts"
import { bytesText, countText, makeProgress, type Progress, type Say } from "#src/backup/progress.ts"

export interface BackupOptions {
  /** A role that may read schemas `es` and `app`. */
  readonly databaseUrl: string
  readonly dataDir: string
  /** Must not exist. */
  readonly path: string
  /** Made first when it is missing. */
  readonly folder: string | undefined
  readonly passphrase: string | undefined
  /** Version of this Muster. */
  readonly product: string
  readonly say: Say
  readonly signal: AbortSignal
}

export interface BackupReport {
  readonly file: string
  readonly bytes: number
  readonly isEncrypted: boolean
  readonly createdAt: string
  readonly generation: string
  readonly head: string
  readonly tables: readonly TableRecord[]
  readonly blobs: { readonly count: number; readonly bytes: number }
  /** Files that the log names and that are not there, or damaged. */
  readonly missingBlobs: readonly string[]
  /** Members' files in the teams' shared folders; links and devices among them are left out. */
  readonly context: { readonly count: number; readonly skipped: number }
  readonly seconds: number
}

interface FromDatabase {
  readonly header: BackupHeader
  readonly tables: readonly TableRecord[]
  readonly files: readonly FileRecord[]
  readonly named: ReadonlySet<string>
}

const documentOf = (content: BackupHeader): Buffer => Buffer.from(`${JSON.stringify(content)}\n`)

const dumpDatabase = async (
  { facts, dump, namedBlobs }: Snapshot,
  archive: ArchiveWriter,
  { product, signal }: BackupOptions,
  progress: Progress,
): Promise<FromDatabase> => {
  const header: BackupHeader = {
    format: FORMAT_VERSION,
    id: randomUUID(),
    product,
    createdAt: new Date().toISOString(),
    ...facts,
  }
  const files: FileRecord[] = [await archive.add(HEADER_NAME, documentOf(header))]
  const tables: TableRecord[] = []
  for (const table of facts.tables) {
    const take = async (name: string, piece: Uint8Array): Promise<void> => {
      signal.throwIfAborted()
      files.push(await archive.add(name, piece))
    }
    const onRows = (rows: number) => progress.at(() => `${table.schema}.${table.table}: ${countText(rows)} rows`)
    tables.push(await dump(table, take, onRows))
  }
  return { header, tables, files, named: await namedBlobs() }
}

/**
 * Writes a backup of the whole product: the database at one snapshot, then the files, then the manifest. Muster may run meanwhile.
 * Fails with TargetUnusable or what the database fails with; an unfinished file is removed.
 */
export const backup = async (options: BackupOptions): Promise<BackupReport> => {
  const startedMillis = performance.now()
  const { databaseUrl, dataDir, path, folder, passphrase, say, signal } = options
  const progress = makeProgress(say)
  if (folder !== undefined) await mkdir(folder, { recursive: true, mode: PRIVATE_FOLDER_MODE })
  const archive = await writeArchive({ path, passphrase })
  try {
    const { header, tables, files, named } = await withSnapshot(databaseUrl, (snapshot) =>
      dumpDatabase(snapshot, archive, options, progress),
    )
    const blobs = await collectBlobs(join(dataDir, "blobs"), archive, (bytes) => {
      signal.throwIfAborted()
      progress.at(() => `files: ${bytesText(bytes)}`)
    })
    const context = await collectContext(join(dataDir, "teams"), archive)
    signal.throwIfAborted()
    const missingBlobs = [...named].filter((sha256) => !blobs.objects.has(sha256)).toSorted()
    const manifest: BackupManifest = {
      id: header.id,
      tables,
      files: [...files, ...blobs.files, ...context.files],
      folders: context.folders,
      blobs: { count: blobs.count, bytes: blobs.bytes },
      missingBlobs,
    }
    await archive.add(MANIFEST_NAME, Buffer.from(manifestText(manifest)))
    const bytes = await archive.finish()
    const { createdAt, generation, head } = header
    return {
      file: path,
      bytes,
      isEncrypted: passphrase !== undefined,
      createdAt,
      generation,
      head,
      tables,
      blobs: manifest.blobs,
      missingBlobs,
      context: { count: context.files.length, skipped: context.skipped },
      seconds: Math.round(performance.now() - startedMillis) / 1_000,
    }
  } catch (error) {
    await archive.discard()
    throw error
  }
}
