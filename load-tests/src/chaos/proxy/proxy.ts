import { once } from "node:events"
import { connect, createServer, type Server, type Socket } from "node:net"
import { setTimeout as delay } from "node:timers/promises"
import type { Toxic } from "./toxics.ts"

/** A TCP proxy on 127.0.0.1 that hands bytes on until it is told to do something else with them. */
export interface Proxy {
  readonly port: number
  /** Connections that near sides hold now. */
  readonly connections: () => number
  /** From now on; undefined: hand everything on again. Connections that it ended or severed stay so. */
  readonly setToxic: (toxic: Toxic | undefined) => void
  readonly close: () => Promise<void>
}

interface Pair {
  readonly near: Socket
  readonly far: Socket
  /** The far side is gone for good, and the near side must not learn of it. */
  isSevered: boolean
}

/** A lock that is open, or opens when it is told. */
interface Gate {
  readonly open: () => void
  readonly passed: Promise<void>
}
const gate = (): Gate => {
  const { promise: passed, resolve: open } = Promise.withResolvers<void>()
  return { open, passed }
}

const NEVER_ENDED_BY_PEER = { allowHalfOpen: true } as const

/** Starts a proxy to a port of 127.0.0.1. */
export const startProxy = async (targetPort: number): Promise<Proxy> => {
  let toxic: Toxic | undefined
  let healing = gate()
  const pairs = new Set<Pair>()

  const isPartitioned = () => toxic?.kind === "partition"

  const end = (pair: Pair): void => {
    pair.near.destroy()
    pair.far.destroy()
    pairs.delete(pair)
  }
  const reset = (pair: Pair): void => {
    pair.near.resetAndDestroy()
    pair.far.resetAndDestroy()
    pairs.delete(pair)
  }
  const sever = (pair: Pair): void => {
    pair.isSevered = true
    pair.far.destroy()
  }

  const write = async (to: Socket, bytes: Buffer): Promise<void> => {
    if (!to.destroyed && !to.write(bytes)) await Promise.race([once(to, "drain"), once(to, "close")])
  }

  /** Deals with one piece as it is dealt with now; says whether the connection goes on. */
  const pass = async (pair: Pair, to: Socket, piece: Buffer): Promise<boolean> => {
    while (isPartitioned()) await healing.passed
    // What a severed connection still says is heard by nobody.
    if (pair.isSevered) return to === pair.far
    switch (toxic?.kind) {
      case "cut":
        await write(to, piece.subarray(0, Math.floor(piece.length / 2)))
        return false
      case "delay":
        await delay(toxic.millis)
        break
      case "drip":
        for (let from = 0; from < piece.length;) {
          const bytes = toxic?.kind === "drip" ? toxic.bytes : piece.length
          await write(to, piece.subarray(from, from + bytes))
          from += bytes
          if (toxic?.kind === "drip") await delay(toxic.everyMillis)
        }
        return true
      default:
        break
    }
    await write(to, piece)
    return true
  }

  const pump = async (pair: Pair, from: Socket, to: Socket): Promise<void> => {
    try {
      // Whoever has said its last word may still listen.
      for await (const piece of from.iterator({ destroyOnReturn: false }))
        if (!(await pass(pair, to, piece as Buffer))) {
          if (!pair.isSevered) end(pair)
          return
        }
      while (isPartitioned()) await healing.passed
      if (pair.isSevered && to === pair.near) return
      to.end()
    } catch (error) {
      // A side that breaks off is what proxies are for; the other side learns of it unless it must not.
      if (!(error instanceof Error && "code" in error)) throw error
      if (pair.isSevered && to === pair.near) return
      end(pair)
    }
  }

  const accept = (near: Socket): void => {
    near.setNoDelay(true)
    const far = connect({ host: "127.0.0.1", port: targetPort, ...NEVER_ENDED_BY_PEER })
    far.setNoDelay(true)
    const pair: Pair = { near, far, isSevered: false }
    pairs.add(pair)
    near.once("close", () => end(pair))
    if (toxic?.kind === "reset") return reset(pair)
    if (toxic?.kind === "half-open") sever(pair)
    // Errors come out of the pumps too; an event that nobody hears would end the process.
    near.on("error", () => undefined)
    far.on("error", () => undefined)
    Promise.all([pump(pair, near, far), pump(pair, far, near)]).catch((error: unknown) => server.emit("error", error))
  }

  const server: Server = createServer(NEVER_ENDED_BY_PEER, accept).listen(0, "127.0.0.1")
  await once(server, "listening")
  const address = server.address()
  if (address === null || typeof address === "string") throw new TypeError("a TCP server has a port")

  const setToxic = (next: Toxic | undefined): void => {
    toxic = next
    healing.open()
    healing = gate()
    for (const pair of pairs) {
      if (next?.kind === "reset") reset(pair)
      if (next?.kind === "half-open") sever(pair)
    }
  }
  return {
    port: address.port,
    connections: () => pairs.size,
    setToxic,
    close: async () => {
      const closed = once(server, "close")
      server.close()
      for (const pair of pairs) end(pair)
      setToxic(undefined)
      await closed
    },
  }
}
