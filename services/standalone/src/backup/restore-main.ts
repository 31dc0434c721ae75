import { parseArgs } from "node:util"
import type { MusterConfig } from "@muster/platform"
import { Effect, Redacted } from "effect"
import {
  attempt,
  lockedDataDir,
  passphraseOf,
  runCommand,
  speaker,
  untilEnded,
  writeResult,
} from "#src/backup/command.ts"
import { BadArguments } from "#src/backup/errors.ts"
import { sourceOf } from "#src/backup/names.ts"
import { bytesText, countText, type Say, secondsText } from "#src/backup/progress.ts"
import { type OwnDatabase, restore, type RestoreReport } from "#src/backup/restore.ts"

/** `npm run restore -- <file or folder> [--replace] [--json]`: brings back what a backup holds. Muster must be stopped. */

const USAGE = "usage: npm run restore -- <file or folder> [--replace] [--json]"

interface Arguments {
  /** Undefined: only end a restore that was interrupted. */
  readonly source: string | undefined
  readonly isReplacing: boolean
  readonly isJson: boolean
}

const readArguments = (args: readonly string[]): Arguments => {
  try {
    const { values, positionals } = parseArgs({
      args: [...args],
      options: { json: { type: "boolean", default: false }, replace: { type: "boolean", default: false } },
      allowPositionals: true,
    })
    if (positionals.length > 1) throw new TypeError("one source")
    return { source: positionals[0], isReplacing: values.replace, isJson: values.json }
  } catch {
    throw new BadArguments({ message: USAGE })
  }
}

const ownDatabase = ({ databaseUrl, appDatabaseUrl }: MusterConfig): OwnDatabase | undefined =>
  databaseUrl === undefined || appDatabaseUrl === undefined
    ? undefined
    : { ownerUrl: Redacted.value(databaseUrl), appUrl: Redacted.value(appDatabaseUrl) }

const tell = (say: Say, dataDir: string, report: RestoreReport): void => {
  const { backup, blobs, movedAside, schemasMovedAside, wasInterrupted, seconds } = report
  say(
    `${wasInterrupted ? "Ended the interrupted restore" : "Restored"} into ${dataDir} (${secondsText(seconds * 1_000)})`,
  )
  if (backup !== null && blobs !== null)
    say(
      `  ${countText(Number(backup.head))} events and ${countText(blobs.count)} files (${bytesText(blobs.bytes)}) as of ${backup.createdAt}`,
    )
  if (movedAside !== null) say(`  What was there before lies in ${movedAside}`)
  if (schemasMovedAside.length > 0) say(`  The tables that were there before are in ${schemasMovedAside.join(", ")}`)
  say("")
  say("What happens next:")
  say("  npm start builds the read models, the teams' folders and the bus from the restored log.")
  say("  Everybody is signed out: npm run signin makes a link.")
  say("  Agents give back what they work on, and it runs again. What they did on tasks that this log does not know")
  say("  is recorded nowhere; each such report is shown as a dead letter of its member, for you to judge.")
}

const command = (config: MusterConfig): Effect.Effect<void, Error> =>
  Effect.gen(function* () {
    const { source, isReplacing, isJson } = yield* attempt(() => readArguments(process.argv.slice(2)))
    const say = speaker(isJson)
    const locked = yield* lockedDataDir(config.dataDir)
    const report = yield* untilEnded(async (signal) =>
      restore({
        dataDir: locked.path,
        database: ownDatabase(config),
        path: source === undefined ? undefined : await sourceOf(source, process.env),
        passphrase: passphraseOf(config),
        isReplacing,
        say,
        signal,
      }),
    )
    tell(say, locked.path, report)
    writeResult(isJson, { command: "restore", dataDir: locked.path, ...report })
  }).pipe(Effect.scoped)

runCommand(command)
