import { mkdtempSync, rmSync, writeFileSync, createReadStream } from "node:fs"
import { createServer as createHttpServer } from "node:http"
import { type AddressInfo, createServer, type Server, type Socket } from "node:net"
import { tmpdir } from "node:os"
import { join } from "node:path"
import { afterEach, describe, expect, test } from "vitest"
import { ControlPlaneAway } from "#src/errors.ts"
import { send } from "#src/http/request.ts"

const IDLE_MILLIS = 100
/** Far beyond what a proof may take: only the silence can end the request. */
const TOTAL_MILLIS = 10 * 60_000
const FILE_BYTES = 64 * 1024

const servers: Server[] = []
const sockets: Socket[] = []
afterEach(() => {
  for (const socket of sockets.splice(0)) socket.destroy()
  for (const server of servers.splice(0)) server.close()
})
const listen = async (server: Server): Promise<URL> => {
  servers.push(server)
  server.on("connection", (socket) => sockets.push(socket))
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve))
  return new URL(`http://127.0.0.1:${(server.address() as AddressInfo).port}/`)
}

describe("a request on a connection that died without a word", () => {
  test("is given up, so that it can be made again", async () => {
    const url = await listen(createServer(() => undefined))
    const reply = send({ method: "GET", url, timeoutMillis: TOTAL_MILLIS, idleMillis: IDLE_MILLIS })
    await expect(reply).rejects.toThrow(ControlPlaneAway)
    await expect(reply).rejects.toThrow("silent")
  })

  test("is given up after its file was sent", async () => {
    const dir = mkdtempSync(join(tmpdir(), "muster-test-request-"))
    const path = join(dir, "file")
    writeFileSync(path, Buffer.alloc(FILE_BYTES))
    // It takes every byte and never answers.
    const url = await listen(createServer((socket) => socket.resume()))
    const headers = { "content-length": String(FILE_BYTES) }
    const body = createReadStream(path)
    await expect(
      send({ method: "PUT", url, headers, body, timeoutMillis: TOTAL_MILLIS, idleMillis: IDLE_MILLIS }),
    ).rejects.toThrow("silent")
    expect(body.destroyed).toBe(true)
    rmSync(dir, { recursive: true })
  })

  test("is given up in the middle of the answer", async () => {
    const url = await listen(
      createHttpServer((_, response) => {
        response.writeHead(200, { "content-length": "100" })
        response.write("a part")
      }),
    )
    await expect(send({ method: "GET", url, timeoutMillis: TOTAL_MILLIS, idleMillis: IDLE_MILLIS })).rejects.toThrow(
      ControlPlaneAway,
    )
  })
})
