import { once } from "node:events"
import { connect, createServer, type AddressInfo, type Server, type Socket } from "node:net"
import { afterEach, beforeEach, describe, expect, it } from "vitest"
import { startProxy, type Proxy } from "../src/chaos/proxy/proxy.ts"

/** A server that says everything back, in capitals. */
const startEcho = async (): Promise<{ readonly server: Server; readonly heard: () => string }> => {
  let heard = ""
  const server = createServer((socket) => {
    socket.on("data", (bytes: Buffer) => {
      heard += bytes.toString()
      socket.write(bytes.toString().toUpperCase())
    })
    socket.on("error", () => undefined)
  }).listen(0, "127.0.0.1")
  await once(server, "listening")
  return { server, heard: () => heard }
}

interface Caller {
  readonly socket: Socket
  readonly heard: () => string
  /** Resolves when the connection is gone, with the code of its error, if any. */
  readonly gone: Promise<string>
  readonly until: (text: string) => Promise<void>
}

const call = async (port: number): Promise<Caller> => {
  const socket = connect(port, "127.0.0.1")
  let heard = ""
  let code = "ended"
  socket.on("data", (bytes: Buffer) => {
    heard += bytes.toString()
  })
  socket.on("error", (error: NodeJS.ErrnoException) => {
    code = error.code ?? "error"
  })
  const gone = new Promise<string>((resolve) => {
    socket.once("close", () => resolve(code))
  })
  await new Promise<void>((resolve) => {
    for (const what of ["connect", "close"]) socket.once(what, () => resolve())
  })
  const until = async (text: string): Promise<void> => {
    while (!heard.includes(text)) await once(socket, "data")
  }
  return { socket, heard: () => heard, gone, until }
}

describe("the proxy between two ends", () => {
  let echo: Awaited<ReturnType<typeof startEcho>>
  let proxy: Proxy
  beforeEach(async () => {
    echo = await startEcho()
    proxy = await startProxy((echo.server.address() as AddressInfo).port)
  })
  afterEach(async () => {
    await proxy.close()
    const closed = once(echo.server, "close")
    echo.server.close()
    await closed
  })

  it("hands everything on, both ways", async () => {
    const caller = await call(proxy.port)
    caller.socket.write("hello")
    await caller.until("HELLO")
    expect(proxy.connections()).toBe(1)
    caller.socket.end()
    await caller.gone
  })

  it("lets nothing pass a partition, and all of it when the partition is over", async () => {
    const caller = await call(proxy.port)
    caller.socket.write("one")
    await caller.until("ONE")
    proxy.setToxic({ kind: "partition" })
    caller.socket.write("two")
    const other = await call(proxy.port)
    other.socket.write("three")
    // A connection past the proxy shows that the far side has nothing left to hear.
    const direct = await call((echo.server.address() as AddressInfo).port)
    direct.socket.write("direct")
    await direct.until("DIRECT")
    expect(echo.heard()).toBe("onedirect")
    proxy.setToxic(undefined)
    await caller.until("TWO")
    await other.until("THREE")
    for (const { socket } of [caller, other, direct]) socket.destroy()
  })

  it("leaves the near side of a half-open connection without any sign, for good", async () => {
    const caller = await call(proxy.port)
    caller.socket.write("one")
    await caller.until("ONE")
    proxy.setToxic({ kind: "half-open" })
    proxy.setToxic(undefined)
    caller.socket.write("lost")
    const fresh = await call(proxy.port)
    fresh.socket.write("fresh")
    await fresh.until("FRESH")
    expect(echo.heard()).toBe("onefresh")
    expect(caller.socket.destroyed).toBe(false)
    expect(caller.heard()).toBe("ONE")
    caller.socket.destroy()
    fresh.socket.destroy()
  })

  it("resets what there is and what comes", async () => {
    const caller = await call(proxy.port)
    caller.socket.write("one")
    await caller.until("ONE")
    proxy.setToxic({ kind: "reset" })
    expect(await caller.gone).toBe("ECONNRESET")
    const other = await call(proxy.port)
    expect(await other.gone).toBe("ECONNRESET")
    proxy.setToxic(undefined)
    const third = await call(proxy.port)
    third.socket.write("three")
    await third.until("THREE")
    third.socket.destroy()
  })

  it("cuts in the middle of a piece", async () => {
    const caller = await call(proxy.port)
    caller.socket.write("one")
    await caller.until("ONE")
    proxy.setToxic({ kind: "cut" })
    caller.socket.write("twelve bytes")
    await caller.gone
    expect(echo.heard()).toBe("onetwelve")
    expect(caller.heard()).toBe("ONE")
  })

  it("delays and drips without changing a byte", async () => {
    const text = "the quick brown fox jumps over the lazy dog. "
    const caller = await call(proxy.port)
    proxy.setToxic({ kind: "drip", bytes: 2, everyMillis: 1 })
    caller.socket.write(text)
    await caller.until(text.toUpperCase())
    proxy.setToxic({ kind: "delay", millis: 5 })
    caller.socket.write(text)
    await caller.until(text.toUpperCase().repeat(2))
    expect(echo.heard()).toBe(text.repeat(2))
    caller.socket.destroy()
  })
})
