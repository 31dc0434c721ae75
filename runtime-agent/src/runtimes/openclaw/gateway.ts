import { randomBytes } from "node:crypto"
import type { AddressInfo } from "node:net"
import { messageOf, RuntimeUnavailable } from "#src/errors.ts"
import type { Log } from "#src/log.ts"
import { type Backoff, backoff, pause } from "#src/pause.ts"
import { connectGateway, type GatewayConnection } from "#src/runtimes/openclaw/connection.ts"
import {
  GatewayConnectionLost,
  GatewayError,
  GatewayLost,
  GatewayNotReady,
  GatewayRefused,
  GatewayStartFailed,
} from "#src/runtimes/openclaw/errors.ts"
import { type Fields, fieldsOf, textOf } from "#src/runtimes/openclaw/fields.ts"
import {
  GATEWAY_BACKOFF_FIRST_MILLIS,
  GATEWAY_BACKOFF_MAX_MILLIS,
  GATEWAY_BLOCKED_MILLIS,
  GATEWAY_CONNECT_RETRY_MILLIS,
  GATEWAY_FAILURES_MAX,
  GATEWAY_MEMORY_IDLE_MAX_BYTES,
  GATEWAY_MEMORY_LOOK_MILLIS,
  GATEWAY_MEMORY_MAX_BYTES,
  GATEWAY_READY_MAX_MILLIS,
  GATEWAY_RECONNECT_MAX_MILLIS,
  GATEWAY_STOP_ABORT_MAX_MILLIS,
  GATEWAY_STOP_MAX_MILLIS,
} from "#src/runtimes/openclaw/limits.ts"
import type { Exit, GatewayProcess, GatewayStart } from "#src/runtimes/openclaw/process.ts"
import { makeStrays } from "#src/runtimes/openclaw/strays.ts"
import { exitWords } from "#src/runtimes/shared/exit-words.ts"

const { createServer } = process.getBuiltinModule("node:net")

/** What a session hears of its gateway. */
export interface GatewayListener {
  readonly onEvent: (event: string, payload: Fields) => Promise<void> | undefined
  /** All that the gateway carried out is over. */
  readonly onLost: (message: string) => void
}

/** The one gateway of a member: started on first need, kept, started anew when it dies. */
export interface Gateway {
  /** Process id of a gateway that takes work. Fails with RuntimeUnavailable, also when the signal fires. */
  readonly ready: (signal: AbortSignal) => Promise<number>
  /** A request over the connection of this moment. Fails with GatewayError, GatewayConnectionLost, GatewayLost. */
  readonly request: GatewayConnection["request"]
  /** Hears events of a session from now on; the result ends that. Sessions that nobody hears are aborted. */
  readonly attach: (sessionKey: string, listener: GatewayListener) => () => void
  /** Ends the gateway with all it carries out. */
  readonly kill: (message: string) => void
  /** A session came to its end as it should. */
  readonly proveGood: () => void
  readonly blockedReason: () => string | undefined
  readonly close: () => Promise<void>
}

export interface GatewayOptions {
  readonly start: (start: Pick<GatewayStart, "port" | "token" | "isFirst">) => Promise<GatewayProcess>
  readonly log: Log
  readonly timings?: Partial<GatewayTimings>
}

/** Tests shorten these. */
export interface GatewayTimings {
  readonly backoffFirstMillis: number
  readonly blockedMillis: number
}

/** A configuration that it does not take; the same one will not do better. */
const EXIT_CONFIG = 78

interface Life {
  readonly process: GatewayProcess
  readonly port: number
  readonly token: string
  /** Undefined while the connection is being made again. */
  connection: GatewayConnection | undefined
  bootId: string
  /** Why it was ended by us. */
  killedFor: string | undefined
  /** Fires when the process is gone. */
  readonly over: AbortController
}

const freePort = async (): Promise<number> => {
  const server = createServer()
  await new Promise<void>((resolve, reject) => {
    server.once("error", reject)
    server.listen(0, "127.0.0.1", () => resolve())
  })
  const { port } = server.address() as AddressInfo
  await new Promise((resolve) => server.close(resolve))
  return port
}

const exitMessage = ([code, signal]: Exit, lastWords: string): string =>
  `${exitWords(code, signal).replace("the command", "OpenClaw's gateway")}${lastWords === "" ? "" : `: ${lastWords}`}`

