import { setTimeout as delay } from "node:timers/promises"
import { Context, Data, Effect, Layer, Redacted } from "effect"
import type { RedisOptions } from "ioredis"
import { Redis } from "ioredis"
import {
  REDIS_CONNECT_TIMEOUT_MILLIS,
  REDIS_FIRST_CONNECT_TIMEOUT_MILLIS,
  REDIS_QUIT_TIMEOUT_MILLIS,
  REDIS_RECONNECT_FIRST_MILLIS,
  REDIS_RECONNECT_MAX_MILLIS,
  REDIS_RETRIES_PER_COMMAND,
} from "#src/limits.ts"
import type { Log } from "#src/local/log.ts"
import { silentLog } from "#src/local/log.ts"

/** Redis did not answer within the time for a first connection. */
export class RedisUnavailable extends Data.TaggedError("RedisUnavailable")<{
  readonly connection: string
  readonly cause: unknown
}> {
  override get message(): string {
    const reason = this.cause instanceof Error ? this.cause.message || this.cause.name : "no answer"
    return `Redis does not answer (${this.connection}): ${reason}`
  }
}

export interface ConnectOptions extends Omit<
  RedisOptions,
  "retryStrategy" | "lazyConnect" | "connectionName" | "replyMapping"
> {
  /** For commands that wait (BLOCK …): they survive outages, and the connection is cut rather than asked to quit. */
  readonly blocking?: boolean
}

export interface RedisConnectionsOptions {
  readonly url: string | Redacted.Redacted
  readonly log?: Log
}

interface Tracked {
  readonly redis: Redis
  readonly blocking: boolean
}

const reconnectDelayMillis = (attempt: number): number =>
  Math.min(REDIS_RECONNECT_FIRST_MILLIS * 2 ** Math.min(attempt - 1, 16), REDIS_RECONNECT_MAX_MILLIS) *
  (0.5 + Math.random() / 2)

/** One line when a connection is lost and one when it is back, however often it is tried between. */
const tellOutages = (redis: Redis, connection: string, log: Log): void => {
  let isOut = false
  redis.on("error", (error: Error) => {
    if (isOut) return
    isOut = true
    log.warn({ connection, err: error }, "Redis connection lost; reconnecting")
  })
  redis.on("reconnecting", () => {
    if (isOut) return
    isOut = true
    log.warn({ connection }, "Redis connection lost; reconnecting")
  })
  redis.on("ready", () => {
    if (isOut) log.info({ connection }, "Redis connection is back")
    isOut = false
  })
}

const close = async ({ redis, blocking }: Tracked): Promise<void> => {
  // QUIT would wait behind a BLOCK, and behind an outage for ever.
  if (!blocking && redis.status === "ready")
    await Promise.race([
      redis.quit().catch(() => undefined), // lost meanwhile: then it is closed
      delay(REDIS_QUIT_TIMEOUT_MILLIS, undefined, { ref: false }),
    ])
  redis.disconnect()
}

/** Resolves when the connection is ready; the last reason is the cause when it never was. */
const untilReady = async (redis: Redis, connection: string): Promise<void> => {
  let last: unknown
  const keepReason = (error: Error): void => {
    last = error
  }
  redis.on("error", keepReason)
  const ready = new Promise<"ready">((resolve) => redis.once("ready", () => resolve("ready")))
  // A refused first attempt rejects here while the retries go on: the ready event tells what became of them.
  redis.connect().catch(keepReason)
  const timer = new AbortController()
  const late = delay(REDIS_FIRST_CONNECT_TIMEOUT_MILLIS, "late" as const, { signal: timer.signal }).catch(
    () => "ready" as const,
  )
  const outcome = await Promise.race([ready, late])
  timer.abort()
  redis.off("error", keepReason)
  if (outcome === "late") {
    redis.disconnect()
    throw new RedisUnavailable({ connection, cause: last })
  }
}

/** Connections to one Redis, each with a name of its own, closed with the scope they belong to. */
export class RedisConnections extends Context.Service<
  RedisConnections,
  {
    /**
     * Opens a connection; `name` is shown by CLIENT LIST and in log lines. It reconnects for ever, with growing pauses of at most
     * 5 s. Rejects with RedisUnavailable when the first connection takes longer than 15 s.
     */
    readonly connect: (name: string, options?: ConnectOptions) => Promise<Redis>
  }
>()("@muster/platform/RedisConnections") {
  static readonly layer = ({ url, log = silentLog }: RedisConnectionsOptions): Layer.Layer<RedisConnections> =>
    Layer.effect(
      RedisConnections,
      Effect.gen(function* () {
        const open = yield* Effect.acquireRelease(
          Effect.sync(() => new Set<Tracked>()),
          (tracked) => Effect.promise(() => Promise.all([...tracked].map(close))),
        )
        const connect = async (name: string, { blocking = false, ...options }: ConnectOptions = {}): Promise<Redis> => {
          const redis = new Redis(typeof url === "string" ? url : Redacted.value(url), {
            connectTimeout: REDIS_CONNECT_TIMEOUT_MILLIS,
            maxRetriesPerRequest: blocking ? null : REDIS_RETRIES_PER_COMMAND,
            ...options,
            connectionName: name,
            lazyConnect: true,
            retryStrategy: reconnectDelayMillis,
          })
          const tracked = { redis, blocking }
          open.add(tracked)
          redis.once("end", () => open.delete(tracked))
          tellOutages(redis, name, log)
          await untilReady(redis, name)
          return redis
        }
        return RedisConnections.of({ connect })
      }),
    )
}
