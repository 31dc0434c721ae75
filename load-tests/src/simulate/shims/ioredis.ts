// In the place of the package ioredis: the part of its client that the team bus uses, over the model of the server.
import { currentProcess, never, NOBODY, runAs, type SimProcess } from "../engine/scheduler.ts"
import { env } from "../engine/world-clock.ts"
import { world } from "../model/world.ts"
import type { Command } from "../model/redis-commands.ts"
import { ReplyError } from "../model/redis-data.ts"
import type { Answer, Connection } from "../model/redis-server.ts"

interface ClientOptions {
  readonly username?: string
  readonly commandTimeout?: number
  readonly connectTimeout?: number
}

interface Request {
  readonly commands: readonly Command[]
  readonly replies: Answer[]
  readonly settle: (replies: readonly Answer[] | Error) => void
  hasArrived: boolean
  done: number
}

type Part = string | number

const CLOSED = "Connection is closed."
/** When a connection breaks, so often a part of a pipeline had got through. */
const PARTLY_DONE_CHANCE = 0.3

const text = (parts: readonly Part[]): Command => parts.map(String)

export class Redis {
  status: "wait" | "ready" | "end" = "wait"
  readonly #options: ClientOptions
  readonly #owner: SimProcess | undefined = currentProcess()
  readonly #onError: ((error: unknown) => void)[] = []
  readonly #onEnd: (() => void)[] = []
  readonly #queue: Request[] = []
  #connection: Connection | undefined
  #isServing = false
  #lastArrivalMillis = 0
  #lastReplyMillis = 0

  constructor(_url: string, options: ClientOptions) {
    this.#options = options
  }

