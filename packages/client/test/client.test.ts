import { createServer, type IncomingMessage, type Server } from "node:http"
import type { AddressInfo } from "node:net"
import { text } from "node:stream/consumers"
import { type Client, ClientProblem, ClientUnreachable, createClient } from "@muster/client"
import { API_PREFIX } from "@muster/contracts"
import { afterEach, beforeEach, describe, expect, test } from "vitest"

interface Seen {
  readonly method: string
  readonly url: string
  readonly headers: IncomingMessage["headers"]
  readonly body: string
}
interface Answer {
  readonly status: number
  readonly headers?: Readonly<Record<string, string>>
  readonly body: string
}

let server: Server
let seen: Seen[]
let answer: Answer
let baseUrl: string
let client: Client
beforeEach(async () => {
  seen = []
  answer = { status: 200, body: "{}" }
  server = createServer((request, response) => {
    const { method = "", url = "", headers } = request
    const respond = async () => {
      seen.push({ method, url, headers, body: await text(request) })
      response.writeHead(answer.status, { "content-type": "application/json", ...answer.headers }).end(answer.body)
    }
    void respond()
  })
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve))
  baseUrl = `http://127.0.0.1:${(server.address() as AddressInfo).port}`
  client = createClient({ baseUrl })
})
afterEach(() => new Promise((resolve) => server.close(resolve)))

const failure = async (work: Promise<unknown>): Promise<unknown> => work.catch((error: unknown) => error)

describe("a call", () => {
  test("puts parameters into the path and the query, and the body into JSON", async () => {
    await client.listTasks({ params: { team: "a b/c" }, query: { limit: 5, phase: "queued" } })
    await client.dispatchTask({ params: { team: "t" }, body: { title: "Look" }, idempotencyKey: "k-1" })
    expect(seen).toMatchObject([
      { method: "GET", url: `${API_PREFIX}/teams/a%20b%2Fc/tasks?limit=5&phase=queued`, body: "" },
      {
        method: "POST",
        url: `${API_PREFIX}/teams/t/tasks`,
        headers: { "content-type": "application/json", "idempotency-key": "k-1" },
        body: '{"title":"Look"}',
      },
    ])
    expect(seen[0]?.headers).not.toHaveProperty("idempotency-key")
  })

  test("that commands mints a key of its own each time, and sends a body even when it says nothing", async () => {
    await client.pauseTeam({ params: { team: "t" } })
    await client.pauseTeam({ params: { team: "t" } })
    expect(seen.map(({ body }) => body)).toEqual(["{}", "{}"])
    const keys = seen.map(({ headers }) => headers["idempotency-key"])
    expect(new Set(keys).size).toBe(2)
  })

  test("of bytes answers with the response", async () => {
    answer = { status: 200, headers: { "muster-output-size": "3" }, body: "abc" }
    const response = await client.readOutput({ params: { team: "t", task: "x" }, query: { offset: 0 } })
    expect(response.headers.get("muster-output-size")).toBe("3")
    expect(await response.text()).toBe("abc")
  })
})

describe("a refusal", () => {
  test("is a ClientProblem with its name, its words and the wait the server asks for", async () => {
    const problem = { type: "urn:muster:problem:overloaded", title: "Too much", status: 503, detail: "Try later." }
    answer = { status: 503, headers: { "retry-after": "2" }, body: JSON.stringify(problem) }
    const error = await failure(client.listTeams())
    expect(error).toBeInstanceOf(ClientProblem)
    expect(error).toMatchObject({ kind: "overloaded", status: 503, retryAfterMillis: 2_000, message: "Try later." })
  })

  test("of somebody between us and Muster is a ClientProblem too", async () => {
    answer = { status: 502, body: "<html>bad gateway</html>" }
    expect(await failure(client.listTeams())).toMatchObject({ kind: "unexpected-answer", status: 502 })
  })
})

test("a lost answer is a ClientUnreachable that names the key to repeat the command with", async () => {
  await new Promise((resolve) => server.close(resolve))
  const error = await failure(client.createTeam({ body: { name: "Docs" }, idempotencyKey: "again" }))
  expect(error).toBeInstanceOf(ClientUnreachable)
  expect(error).toMatchObject({ idempotencyKey: "again" })
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve))
})

describe("outside a browser", () => {
  test("a given cookie is sent", async () => {
    await createClient({ baseUrl, cookie: "muster_session=abc" }).listTeams()
    expect(seen[0]?.headers.cookie).toBe("muster_session=abc")
  })

  test("the cookie of a sign-in is kept and sent when asked for", async () => {
    const keeping = createClient({ baseUrl, keepCookie: true })
    answer = { status: 200, headers: { "set-cookie": "muster_session=xyz; HttpOnly; Path=/" }, body: "{}" }
    await keeping.exchangeCode({ body: { code: "c" } })
    answer = { status: 200, body: "{}" }
    await keeping.listTeams()
    expect(seen[1]?.headers.cookie).toBe("muster_session=xyz")
    expect(keeping.cookie()).toBe("muster_session=xyz")
  })
})
