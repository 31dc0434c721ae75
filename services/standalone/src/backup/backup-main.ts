import { existsSync } from "node:fs"
import { join } from "node:path"
import { parseArgs } from "node:util"
import type { MusterConfig } from "@muster/platform"
import { silentLog, startPostgres } from "@muster/platform/local"
import { Effect, Redacted, type Scope } from "effect"
import { backup, type BackupReport } from "#src/backup/backup.ts"
import {
  attempt,
  lockedDataDir,
  passphraseOf,
  productVersion,
  runCommand,
  speaker,
  untilEnded,
  writeResult,
} from "#src/backup/command.ts"
import { BadArguments, NothingToBackUp } from "#src/backup/errors.ts"
import { refuseHalfRestored } from "#src/backup/half-state.ts"
import { NAMED_MISSING_MAX } from "#src/backup/limits.ts"
import { targetOf } from "#src/backup/names.ts"
import { bytesText, countText, type Say, secondsText } from "#src/backup/progress.ts"
import { NotRunning, readRunFile } from "#src/run-file.ts"

/** `npm run backup -- <file or folder> [--json]`: the whole product as one file, whether it runs or not. */

const USAGE = "usage: npm run backup -- <file or folder> [--json]"

const readArguments = (args: readonly string[]): { readonly target: string; readonly isJson: boolean } => {
  try {
    const { values, positionals } = parseArgs({
      args: [...args],
      options: { json: { type: "boolean", default: false } },
      allowPositionals: true,
    })
    const [target, ...more] = positionals
    if (target === undefined || more.length > 0) throw new TypeError("one target")
    return { target, isJson: values.json }
  } catch {
    throw new BadArguments({ message: USAGE })
  }
}

/** The database of the Muster that runs on this data directory; undefined when none does. */
const ofRunning = (dataDir: string): string | undefined => {
  try {
    return readRunFile(dataDir).appDatabaseUrl
  } catch (error) {
    if (error instanceof NotRunning) return undefined
    throw error
  }
}

/** Where the database answers: at the Muster that runs, at an address of one's own, or started for as long as the scope lives. */
const databaseUrl = ({ dataDir, databaseUrl: own }: MusterConfig): Effect.Effect<string, Error, Scope.Scope> =>
  Effect.gen(function* () {
    const running = yield* attempt(() => ofRunning(dataDir))
    if (running !== undefined) return running
    if (!existsSync(dataDir)) return yield* Effect.fail(new NothingToBackUp({ dataDir }))
    // Nothing may start or be restored here meanwhile.
    const locked = yield* lockedDataDir(dataDir)
    if (own !== undefined) return Redacted.value(own)
    if (!existsSync(join(locked.path, "postgres"))) return yield* Effect.fail(new NothingToBackUp({ dataDir }))
    const postgres = yield* Effect.acquireRelease(
      Effect.tryPromise({
        try: () => startPostgres({ dataDir: locked.path, log: silentLog }),
        catch: (cause) => cause as Error,
      }),
      (server) => Effect.promise(() => server.stop()),
    )
    return postgres.ownerUrl
  })

const tell = (say: Say, report: BackupReport): void => {
  const { file, bytes, isEncrypted, head, blobs, missingBlobs, context, createdAt, seconds } = report
  say(`Backed up to ${file} (${bytesText(bytes)}, ${secondsText(seconds * 1_000)})`)
  say(`  ${countText(Number(head))} events and ${countText(blobs.count + context.count)} files as of ${createdAt}`)
  if (context.skipped > 0) say(`  ${context.skipped} links or devices in the teams' shared folders were left out`)
  if (missingBlobs.length > 0) {
    say(
      `  WARNING: ${missingBlobs.length} files that the log names are not there or damaged; the backup can not hold them:`,
    )
    for (const sha256 of missingBlobs.slice(0, NAMED_MISSING_MAX)) say(`    ${sha256}`)
  }
  say(
    isEncrypted
      ? "  Encrypted: without its passphrase nobody can open it, you neither."
      : "  It holds all that people and agents wrote, and hashes of credentials: keep it where nobody else can read it (its mode is 0600).\n  MUSTER_BACKUP_PASSPHRASE encrypts it.",
  )
}

const command = (config: MusterConfig): Effect.Effect<void, Error> =>
  Effect.gen(function* () {
    const { target, isJson } = yield* attempt(() => readArguments(process.argv.slice(2)))
    const say = speaker(isJson)
    const { dataDir } = config
    yield* attempt(() => refuseHalfRestored(dataDir))
    const url = yield* databaseUrl(config)
    const report = yield* untilEnded(async (signal) => {
      const passphrase = passphraseOf(config)
      const { path, folder } = await targetOf(target, new Date(), passphrase !== undefined, process.env)
      return backup({ databaseUrl: url, dataDir, path, folder, passphrase, product: productVersion(), say, signal })
    })
    tell(say, report)
    writeResult(isJson, { command: "backup", ...report })
  }).pipe(Effect.scoped)

runCommand(command)