  get #party(): string {
    return this.#owner?.name ?? "nobody"
  }

  on(event: string, listener: (error: unknown) => void): this {
    if (event === "error") this.#onError.push(listener)
    return this
  }

  once(event: string, listener: () => void): this {
    if (event === "end") this.#onEnd.push(listener)
    return this
  }

  connect(): Promise<void> {
    const owner = this.#owner
    if (owner?.isDead === true) return never()
    const { network, redis } = world()
    const { scheduler } = env()
    return new Promise<void>((resolve, reject) => {
      let isOver = false
      const refuse = (reason: string): void => {
        if (isOver) return
        isOver = true
        for (const listener of this.#onError) listener(new ReplyError(reason))
        this.status = "end"
        reject(new Error(CLOSED))
      }
      const limit = scheduler.schedule(this.#options.connectTimeout ?? 10_000, () => {
        if (isOver) return
        isOver = true
        for (const listener of this.#onError) listener(new Error("connect ETIMEDOUT"))
        this.status = "end"
        reject(new Error(CLOSED))
      })
      const arrive = (): void => {
        if (isOver || this.status === "end") return
        if (redis.isDown) {
          scheduler.schedule(0, refuseAway, owner ?? NOBODY)
          return
        }
        const { username } = this.#options
        if (username !== undefined && !redis.data.users.has(username)) {
          scheduler.schedule(
            0,
            () => refuse("WRONGPASS invalid username-password pair or user is disabled."),
            owner ?? NOBODY,
          )
          return
        }
        const connection: Connection = {
          id: redis.newClientId(),
          party: this.#party,
          username,
          drop: () => this.#lose(),
        }
        this.#connection = connection
        redis.connections.add(connection)
        scheduler.schedule(
          network.transitMillis(),
          () => {
            if (isOver || this.status === "end") return
            isOver = true
            scheduler.cancel(limit)
            this.status = "ready"
            resolve()
          },
          owner ?? NOBODY,
        )
      }
      const refuseAway = (): void => {
        if (isOver) return
        isOver = true
        scheduler.cancel(limit)
        for (const listener of this.#onError) listener(new Error("connect ECONNREFUSED"))
        this.status = "end"
        reject(new Error(CLOSED))
      }
      scheduler.scheduleInner(network.transitMillis(), () => network.pass(this.#party, arrive))
    })
  }

  disconnect(): void {
    this.#lose()
  }

  ping = () => this.#one(["ping"])
  get = (...args: readonly Part[]) => this.#one(["get", ...args])
  set = (...args: readonly Part[]) => this.#one(["set", ...args])
  del = (...args: readonly Part[]) => this.#one(["del", ...args])
  unlink = (...args: readonly Part[]) => this.#one(["unlink", ...args])
  info = (...args: readonly Part[]) => this.#one(["info", ...args])
  acl = (...args: readonly Part[]) => this.#one(["acl", ...args])
  client = (...args: readonly Part[]) => this.#one(["client", ...args])
  xack = (...args: readonly Part[]) => this.#one(["xack", ...args])
  xadd = (...args: readonly Part[]) => this.#one(["xadd", ...args])
  xdel = (...args: readonly Part[]) => this.#one(["xdel", ...args])
  xrange = (...args: readonly Part[]) => this.#one(["xrange", ...args])
  xinfo = (...args: readonly Part[]) => this.#one(["xinfo", ...args])
  xread = (...args: readonly Part[]) => this.#one(["xread", ...args])
  xreadgroup = (...args: readonly Part[]) => this.#one(["xreadgroup", ...args])
  eval = (...args: readonly Part[]) => this.#one(["eval", ...args])
  evalsha = (...args: readonly Part[]) => this.#one(["evalsha", ...args])

  pipeline(commands: readonly (readonly Part[])[]) {
    return {
      exec: async (): Promise<readonly (readonly [Error | null, unknown])[]> => {
        const replies = await this.#send(commands.map(text))
        return replies.map((reply) => ("error" in reply ? [reply.error, null] : [null, reply.value]))
      },
    }
  }

  async #one(parts: readonly Part[]): Promise<unknown> {
    const [reply] = await this.#send([text(parts)])
    if (reply === undefined) throw new Error(CLOSED)
    if ("error" in reply) throw reply.error
    return reply.value
  }

  #send(commands: readonly Command[]): Promise<readonly Answer[]> {
    const owner = this.#owner
    if (owner?.isDead === true) return never()
    if (this.status !== "ready") return Promise.reject(new Error(CLOSED))
    const { network } = world()
    const { scheduler } = env()
    return new Promise((resolve, reject) => {
      const { commandTimeout } = this.#options
      let isOver = false
      const finish = (replies: readonly Answer[] | Error): void => {
        if (isOver) return
        isOver = true
        if (timer !== undefined) scheduler.cancel(timer)
        if (replies instanceof Error) reject(replies)
        else resolve(replies)
      }
      const timer =
        commandTimeout === undefined
          ? undefined
          : scheduler.schedule(commandTimeout, () => finish(new Error("Command timed out")))
      const request: Request = { commands, replies: [], settle: finish, hasArrived: false, done: 0 }
      this.#queue.push(request)
      const arrival = Math.max(this.#lastArrivalMillis, scheduler.nowMillis + network.transitMillis())
      this.#lastArrivalMillis = arrival
      const arrive = () => {
        request.hasArrived = true
        this.#serve()
      }
      scheduler.scheduleInner(arrival - scheduler.nowMillis, () => network.pass(this.#party, arrive))
    })
  }

  /** The server's side: does what has arrived, in order; a read that waits holds up what comes after it. */
  #serve(): void {
    const connection = this.#connection
    if (this.#isServing || connection === undefined || this.status !== "ready") return
    const request = this.#queue.find(({ done, commands }) => done < commands.length)
    if (request?.hasArrived !== true) return
    const command = request.commands[request.done] as Command
    this.#isServing = true
    world().redis.handle(connection, command, (answer) => {
      this.#isServing = false
      request.done += 1
      request.replies.push(answer)
      if (request.done === request.commands.length) this.#reply(request)
      this.#serve()
    })
  }

  #reply(request: Request): void {
    const { network } = world()
    const { scheduler } = env()
    const owner = this.#owner ?? NOBODY
    const deliver = () => {
      if (this.status !== "ready") return
      this.#queue.splice(this.#queue.indexOf(request), 1)
      request.settle(request.replies)
    }
    const arrive = () => {
      if (network.isOpen(this.#party)) deliver()
      else network.pass(this.#party, () => scheduler.schedule(0, deliver, owner))
    }
    // Answers keep their order as well.
    this.#lastReplyMillis = Math.max(this.#lastReplyMillis, scheduler.nowMillis + network.transitMillis())
    scheduler.schedule(this.#lastReplyMillis - scheduler.nowMillis, arrive, owner)
  }

  /** The connection is gone: what was under way fails, whether or not the server had done it. */
  #lose(): void {
    if (this.status === "end") return
    const connection = this.#connection
    const wasReady = this.status === "ready"
    if (connection !== undefined) {
      world().redis.forget(connection)
      if (wasReady) this.#passOnWhatWasSent(connection)
    }
    this.status = "end"
    const owner = this.#owner
    const end = () => {
      for (const request of this.#queue.splice(0)) request.settle(new Error(CLOSED))
      for (const listener of this.#onEnd) listener()
    }
    if (owner === undefined || owner.isDead) return
    env().scheduler.schedule(0, () => runAs(owner, end), owner)
  }

  /** Bytes that were on their way may arrive although nobody waits for the answer. */
  #passOnWhatWasSent(connection: Connection): void {
    const { latency } = env()
    const { redis } = world()
    if (redis.isDown) return
    for (const request of this.#queue) {
      if (request.done === request.commands.length) continue
      if (!latency.chance(PARTLY_DONE_CHANCE)) return
      const upTo = request.done + latency.below(request.commands.length - request.done + 1)
      for (const command of request.commands.slice(request.done, upTo))
        if (!command[0]?.toLowerCase().startsWith("xread")) redis.handle(connection, command, () => undefined)
      if (upTo < request.commands.length) return
    }
  }
}