export const makeGateway = (options: GatewayOptions): Gateway => {
  const { start, log } = options
  const { backoffFirstMillis = GATEWAY_BACKOFF_FIRST_MILLIS, blockedMillis = GATEWAY_BLOCKED_MILLIS } =
    options.timings ?? {}
  const listeners = new Map<string, GatewayListener>()
  const strays = makeStrays(log, (key) => listeners.has(key))
  const closing = new AbortController()
  const pauses: Backoff = backoff(backoffFirstMillis, GATEWAY_BACKOFF_MAX_MILLIS)
  let life: Life | undefined
  let starting: Promise<Life> | undefined
  let failures = 0
  let blocked: { readonly message: string; readonly until: number } | undefined
  let isFirst = true

  const hear =
    (of: Life) =>
    (event: string, payload: Fields): Promise<void> | undefined => {
      const key = textOf(payload["sessionKey"]) ?? textOf(fieldsOf(payload["request"])["sessionKey"])
      if (key === undefined) return undefined
      const listener = listeners.get(key)
      if (listener !== undefined) return listener.onEvent(event, payload)
      const isBeginning = payload["stream"] === "lifecycle" && fieldsOf(payload["data"])["phase"] === "start"
      const { connection } = of
      // Not waited for: its answer comes on the connection that would be held meanwhile.
      if (event === "agent" && isBeginning && connection !== undefined) void strays.abort(connection, key)
      return undefined
    }

  const loseAll = (message: string): void => {
    const all = [...listeners.entries()]
    listeners.clear()
    for (const [key, { onLost }] of all) {
      strays.lose(key)
      onLost(message)
    }
  }

  /** Connects as soon as the gateway lets us. Fails with GatewayStartFailed, GatewayRefused. */
  const connect = async (of: Life, maxMillis: number): Promise<GatewayConnection> => {
    const deadline = performance.now() + maxMillis
    for (;;) {
      try {
        const connection = await connectGateway({ port: of.port, token: of.token, onEvent: hear(of) })
        if (!of.over.signal.aborted) return connection
        connection.close()
      } catch (error) {
        if (!(error instanceof GatewayNotReady)) throw error
        if (performance.now() > deadline)
          throw new GatewayStartFailed({
            message: `OpenClaw's gateway took no connection within ${Math.round(maxMillis / 1_000)} seconds: ${error.message}`,
            isFinal: false,
          })
      }
      await pause(GATEWAY_CONNECT_RETRY_MILLIS, of.over.signal)
      if (of.over.signal.aborted)
        throw new GatewayStartFailed({
          message: exitMessage(await of.process.exited, of.process.lastWords()),
          isFinal: (await of.process.exited)[0] === EXIT_CONFIG,
        })
    }
  }

  const take = async (of: Life, connection: GatewayConnection): Promise<void> => {
    const isSameBoot = of.bootId === connection.bootId
    if (of.bootId !== "" && !isSameBoot) loseAll("OpenClaw's gateway began anew while the task was under way")
    of.bootId = connection.bootId
    await strays.end(connection)
    of.connection = connection
    void connection.closed.then((reason) => {
      of.connection = undefined
      if (of.over.signal.aborted || of.killedFor !== undefined) return undefined
      return comeBack(of, reason, performance.now() + GATEWAY_RECONNECT_MAX_MILLIS)
    })
  }

  /** The connection ended and the gateway lives: what it carries out goes on meanwhile. */
  const comeBack = async (of: Life, reason: string, deadline: number): Promise<void> => {
    log.warn({ reason }, "the connection to OpenClaw's gateway ended; it is made again")
    try {
      await take(of, await connect(of, deadline - performance.now()))
    } catch (error) {
      if (of.over.signal.aborted) return
      if (error instanceof GatewayConnectionLost) return comeBack(of, error.message, deadline)
      end(of, messageOf(error))
    }
  }

  const end = (of: Life, message: string): void => {
    of.killedFor ??= message
    of.process.kill()
  }

  const watch = async (of: Life): Promise<void> => {
    const { signal } = of.over
    while (!signal.aborted) {
      await pause(GATEWAY_MEMORY_LOOK_MILLIS, signal)
      if (signal.aborted) return
      const bytes = of.process.memoryBytes()
      const isIdle = listeners.size === 0
      if (bytes <= (isIdle ? GATEWAY_MEMORY_IDLE_MAX_BYTES : GATEWAY_MEMORY_MAX_BYTES)) continue
      const message = `OpenClaw and its programs took ${Math.round(bytes / 1_048_576)} MB of memory, which is more than a member may use`
      log.warn({ bytes, isIdle }, "OpenClaw's gateway is ended for its memory")
      end(of, message)
    }
  }

  const failed = (message: string, isFinal = false): void => {
    failures += 1
    log.warn({ failures, reason: message }, "OpenClaw's gateway failed")
    if (!isFinal && failures < GATEWAY_FAILURES_MAX) return
    const times = isFinal ? "" : ` ${failures} times in a row`
    blocked = { message: `OpenClaw's gateway failed${times}: ${message}`, until: performance.now() + blockedMillis }
  }

  const mourn = async (of: Life): Promise<void> => {
    const exit = await of.process.exited
    of.over.abort()
    of.connection?.close()
    if (life !== of) return
    life = undefined
    const message = of.killedFor ?? exitMessage(exit, of.process.lastWords())
    if (!closing.signal.aborted) failed(message)
    loseAll(message)
  }

  const begin = async (): Promise<Life> => {
    const port = await freePort()
    const token = randomBytes(32).toString("base64url")
    const started = await start({ port, token, isFirst })
    isFirst = false
    const of: Life = {
      process: started,
      port,
      token,
      connection: undefined,
      bootId: "",
      killedFor: undefined,
      over: new AbortController(),
    }
    void mourn(of)
    const stop = () => end(of, "the agent ends")
    closing.signal.addEventListener("abort", stop, { once: true })
    try {
      await take(of, await connect(of, GATEWAY_READY_MAX_MILLIS))
    } catch (error) {
      end(of, messageOf(error))
      await started.exited
      throw error
    } finally {
      closing.signal.removeEventListener("abort", stop)
    }
    life = of
    if (of.over.signal.aborted || closing.signal.aborted) {
      life = undefined
      of.process.kill()
      throw new GatewayStartFailed({ message: exitMessage(await started.exited, started.lastWords()), isFinal: false })
    }
    void watch(of)
    log.info({ pid: started.pid, port }, "OpenClaw's gateway takes work")
    return of
  }

  const blockedReason = (): string | undefined => {
    if (blocked !== undefined && performance.now() >= blocked.until) {
      // One more try; when it fails, too, the runtime is blocked again at once.
      blocked = undefined
      failures = GATEWAY_FAILURES_MAX - 1
    }
    return blocked?.message
  }

  const startOrWait = async (): Promise<Life> => {
    for (;;) {
      const reason = blockedReason()
      if (reason !== undefined) throw new RuntimeUnavailable({ message: reason })
      if (closing.signal.aborted) throw new RuntimeUnavailable({ message: "the agent ends" })
      if (failures > 0) await pause(pauses.next(), closing.signal)
      try {
        return await begin()
      } catch (error) {
        if (
          !(
            error instanceof GatewayStartFailed ||
            error instanceof GatewayRefused ||
            error instanceof GatewayError ||
            error instanceof GatewayConnectionLost
          )
        )
          throw error
        failed(error.message, error instanceof GatewayRefused || (error instanceof GatewayStartFailed && error.isFinal))
      }
    }
  }

  const current = async (): Promise<GatewayConnection> => {
    for (;;) {
      const of = life
      if (of === undefined) throw new GatewayLost({ message: "OpenClaw's gateway ended" })
      if (of.connection !== undefined) return of.connection
      await pause(GATEWAY_CONNECT_RETRY_MILLIS, of.over.signal)
    }
  }

  return {
    ready: async (signal) => {
      if (life !== undefined) return life.process.pid
      starting ??= startOrWait().finally(() => {
        starting = undefined
      })
      const cancelled = new Promise<never>((_, reject) => {
        const stop = () => reject(new RuntimeUnavailable({ message: "it was told to stop before OpenClaw was ready" }))
        if (signal.aborted) stop()
        else signal.addEventListener("abort", stop, { once: true })
      })
      const { process: ready } = await Promise.race([starting, cancelled])
      return ready.pid
    },
    request: async (method, params, more) => (await current()).request(method, params, more),
    attach: (sessionKey, listener) => {
      listeners.set(sessionKey, listener)
      return () => void listeners.delete(sessionKey)
    },
    kill: (message) => {
      if (life !== undefined) end(life, message)
    },
    proveGood: () => {
      failures = 0
      pauses.reset()
    },
    blockedReason,
    close: async () => {
      closing.abort()
      if (starting !== undefined) await Promise.allSettled([starting])
      const of = life
      if (of === undefined) return
      const { connection } = of
      listeners.clear()
      // Told to stop while it works it would drain for minutes, and hear nothing more.
      if (connection !== undefined)
        await Promise.race([strays.end(connection).catch(() => undefined), pause(GATEWAY_STOP_ABORT_MAX_MILLIS)])
      of.killedFor = "the agent ends"
      of.process.term()
      await Promise.race([of.process.exited, pause(GATEWAY_STOP_MAX_MILLIS)])
      of.process.kill()
      await of.process.exited
    },
  }
}
