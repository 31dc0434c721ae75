import { Cause, Effect, Exit, Fiber, Runtime } from "effect"
import { SHUTDOWN_DEADLINE_MILLIS, SIGNAL_REPEAT_MILLIS } from "#src/limits.ts"
import type { Logger } from "#src/logger.ts"
import { redactText } from "#src/redaction.ts"

export interface RunMainOptions {
  /** Gets the whole cause of an end that nobody expected. */
  readonly log?: Logger
  /** From the signal to a forced end with status 1. */
  readonly deadlineMillis?: number
  /** The status of a program that was asked to stop and did. Default 0: a service did what it was asked; a job has another one. */
  readonly interruptedStatus?: number
}

const STOP_SIGNALS = ["SIGINT", "SIGTERM"] as const

const say = (line: string): void => {
  process.stderr.write(`muster: ${redactText(line)}\n`)
}

const report = (cause: Cause.Cause<unknown>, log: Logger | undefined): number => {
  const error = Cause.squash(cause)
  const isExpected = error instanceof Error && "_tag" in error && !Cause.hasDies(cause)
  say(error instanceof Error && error.message !== "" ? error.message : Cause.pretty(cause))
  if (!isExpected) log?.fatal({ err: error }, "Muster ended")
  return Runtime.getErrorExitCode(error)
}

/**
 * Runs the effect as the whole program. SIGINT and SIGTERM interrupt it: its scopes close, and the process ends with status 0 (or
 * `interruptedStatus`); a later signal or a deadline ends it at once with status 1. An expected failure (a tagged error) is one line on standard error and status 1, or
 * the status the error names (a bad configuration: 2). An error nobody caught stops the program in the same order, with status 1.
 */
export const runMain = <A, E>(
  effect: Effect.Effect<A, E>,
  { log, deadlineMillis = SHUTDOWN_DEADLINE_MILLIS, interruptedStatus = 0 }: RunMainOptions = {},
): void => {
  // A program that only waits for fibers has nothing else that keeps the process alive.
  const keepAlive = setInterval(() => undefined, 2 ** 30)
  let forcedStatus: number | undefined
  let stoppingSince: number | undefined

  const stop = (): void => {
    stoppingSince = performance.now()
    setTimeout(() => {
      say(`did not stop within ${deadlineMillis / 1_000} s; ending it`)
      process.exit(1)
    }, deadlineMillis).unref()
    Effect.runFork(Fiber.interrupt(fiber))
  }
  for (const name of STOP_SIGNALS)
    process.on(name, () => {
      if (stoppingSince !== undefined) {
        if (performance.now() - stoppingSince > SIGNAL_REPEAT_MILLIS) process.exit(1)
        return
      }
      log?.info({ signal: name }, "stopping")
      stop()
    })
  const uncaught = (error: unknown): void => {
    forcedStatus = 1
    say(error instanceof Error ? error.message : String(error))
    log?.fatal({ err: error }, "an error nobody caught; stopping")
    if (stoppingSince === undefined) stop()
  }
  process.on("uncaughtException", uncaught)
  process.on("unhandledRejection", uncaught)

  // After the handlers: what the effect does at once may already make somebody send a signal.
  const fiber = Effect.runFork(effect)
  fiber.addObserver((exit) => {
    clearInterval(keepAlive)
    const status = (): number => {
      if (Exit.isSuccess(exit)) return 0
      return Cause.hasInterruptsOnly(exit.cause) ? interruptedStatus : report(exit.cause, log)
    }
    process.exit(forcedStatus ?? status())
  })
}
