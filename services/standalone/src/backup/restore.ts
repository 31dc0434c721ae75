import { randomUUID } from "node:crypto"
import { rmSync } from "node:fs"
import { stat } from "node:fs/promises"
import { join } from "node:path"
import { silentLog, startPostgres, stopLeftoverPostgres } from "@muster/platform/local"
import { readArchive } from "#src/backup/archive/read.ts"
import { generationIn, loadDatabase, type Loader, type LoadOptions } from "#src/backup/database/load.ts"
import { type BackupHeader, entryKind } from "#src/backup/documents.ts"
import { BadArguments, RestoreUnfinished, TargetNotEmpty } from "#src/backup/errors.ts"
import { finishContextFolder, stageBlob, stageContext, stageContextFolder } from "#src/backup/files/stage.ts"
import {
  dropNote,
  dropStaging,
  freshStaging,
  partsThere,
  readNote,
  stagingIn,
  type SwapNote,
  swapParts,
  writeNote,
} from "#src/backup/half-state.ts"
import { stampOf } from "#src/backup/names.ts"
import { bytesText, makeProgress, type Say } from "#src/backup/progress.ts"
import { type Verified, verifyBackup } from "#src/backup/verify.ts"

/** A database of somebody's own. */
export interface OwnDatabase {
  readonly ownerUrl: string
  readonly appUrl: string
}

export interface RestoreOptions {
  /** Locked by the caller. */
  readonly dataDir: string
  /** Undefined: the database lies in the data directory. */
  readonly database: OwnDatabase | undefined
  /** Undefined: only end a restore that was interrupted. */
  readonly path: string | undefined
  readonly passphrase: string | undefined
  /** What is there is moved aside. */
  readonly isReplacing: boolean
  readonly say: Say
  readonly signal: AbortSignal
}

type BackupSummary = Pick<BackupHeader, "id" | "product" | "createdAt" | "generation" | "head">

export interface RestoreReport {
  readonly file: string | null
  readonly backup: BackupSummary | null
  /** Of the log, from now on. */
  readonly generation: string
  readonly blobs: { readonly count: number; readonly bytes: number } | null
  /** Where the files that were there before are. */
  readonly movedAside: string | null
  /** What the schemas that were there before are called now. */
  readonly schemasMovedAside: readonly string[]
  /** It was begun by an earlier run. */
  readonly wasInterrupted: boolean
  readonly seconds: number
}

const summaryOf = ({ id, product, createdAt, generation, head }: BackupHeader): BackupSummary => ({
  id,
  product,
  createdAt,
  generation,
  head,
})

interface Ended {
  readonly note: SwapNote
  readonly movedAside: string | undefined
}

/** Ends what an earlier run left half done. Undefined when there is nothing of that kind, or it had changed nothing yet. */
const endInterrupted = async ({ dataDir, database, say }: RestoreOptions): Promise<Ended | undefined> => {
  const note = readNote(dataDir)
  if (note === undefined) return undefined
  if (!note.isDatabaseInside) {
    if (database === undefined) throw new RestoreUnfinished({ dataDir })
    if ((await generationIn(database.ownerUrl)) !== note.generation) {
      dropStaging(dataDir)
      await dropNote(dataDir)
      say("An earlier restore was interrupted before it changed anything; beginning anew.")
      return undefined
    }
  }
  say("An earlier restore was interrupted; ending it.")
  return { note, movedAside: await swapParts(dataDir, note) }
}

const feed = async (
  loader: Loader,
  { path, passphrase, say, signal }: RestoreOptions & { readonly path: string },
  { manifest, records }: Verified,
  staging: string,
): Promise<void> => {
  const progress = makeProgress(say)
  const { size } = await stat(path)
  let read = 0
  const onRead = (bytes: number) => {
    read += bytes
    progress.at(() => `restoring: ${bytesText(read)} of ${bytesText(size)}`)
  }
  const folders = manifest.folders.flatMap(({ name, owner }) => {
    const kind = entryKind(name)
    return kind?.kind === "context" ? [{ kind, owner }] : []
  })
  for (const { kind } of folders) await stageContextFolder(staging, kind)
  let isDatabaseDone = false
  for await (const entry of readArchive({ path, passphrase, onRead })) {
    signal.throwIfAborted()
    const kind = entryKind(entry.name)
    if (kind?.kind === "piece") {
      const parts: Uint8Array[] = []
      for await (const chunk of entry.body) parts.push(Buffer.from(chunk))
      await loader.piece(kind, Buffer.concat(parts))
      continue
    }
    if (kind !== undefined && !isDatabaseDone) {
      await loader.finish(manifest.tables)
      isDatabaseDone = true
    }
    if (kind?.kind === "object" || kind?.kind === "output") await stageBlob(staging, entry)
    else if (kind?.kind === "context") await stageContext(staging, kind, entry, records.get(entry.name)?.owner)
    else for await (const _ of entry.body) signal.throwIfAborted() // header and manifest were read before
  }
  if (!isDatabaseDone) await loader.finish(manifest.tables)
  for (const { kind, owner } of folders.toReversed()) await finishContextFolder(staging, kind, owner)
  signal.throwIfAborted()
}

