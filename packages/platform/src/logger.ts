import { Cause, Logger as EffectLogger, type Layer } from "effect"
import type { DestinationStream, Logger } from "pino"
import { destination, pino, stdTimeFunctions } from "pino"
import type { LOG_LEVELS } from "#src/config/variables.ts"
import { redact, redactText } from "#src/redaction.ts"

export type { Logger } from "pino"
export type LogLevel = (typeof LOG_LEVELS)[number]

export interface LoggerOptions {
  /** Which service speaks, such as "control-plane"; in every line. */
  readonly service: string
  readonly level?: LogLevel
  /** Standard output when absent. */
  readonly to?: DestinationStream
}

/**
 * A logger of JSON lines: `{ level, time, service, msg, … }` with ISO times in UTC. Values under names such as password, token,
 * code, authorization or cookie are replaced at any depth, and credentials are taken out of URLs, messages and stacks.
 */
export const createLogger = ({ service, level = "info", to }: LoggerOptions): Logger =>
  pino(
    {
      level,
      base: { service },
      timestamp: stdTimeFunctions.isoTime,
      // Errors under any name are told by `redact`; pino's own serializer would add all their properties.
      serializers: { err: (value: unknown) => value },
      formatters: {
        level: (label) => ({ level: label }),
        log: (fields) => redact(fields) as Record<string, unknown>,
      },
      hooks: {
        logMethod(args, method) {
          const [first, ...rest] = args as unknown as [unknown, ...unknown[]]
          const clean = rest.map((each) => (typeof each === "string" ? redactText(each) : redact(each)))
          const head = typeof first === "string" ? redactText(first) : first instanceof Error ? { err: first } : first
          method.apply(this, [head, ...clean] as unknown as Parameters<typeof method>)
        },
      },
    },
    to ?? destination({ fd: 1, sync: true }),
  )

const METHODS = {
  All: "trace",
  Trace: "trace",
  Debug: "debug",
  Info: "info",
  Warn: "warn",
  Error: "error",
  Fatal: "fatal",
  None: "trace",
} as const

/** Sends what Effect programs log (Effect.logInfo …) through the same logger. */
export const effectLoggerLayer = (logger: Logger): Layer.Layer<never> =>
  EffectLogger.layer([
    EffectLogger.make<unknown, void>(({ message, logLevel, cause }) => {
      const parts: readonly unknown[] = Array.isArray(message) ? message : [message]
      const words = parts.filter((part) => typeof part === "string").join(" ")
      const fields = parts.filter((part) => typeof part === "object" && part !== null)
      const problem = cause.reasons.length === 0 ? {} : { err: Cause.squash(cause) }
      const errors = fields.filter((field) => field instanceof Error).map((err) => ({ err }))
      const plain = fields.filter((field) => !(field instanceof Error))
      logger[METHODS[logLevel]](Object.assign({}, ...plain, ...errors, problem), words)
    }),
  ])
