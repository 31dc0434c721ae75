import { Redis } from "ioredis"
import { asBusError, BusDenied, BusUnavailable, type BusError } from "#src/errors.ts"
import {
  COMMAND_TIMEOUT_MILLIS,
  CONNECT_TIMEOUT_MILLIS,
  HANDSHAKE_TIMEOUT_MILLIS,
  RECONNECT_FIRST_DELAY_MILLIS,
  RECONNECT_MAX_DELAY_MILLIS,
} from "#src/limits.ts"
import type { BusLog } from "#src/log.ts"
import { backoffMillis, pause } from "#src/wait.ts"

export interface LinkOptions {
  readonly url: string
  readonly username?: string
  readonly password?: string
  /** Shown by CLIENT LIST and in log lines. */
  readonly name: string
  /** A link for blocking reads has no command timeout: its user watches over it. */
  readonly isBlocking?: boolean
  /** Until the server has said something. Default: `HANDSHAKE_TIMEOUT_MILLIS`. */
  readonly handshakeTimeoutMillis?: number
  readonly log: BusLog
  /** A connection stands; `epoch` counts them from 1. */
  readonly onUp?: (epoch: number) => void
  /** It was lost, or (once per outage) could not be made. */
  readonly onDown?: (error: BusError) => void
}

/** A connection that comes back by itself, for ever. Commands are never queued nor sent twice: who sent them decides. */
export interface Link {
  /** The connection that stands now; throws BusUnavailable or BusDenied when there is none. */
  readonly redis: () => Redis
  /** Resolves when a connection stands, and when the signal aborts or the link is closed. */
  readonly whenUp: (signal?: AbortSignal) => Promise<void>
  readonly isUp: () => boolean
  /** Number of the connection that stands or stood last. */
  readonly epoch: () => number
  /** Drops the connection (it is dead or stuck) and makes a new one. Commands under way fail with BusUnavailable. */
  readonly cut: () => void
  readonly close: () => Promise<void>
}

/**
 * Every connection is a client of its own that never reconnects: the library's own reconnection re-sends commands and hides
 * for how long there was none.
 */
export const openLink = (options: LinkOptions): Link => {
  const { url, name, log, handshakeTimeoutMillis = HANDSHAKE_TIMEOUT_MILLIS } = options
  const closing = new AbortController()
  let current: Redis | undefined
  let connecting: Redis | undefined
  let lastError: BusError = new BusUnavailable({ reason: "not connected yet" })
  let epoch = 0
  const waiters = new Set<() => void>()

  const connect = async (): Promise<Redis> => {
    const client = new Redis(url, {
      ...(options.username === undefined ? {} : { username: options.username }),
      ...(options.password === undefined ? {} : { password: options.password }),
      ...(options.isBlocking ? {} : { commandTimeout: COMMAND_TIMEOUT_MILLIS }),
      connectionName: name,
      connectTimeout: CONNECT_TIMEOUT_MILLIS,
      lazyConnect: true,
      retryStrategy: () => null,
      maxRetriesPerRequest: null,
      enableOfflineQueue: false,
      // INFO and CLIENT SETINFO are no business of an agent's user; a PING says whether the server is ready.
      enableReadyCheck: false,
      disableClientInfo: true,
      // One shape of replies on every server version.
      protocol: 2,
    })
    // connect() rejects with "Connection is closed" whatever the reason was; this listener hears the reason first.
    let reason: unknown
    client.on("error", (error) => {
      reason ??= error
    })
    connecting = client
    let timer: NodeJS.Timeout | undefined
    const silence = new Promise<never>((_, reject) => {
      const silent = new BusUnavailable({ reason: `nothing was heard within ${handshakeTimeoutMillis} ms` })
      timer = setTimeout(reject, handshakeTimeoutMillis, silent)
    })
    try {
      await Promise.race([client.connect().then(() => client.ping()), silence])
      return client
    } catch (error) {
      client.disconnect()
      throw asBusError(reason ?? error)
    } finally {
      clearTimeout(timer)
      connecting = undefined
    }
  }

  const keep = async (): Promise<void> => {
    let failures = 0
    let isKnownDown = false
    while (!closing.signal.aborted) {
      try {
        const client = await connect()
        if (closing.signal.aborted) {
          client.disconnect()
          return
        }
        const ended = new Promise<void>((resolve) => client.once("end", () => resolve()))
        if (client.status !== "ready") continue
        failures = 0
        isKnownDown = false
        epoch += 1
        current = client
        log.debug({ link: name, epoch }, "connected to the bus")
        options.onUp?.(epoch)
        for (const wake of waiters) wake()
        await ended
        current = undefined
        lastError = new BusUnavailable({ reason: "the connection was lost" })
        if (closing.signal.aborted) return
      } catch (error) {
        lastError = asBusError(error)
      }
      if (!isKnownDown) {
        isKnownDown = true
        log.warn({ link: name, reason: lastError.message }, "no connection to the bus, trying again")
        options.onDown?.(lastError)
      } else if (lastError instanceof BusDenied) options.onDown?.(lastError)
      await pause(backoffMillis(failures, RECONNECT_FIRST_DELAY_MILLIS, RECONNECT_MAX_DELAY_MILLIS), closing.signal)
      failures += 1
    }
  }
  const kept = keep()

  return {
    redis: () => {
      if (current?.status === "ready") return current
      throw lastError
    },
    isUp: () => current?.status === "ready",
    epoch: () => epoch,
    whenUp: (signal) =>
      new Promise((resolve) => {
        if (current?.status === "ready" || signal?.aborted || closing.signal.aborted) return resolve()
        const finish = () => {
          waiters.delete(finish)
          signal?.removeEventListener("abort", finish)
          closing.signal.removeEventListener("abort", finish)
          resolve()
        }
        waiters.add(finish)
        signal?.addEventListener("abort", finish, { once: true })
        closing.signal.addEventListener("abort", finish, { once: true })
      }),
    cut: () => current?.disconnect(),
    close: async () => {
      closing.abort()
      current?.disconnect()
      connecting?.disconnect()
      await kept
    },
  }
}