type Common = Pick<LoadOptions, "header" | "generation">

/** Into a new cluster in the staging folder, which then changes places with the old one. */
const intoDataDir = async (
  options: RestoreOptions & { readonly path: string },
  verified: Verified,
  staging: string,
  common: Common,
): Promise<void> => {
  const postgres = await startPostgres({ dataDir: staging, log: silentLog })
  try {
    const { ownerUrl, appUrl } = postgres
    const target = { ...common, ownerUrl, appRole: new URL(appUrl).username, asideSuffix: undefined }
    await loadDatabase(target, (loader) => feed(loader, options, verified, staging))
  } finally {
    await postgres.stop()
    rmSync(join(staging, "postgres.process"), { force: true })
  }
}

/** Stages everything, makes the point of no return, and changes places. */
const restoreInto = async (
  options: RestoreOptions & { readonly path: string },
  verified: Verified,
  at: Date,
): Promise<{
  readonly generation: string
  readonly movedAside: string | undefined
  readonly schemas: readonly string[]
}> => {
  const { dataDir, database } = options
  const { header } = verified
  const generation = randomUUID()
  const stamp = stampOf(at)
  const note: SwapNote = {
    backupId: header.id,
    generation,
    aside: `before-restore-${stamp}`,
    isDatabaseInside: database === undefined,
  }
  // A killed restore may have left its server there.
  await stopLeftoverPostgres(stagingIn(dataDir), silentLog)
  const staging = freshStaging(dataDir)
  try {
    let schemas: readonly string[] = []
    if (database === undefined) {
      await intoDataDir(options, verified, staging, { header, generation })
      // A server that a killed Muster left behind must not go on in what is moved aside.
      await stopLeftoverPostgres(dataDir, silentLog)
      await writeNote(dataDir, note)
    } else {
      const suffix = `_before_${stamp.slice(0, 19).replaceAll(/[-:]/gu, "").toLowerCase()}`
      const target: LoadOptions = {
        header,
        generation,
        ownerUrl: database.ownerUrl,
        appRole: new URL(database.appUrl).username,
        asideSuffix: options.isReplacing ? suffix : undefined,
      }
      const loaded = await loadDatabase(target, async (loader) => {
        await feed(loader, options, verified, staging)
        // Before the commit: a later run tells by the generation whether that came to pass.
        await writeNote(dataDir, note)
      })
      schemas = loaded.movedAside
    }
    return { generation, movedAside: await swapParts(dataDir, note), schemas }
  } catch (error) {
    // Until the note is there nothing was changed; with it, the next run decides.
    if (readNote(dataDir) === undefined) dropStaging(dataDir)
    throw error
  }
}

/**
 * Brings a data directory (and the database that goes with it) to what a backup holds. Everything in the backup is checked before
 * anything is changed; what was there is moved aside, never deleted; the log gets a new generation. Interrupted, it leaves the old state
 * or one that the next run brings to its end, and that `npm start` refuses until then.
 * Fails with BadArguments, BackupUnreadable, BackupTooNew, PassphraseNeeded, TargetNotEmpty, DatabaseInUse, DatabaseRefused, RestoreUnfinished or what
 * the local database fails with.
 */
export const restore = async (options: RestoreOptions): Promise<RestoreReport> => {
  const startedMillis = performance.now()
  const { dataDir, path, passphrase, isReplacing, say, signal } = options
  const seconds = () => Math.round(performance.now() - startedMillis) / 1_000
  let verified: Verified | undefined
  if (path !== undefined) {
    const { size } = await stat(path).catch(() => ({ size: 0 }))
    const progress = makeProgress(say)
    let read = 0
    verified = await verifyBackup({
      path,
      passphrase,
      onRead: (bytes) => {
        signal.throwIfAborted()
        read += bytes
        progress.at(() => `checking: ${bytesText(read)} of ${bytesText(size)}`)
      },
    })
  }
  const ended = await endInterrupted(options)
  const isSame = ended !== undefined && (verified === undefined || verified.header.id === ended.note.backupId)
  if (path === undefined || verified === undefined || isSame) {
    if (ended === undefined)
      throw new BadArguments({ message: "no restore was interrupted here: name the backup to restore" })
    return {
      file: path ?? null,
      backup: verified === undefined ? null : summaryOf(verified.header),
      generation: ended.note.generation,
      blobs: verified?.manifest.blobs ?? null,
      movedAside: ended.movedAside ?? null,
      schemasMovedAside: [],
      wasInterrupted: true,
      seconds: seconds(),
    }
  }
  if (!isReplacing && partsThere(dataDir).length > 0) throw new TargetNotEmpty({ what: dataDir })
  const { header, manifest } = verified
  const restored = await restoreInto({ ...options, path }, verified, new Date())
  return {
    file: path,
    backup: summaryOf(header),
    generation: restored.generation,
    blobs: manifest.blobs,
    movedAside: restored.movedAside ?? null,
    schemasMovedAside: restored.schemas,
    wasInterrupted: false,
    seconds: seconds(),
  }
}
