import { wallMillis } from "../engine/globals.ts"
import type { Scheduled } from "../engine/scheduler.ts"
import { env } from "../engine/world-clock.ts"
import { execute, type Command, type CommandHost } from "./redis-commands.ts"
import { RedisData, ReplyError, type StreamRead, type StreamsReply } from "./redis-data.ts"

/** What the server knows of a client's connection. */
export interface Connection {
  readonly id: number
  /** Who it belongs to: "dispatcher-a", "agent-2". */
  readonly party: string
  readonly username: string | undefined
  /** The server's side ends it. */
  readonly drop: () => void
}

export type Answer = { readonly value: unknown } | { readonly error: ReplyError }

interface Waiting {
  readonly connection: Connection
  readonly read: StreamRead
  readonly answer: (answer: Answer) => void
  readonly timeout: Scheduled
}

export interface RedisObserver {
  readonly added: (key: string, id: string, fields: readonly string[], party: string) => void
  readonly removed: (key: string, ids: readonly string[], party: string) => void
}

const option = (command: Command, name: string): number =>
  command.findIndex((part, index) => index > 0 && part.toUpperCase() === name)

const toRead = (command: Command): StreamRead => {
  const streamsAt = option(command, "STREAMS")
  const rest = command.slice(streamsAt + 1)
  const half = rest.length / 2
  const blockAt = option(command, "BLOCK")
  const countAt = option(command, "COUNT")
  const isGroup = command[0]?.toLowerCase() === "xreadgroup"
  return {
    streams: rest.slice(0, half).map((key, i) => [key, rest[half + i] ?? "0"] as const),
    group: isGroup ? command[2] : undefined,
    consumer: isGroup ? (command[3] ?? "") : "",
    count: countAt === -1 ? Number.POSITIVE_INFINITY : Number(command[countAt + 1]),
    blockMillis: blockAt === -1 || blockAt > streamsAt ? undefined : Number(command[blockAt + 1]),
  }
}

/** The server: one after the other, as the real one. It can be flushed, restarted, filled and frozen. */
export class RedisServer {
  readonly data = new RedisData()
  readonly connections = new Set<Connection>()
  readonly #waiting = new Set<Waiting>()
  #scripts = new Map<string, string>()
  #starts = 1
  #clients = 0
  isDown = false
  observer: RedisObserver = { added: () => undefined, removed: () => undefined }

  newClientId(): number {
    return (this.#clients += 1)
  }

  /** Carries out a command; a read that has to wait is answered later. */
  handle(connection: Connection, command: Command, answer: (answer: Answer) => void): void {
    try {
      const name = command[0]?.toLowerCase()
      if (name === "xread" || name === "xreadgroup") this.#read(connection, toRead(command), answer)
      else answer({ value: execute(this.#hostOf(connection), command) })
    } catch (error) {
      if (!(error instanceof ReplyError)) throw error
      answer({ error })
    }
  }

  add(key: string, id: string, fields: readonly string[], party: string): string {
    this.data.claim()
    const stream = this.data.makeStream(key)
    const given = stream.add(id, fields, wallMillis())
    if (given === undefined)
      throw new ReplyError("ERR The ID specified in XADD is equal or smaller than the target stream top item")
    this.observer.added(key, given, fields, party)
    this.#wake(key)
    return given
  }

  /** Forgets what the connection waits for. */
  forget(connection: Connection): void {
    this.connections.delete(connection)
    for (const waiting of this.#waiting)
      if (waiting.connection === connection) {
        env().scheduler.cancel(waiting.timeout)
        this.#waiting.delete(waiting)
      }
  }

  flushAll(): void {
    const streams = this.data.keys().filter((key) => this.data.stream(key) !== undefined)
    this.data.clear()
    for (const key of streams) this.#gone(key)
  }

  deleteKey(key: string): void {
    if (this.data.delete(key)) this.#gone(key)
  }

  dropUser(name: string): void {
    this.data.users.delete(name)
    for (const connection of this.connections) if (connection.username === name) connection.drop()
  }

  /** Ends all connections; what was in memory only is gone: users, scripts, and the data unless it was kept. */
  goDown(keepsData: boolean): void {
    this.isDown = true
    this.dropAll(() => true)
    this.data.users.clear()
    this.#scripts = new Map()
    if (!keepsData) this.data.clear()
  }

  comeUp(): void {
    if (!this.isDown) return
    this.isDown = false
    this.#starts += 1
  }

  dropAll(isConcerned: (connection: Connection) => boolean): void {
    for (const connection of this.connections) if (isConcerned(connection)) connection.drop()
  }

  #hostOf(connection: Connection): CommandHost {
    const host: CommandHost = {
      data: this.data,
      scripts: this.#scripts,
      runId: `run-${this.#starts}`,
      clientId: connection.id,
      add: (key, id, fields) => this.add(key, id, fields, connection.party),
      removed: (key, ids) => this.observer.removed(key, ids, connection.party),
      gone: (key) => this.#gone(key),
      dropUser: (name) => this.dropUser(name),
      unblock: (clientId) => {
        for (const waiting of this.#waiting)
          if (waiting.connection.id === clientId) {
            this.#finish(waiting, { value: null })
            return 1
          }
        return 0
      },
      call: (command) => execute(host, command),
    }
    return host
  }

  #read(connection: Connection, read: StreamRead, answer: (answer: Answer) => void): void {
    const found: StreamsReply = this.data.read(read)
    if (found !== null || read.blockMillis === undefined) return answer({ value: found })
    const timeout = env().scheduler.scheduleInner(read.blockMillis, () => this.#finish(waiting, { value: null }))
    const waiting: Waiting = { connection, read, answer, timeout }
    this.#waiting.add(waiting)
  }

  #finish(waiting: Waiting, answer: Answer): void {
    if (!this.#waiting.delete(waiting)) return
    env().scheduler.cancel(waiting.timeout)
    waiting.answer(answer)
  }

  #wake(key: string): void {
    for (const waiting of this.#waiting) {
      if (!waiting.read.streams.some(([name]) => name === key)) continue
      try {
        const found = this.data.read(waiting.read)
        if (found !== null) this.#finish(waiting, { value: found })
      } catch (error) {
        if (!(error instanceof ReplyError)) throw error
        this.#finish(waiting, { error })
      }
    }
  }

  /** Who waits in a group of a stream that is gone is told; who reads without one goes on waiting. */
  #gone(key: string): void {
    for (const waiting of this.#waiting)
      if (waiting.read.group !== undefined && waiting.read.streams.some(([name]) => name === key))
        this.#finish(waiting, { error: new ReplyError("UNBLOCKED the stream key no longer exists") })
  }
}
