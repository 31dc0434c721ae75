import { afterEach, describe, expect, it } from "vitest"
import { type ModelScript, type ModelScriptOptions, startModelScript } from "#src/index.ts"
import { assembleChat, assembleMessages, assembleResponses } from "#test/assemble.ts"

const started: ModelScript[] = []
afterEach(async () => {
  await Promise.all(started.splice(0).map((server) => server.close()))
})
const start = async (options: ModelScriptOptions = {}): Promise<ModelScript> => {
  const server = await startModelScript(options)
  started.push(server)
  return server
}

const post = (
  { baseUrl, apiKey }: ModelScript,
  path: string,
  body: unknown,
  headers: Readonly<Record<string, string>> = { authorization: `Bearer ${apiKey}` },
): Promise<Response> => fetch(`${baseUrl}${path}`, { method: "POST", headers, body: JSON.stringify(body) })

const chatBody = (text: string, more: object = {}) => ({
  model: "m",
  messages: [{ role: "user", content: text }],
  ...more,
})
const HELLO = '[[{"thought":"Well","text":"Hello, 世界 🌍, this is a long sentence."}]]'

describe("the scripted model server", () => {
  it("says the same streamed and not, in every dialect, over real HTTP", async () => {
    const server = await start({ label: "[scripted] " })
    const said = "[scripted] Hello, 世界 🌍, this is a long sentence."
    const chat = await post(server, "/chat/completions", chatBody(HELLO))
    expect(await chat.json()).toMatchObject({ choices: [{ message: { content: said, reasoning_content: "Well" } }] })
    const chatStream = await post(server, "/chat/completions", chatBody(HELLO, { stream: true }))
    expect(chatStream.headers.get("content-type")).toContain("text/event-stream")
    expect(assembleChat(await chatStream.text()).message.content).toBe(said)

    const response = await post(server, "/responses", { model: "m", input: HELLO, stream: true })
    expect(assembleResponses(await response.text()).grown).toEqual(["Well", said])

    const message = await post(server, "/messages", chatBody(HELLO, { stream: true }), { "x-api-key": server.apiKey })
    expect(assembleMessages(await message.text())["content"]).toMatchObject([{ type: "thinking" }, { text: said }])
    expect(server.requests.map(({ dialect, status }) => [dialect, status])).toEqual([
      ["chat", 200],
      ["chat", 200],
      ["responses", 200],
      ["messages", 200],
    ])
  })

  it("refuses who does not show the key, in the words of the dialect, and keeps no key", async () => {
    const server = await start({ apiKey: "sk-right" })
    const wrong = { authorization: "Bearer sk-wrong" }
    const chat = await post(server, "/chat/completions", chatBody(HELLO), wrong)
    expect([chat.status, await chat.json()]).toMatchObject([401, { error: { code: "invalid_api_key" } }])
    const message = await post(server, "/messages", chatBody(HELLO), { "x-api-key": "sk-wrong" })
    expect([message.status, await message.json()]).toMatchObject([401, { error: { type: "authentication_error" } }])
    expect((await fetch(`${server.baseUrl}/models`)).status).toBe(401)
    await post(server, "/chat/completions", chatBody(HELLO))
    expect(JSON.stringify(server.requests)).not.toContain("sk-right")
  })

  it("lists its models, counts tokens, and says what it does not know", async () => {
    const server = await start({ models: ["scripted-demo"] })
    const headers = { authorization: `Bearer ${server.apiKey}` }
    const models = await fetch(`${server.baseUrl}/models`, { headers })
    expect(await models.json()).toMatchObject({ data: [{ id: "scripted-demo" }] })
    const count = await post(server, "/messages/count_tokens", chatBody("12345678"))
    expect(await count.json()).toEqual({ input_tokens: 2 })
    expect((await post(server, "/embeddings", {})).status).toBe(404)
    expect((await post(server, "/chat/completions", { model: "m" })).status).toBe(400)
    const noJson = await fetch(`${server.baseUrl}/chat/completions`, { method: "POST", headers, body: "{" })
    expect(noJson.status).toBe(400)
  })
})

describe("faults", () => {
  const faulty = (fault: object) => `[[${JSON.stringify(fault)},{"text":"Here I am again, as if nothing had been."}]]`

  it.each([
    ["unauthorized", 401],
    ["rate-limited", 429],
    ["server-error", 500],
  ])("%s answers with its status as often as told, then the script goes on", async (fault, status) => {
    const server = await start()
    const text = faulty({ fault, times: 2, ...(fault === "rate-limited" ? { retryAfterSeconds: 7 } : {}) })
    const ask = () => post(server, "/chat/completions", chatBody(text))
    const first = await ask()
    expect(first.status).toBe(status)
    expect(first.headers.get("retry-after")).toBe(fault === "rate-limited" ? "7" : null)
    expect((await ask()).status).toBe(status)
    expect((await ask()).status).toBe(200)
    expect(server.requests.map((request) => request.status)).toEqual([status, status, 200])
  })

  it.each([true, false])("cut sends a part and then the connection is gone (stream: %s)", async (stream) => {
    const server = await start()
    const ask = () => post(server, "/chat/completions", chatBody(faulty({ fault: "cut" }), { stream }))
    const response = await ask()
    expect(response.status).toBe(200)
    await expect(response.text()).rejects.toThrow(TypeError)
    await expect((await ask()).text()).resolves.toContain("Here I am")
  })

  it.each([true, false])("nonsense is no JSON (stream: %s)", async (stream) => {
    const server = await start()
    const response = await post(server, "/chat/completions", chatBody(faulty({ fault: "nonsense" }), { stream }))
    const text = await response.text()
    expect(() => JSON.parse(text.replace("data: ", "")) as unknown).toThrow(SyntaxError)
  })

  it.each([true, false])("endless goes on until the client leaves (stream: %s)", async (stream) => {
    const server = await start()
    const response = await post(server, "/messages", chatBody(faulty({ fault: "endless" }), { stream }))
    const reader = response.body?.getReader()
    for (let n = 0; n < 5; n += 1) expect((await reader?.read())?.done).toBe(false)
    await reader?.cancel()
  })

  it("slow keeps a client waiting that gives up, and answers the next time", async () => {
    const server = await start()
    const body = JSON.stringify(chatBody(faulty({ fault: "slow", delayMillis: 600_000 })))
    const ask = (init: RequestInit = {}) =>
      fetch(`${server.baseUrl}/chat/completions`, {
        method: "POST",
        headers: { authorization: `Bearer ${server.apiKey}` },
        body,
        ...init,
      })
    const patience = new AbortController()
    const waiting = ask({ signal: patience.signal })
    while (server.requests.length === 0) await new Promise((resolve) => setImmediate(resolve))
    patience.abort()
    await expect(waiting).rejects.toThrow("aborted")
    expect((await ask()).status).toBe(200)
  })

  it("can be set for the next requests, whatever they ask", async () => {
    const server = await start({ rules: [{ when: {}, steps: [{ text: "fine" }] }] })
    server.failNext({ fault: "server-error", times: 2 })
    server.failNext({ fault: "unauthorized" })
    const ask = async () => (await post(server, "/chat/completions", chatBody("hi"))).status
    expect([await ask(), await ask(), await ask(), await ask()]).toEqual([500, 500, 401, 200])
  })
})

describe("closing", () => {
  it("ends answers that would never end", async () => {
    const server = await start()
    const response = await post(server, "/chat/completions", chatBody('[[{"fault":"endless"}]]', { stream: true }))
    await server.close()
    started.splice(0)
    await expect(response.text()).rejects.toThrow(TypeError)
  })
})
