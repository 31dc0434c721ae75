import { once } from "node:events"
import { connect, createServer, type AddressInfo, type Socket } from "node:net"
import { openOperationalState, OperationalStateUnavailable } from "@muster/operational-state"
import { startTestPostgres, type TestPostgres } from "@muster/platform/testing"
import postgres from "postgres"
import { afterAll, beforeAll, describe, expect, test } from "vitest"
import { answering } from "#src/answering.ts"

const ANSWER_MILLIS = 500
/** First bytes of the message by which the server says so. */
const READY_FOR_QUERY = Buffer.from([0x5a, 0, 0, 0, 5])

/** Hands bytes on to the database, until the far sides are dropped without a word to the near ones. */
const startRelay = async (targetPort: number) => {
  let isMuteOnceReady = false
  const far = new Set<Socket>()
  const near = new Set<Socket>()
  const server = createServer((from) => {
    const to = connect(targetPort, "127.0.0.1")
    near.add(from)
    far.add(to)
    for (const socket of [from, to]) socket.on("error", () => undefined)
    from.on("data", (bytes: Buffer) => {
      if (!to.destroyed) to.write(bytes)
    })
    to.on("data", (bytes: Buffer) => {
      from.write(bytes)
      if (isMuteOnceReady && bytes.includes(READY_FOR_QUERY)) to.destroy()
    })
    from.on("close", () => to.destroy())
  }).listen(0, "127.0.0.1")
  await once(server, "listening")
  return {
    port: (server.address() as AddressInfo).port,
    dropFarSides: () => {
      for (const socket of far) socket.destroy()
      far.clear()
    },
    /** From now on the far side of a connection is gone as soon as it has said that it is ready. */
    goMuteOnceReady: (isMute: boolean) => {
      isMuteOnceReady = isMute
    },
    resetNearSides: () => {
      for (const socket of near) socket.resetAndDestroy()
      near.clear()
    },
    close: async () => {
      for (const socket of [...near, ...far]) socket.destroy()
      const closed = once(server, "close")
      server.close()
      await closed
    },
  }
}

describe("statements of the operational state", () => {
  let server: TestPostgres
  let relay: Awaited<ReturnType<typeof startRelay>>
  beforeAll(async () => {
    server = await startTestPostgres()
    relay = await startRelay(Number(new URL(server.appUrl).port))
  })
  afterAll(async () => {
    await relay.close()
    await server.stop()
  })
  const open = () => {
    const url = new URL(server.appUrl)
    url.port = String(relay.port)
    return postgres(url.href, { max: 2, onnotice: () => undefined })
  }
  const one = (sql: postgres.Sql) => sql<{ one: number }[]>`select 1 as one`

  test("fail in time on connections that died without a word, and work again at once", async () => {
    const client = answering({ open, atOnce: 2, timeoutMillis: ANSWER_MILLIS })
    expect((await client.ask(one))[0]?.one).toBe(1)
    relay.dropFarSides()
    await expect(client.ask(one)).rejects.toThrow(OperationalStateUnavailable)
    expect((await client.ask(one))[0]?.one).toBe(1)
    await client.end({ timeout: 0 })
  })

  test("work again after their connections were reset", async () => {
    const client = answering({ open, atOnce: 2, timeoutMillis: ANSWER_MILLIS })
    await client.ask(one)
    const late = client.ask((sql) => sql`select pg_sleep(60)`)
    setImmediate(relay.resetNearSides)
    await expect(late).rejects.toThrow(OperationalStateUnavailable)
    expect((await client.ask(one))[0]?.one).toBe(1)
    await client.end({ timeout: 0 })
  })

  test("do not end the process when a connection dies right after it was made", async () => {
    const url = new URL(server.appUrl)
    url.port = String(relay.port)
    const state = openOperationalState({ url: url.href })
    relay.goMuteOnceReady(true)
    // The runner fails the file for a rejection that nobody caught.
    await expect(state.places.leave("somewhere")).rejects.toThrow(OperationalStateUnavailable)
    relay.goMuteOnceReady(false)
    await state.close()
  })

  test("that wait for their turn longer than an answer may take are answered all the same, by the same client", async () => {
    let opened = 0
    const counted = () => {
      opened += 1
      return open()
    }
    const client = answering({ open: counted, atOnce: 2, timeoutMillis: ANSWER_MILLIS })
    const slow = () => client.ask((sql) => sql<{ one: number }[]>`select 1 as one, pg_sleep(${ANSWER_MILLIS / 5_000})`)
    // In pairs, so the last of them wait for twice the time of an answer.
    const answers = await Promise.all(Array.from({ length: 40 }, slow))
    expect(answers.map(([row]) => row?.one)).toEqual(Array.from({ length: 40 }, () => 1))
    expect(opened).toBe(1)
    await client.end({ timeout: 0 })
  })

  test("keep their client when the server merely says no", async () => {
    let opened = 0
    const counted = () => {
      opened += 1
      return open()
    }
    const client = answering({ open: counted, atOnce: 2, timeoutMillis: ANSWER_MILLIS })
    await expect(client.ask((sql) => sql`select 1 / 0`)).rejects.toThrow(OperationalStateUnavailable)
    expect((await client.ask(one))[0]?.one).toBe(1)
    expect(opened).toBe(1)
    await client.end({ timeout: 0 })
  })
})
