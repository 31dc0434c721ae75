import { createServer, type Socket } from "node:net"
import type { AddressInfo } from "node:net"
import { eventually, startTestRedis, type TestRedis } from "@muster/platform/testing"
import { afterAll, beforeAll, expect, test } from "vitest"
import { openLink } from "#src/link.ts"
import { silentLog } from "./support/fixtures.ts"

let redis: TestRedis
beforeAll(async () => {
  redis = await startTestRedis()
})
afterAll(() => redis.stop())

/** Takes connections and says nothing; later it hands them on. What was taken before stays dead, as behind a half-open network. */
const startDeaf = async () => {
  const taken: Socket[] = []
  let isDeaf = true
  const { port: redisPort } = new URL(redis.url)
  const server = createServer((socket) => {
    taken.push(socket)
    socket.on("error", () => undefined)
    if (isDeaf) return socket.resume()
    const onward = new (socket.constructor as typeof Socket)()
    taken.push(onward)
    onward.on("error", () => socket.destroy())
    socket.on("close", () => onward.destroy())
    onward.connect(Number(redisPort), "127.0.0.1")
    return socket.pipe(onward).pipe(socket)
  })
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve))
  const url = new URL(redis.url)
  url.port = String((server.address() as AddressInfo).port)
  return {
    url: url.href,
    connections: () => taken.length,
    hear: () => {
      isDeaf = false
    },
    close: () => {
      for (const socket of taken) socket.destroy()
      server.close()
    },
  }
}

test.each([true, false])(
  "a connection on which nobody answers is given up, and another is made (blocking: %s)",
  async (isBlocking) => {
    const deaf = await startDeaf()
    const told: string[] = []
    const link = openLink({
      url: deaf.url,
      name: "test",
      isBlocking,
      handshakeTimeoutMillis: 100,
      log: silentLog,
      onDown: ({ reason }) => told.push(reason),
    })
    try {
      await eventually("it tried again", () => deaf.connections() > 2)
      expect(told).toEqual(["nothing was heard within 100 ms"])
      expect(link.isUp()).toBe(false)
      deaf.hear()
      await link.whenUp()
      expect(await link.redis().ping()).toBe("PONG")
    } finally {
      await link.close()
      deaf.close()
    }
  },
)
