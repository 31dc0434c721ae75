import { readFileSync } from "node:fs"
import { createLogger, effectLoggerLayer, type MusterConfig, readConfig, runMain } from "@muster/platform"
import { openDataDir } from "@muster/platform/local"
import { Effect, Redacted } from "effect"
import type { Say } from "#src/backup/progress.ts"

/** What the two commands share: how they run, and how they speak. */

/** The version of this Muster. */
export const productVersion = (): string => {
  const manifest = JSON.parse(readFileSync(new URL("../../package.json", import.meta.url), "utf8")) as {
    readonly version: string
  }
  return manifest.version
}

export const passphraseOf = ({ backupPassphrase }: MusterConfig): string | undefined =>
  backupPassphrase === undefined ? undefined : Redacted.value(backupPassphrase)

const asError = (cause: unknown): Error => (cause instanceof Error ? cause : new Error(String(cause)))

/** Work that ends what it has begun when it is interrupted: the signal tells it, and its end is waited for. */
export const untilEnded = <A>(work: (signal: AbortSignal) => Promise<A>): Effect.Effect<A, Error> =>
  Effect.callback<A, Error>((resume) => {
    const ending = new AbortController()
    const working = work(ending.signal)
    working.then(
      (value) => resume(Effect.succeed(value)),
      (cause: unknown) => resume(Effect.fail(asError(cause))),
    )
    return Effect.promise(async () => {
      ending.abort()
      await Promise.allSettled([working])
    })
  })

export const attempt = <A>(work: () => A): Effect.Effect<A, Error> => Effect.try({ try: work, catch: asError })

/** The data directory, locked for as long as the scope lives. Fails with DataDirBusy or DataDirUnsafe. */
export const lockedDataDir = (dataDir: string) =>
  Effect.acquireRelease(
    attempt(() => openDataDir(dataDir)),
    (dir) => Effect.sync(() => dir.close()),
  )

/** Words for people; with `--json` they make room on standard output for the one line that programs read. */
export const speaker = (isJson: boolean): Say => {
  const to = isJson ? process.stderr : process.stdout
  return (line) => void to.write(`${line}\n`)
}

export const writeResult = (isJson: boolean, result: object): void => {
  if (isJson) process.stdout.write(`${JSON.stringify(result)}\n`)
}

/** As a shell says of a program that Ctrl-C ended: it did not do what it was for. */
const INTERRUPTED_STATUS = 130

/** Runs a command as the whole program. */
export const runCommand = (command: (config: MusterConfig) => Effect.Effect<void, Error>): void => {
  const log = createLogger({ service: "backup", level: "warn" })
  runMain(
    Effect.gen(function* () {
      const config = yield* attempt(() => readConfig())
      yield* command(config)
    }).pipe(Effect.provide(effectLoggerLayer(log))),
    { log, interruptedStatus: INTERRUPTED_STATUS },
  )
}
