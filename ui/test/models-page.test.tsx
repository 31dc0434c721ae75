import { cleanup, fireEvent, screen, within } from "@solidjs/testing-library"
import { afterEach, beforeEach, describe, expect, it, vi } from "vitest"
import { forgetSession } from "#src/session/session.ts"
import { openAt } from "./support/open-at.tsx"
import { session } from "./support/session.ts"

interface Sent {
  readonly route: string
  readonly body: unknown
}
interface Endpoint {
  readonly baseUrl: string
  readonly model: string
  readonly key?: string | null
}

/** A server that keeps the organisation's model, and refuses one host. */
const serve = (role: "owner" | "operator" = "owner") => {
  const sent: Sent[] = []
  let kept: Endpoint | undefined
  const document = () =>
    kept === undefined
      ? []
      : [
          {
            teamId: null,
            memberId: null,
            baseUrl: kept.baseUrl,
            model: kept.model,
            key: { last4: "WXYZ", setAt: "2029-12-31T00:00:00.000Z", isReadable: true },
            updatedAt: "2029-12-31T00:00:00.000Z",
          },
        ]
  const answer = (route: string, body: unknown): Response => {
    if (route.endsWith("/session")) return Response.json(session(role))
    if (route.endsWith("/models")) return Response.json({ items: document(), next: null })
    if (route === "DELETE /api/v1/organisation/model") kept = undefined
    if (route === "POST /api/v1/organisation/model") {
      const asked = body as Endpoint
      if (asked.baseUrl.includes("elsewhere")) {
        const errors = [{ pointer: "/key", detail: "This is another host: its key is needed again." }]
        const problem = { type: "urn:muster:problem:validation", title: "Not valid", status: 422, errors }
        return Response.json(problem, { status: 422, headers: { "content-type": "application/problem+json" } })
      }
      kept = asked
    }
    if (route.endsWith("/model/check"))
      return Response.json({ ok: true, words: "“large” answers.", status: 200, millis: 7 })
    return Response.json(route.startsWith("GET") ? { items: [], next: null } : { id: "o", position: "1" })
  }
  vi.stubGlobal("fetch", (input: string, init: RequestInit = {}) => {
    const route = `${init.method ?? "GET"} ${input}`
    const body: unknown = typeof init.body === "string" ? JSON.parse(init.body) : undefined
    if (init.method !== undefined && init.method !== "GET") sent.push({ route, body })
    return Promise.resolve(answer(route, body))
  })
  return sent
}

beforeEach(() => forgetSession())
afterEach(() => {
  cleanup()
  localStorage.clear()
  forgetSession()
  vi.unstubAllGlobals()
})

const open = async () => {
  openAt("/models")
  await screen.findByRole("heading", { level: 1, name: "Models" })
}
const write = (label: string, value: string) => fireEvent.input(screen.getByLabelText(label), { target: { value } })
const fillIn = async (baseUrl: string, key: string) => {
  await screen.findByRole("dialog")
  write("Base URL", baseUrl)
  write("Model", "large")
  write("Key", key)
  fireEvent.click(screen.getByRole("button", { name: "Save" }))
}
const setUp = async () => {
  await open()
  fireEvent.click(await screen.findByRole("button", { name: "Set the model…" }))
  await fillIn("https://api.example.com/v1", "sk-secret-secret")
  return within(await screen.findByRole("table"))
}

describe("the models", () => {
  it("are set by an owner, and the key is not shown again", async () => {
    const sent = serve()
    const table = await setUp()
    expect(table.getByText("…WXYZ")).toBeDefined()
    expect(sent).toEqual([
      {
        route: "POST /api/v1/organisation/model",
        body: { baseUrl: "https://api.example.com/v1", model: "large", key: "sk-secret-secret" },
      },
    ])
    expect(document.body.innerHTML).not.toContain("sk-secret")
    expect(screen.queryByRole("button", { name: "Set the model…" })).toBeNull()
  })

  it("say at the key that another host needs it again", async () => {
    serve()
    await open()
    fireEvent.click(await screen.findByRole("button", { name: "Set the model…" }))
    await fillIn("https://elsewhere.example/v1", "")
    expect(await screen.findAllByText(/its key is needed again/)).not.toEqual([])
    expect(screen.getByLabelText("Key").getAttribute("aria-invalid")).toBe("true")
  })

  it("are checked by a call, whose outcome stands below", async () => {
    const sent = serve()
    await setUp()
    fireEvent.click(screen.getByRole("button", { name: "Check the model of Organisation" }))
    expect(await screen.findByText("“large” answers. (7 ms)")).toBeDefined()
    expect(sent.at(-1)).toEqual({ route: "POST /api/v1/organisation/model/check", body: {} })
  })

  it("are no matter of operators: they neither see them nor ask for them", async () => {
    const sent = serve("operator")
    await open()
    expect(await screen.findByText("Only owners see and set models")).toBeDefined()
    expect(screen.queryByRole("link", { name: "Models" })).toBeNull()
    expect(sent).toEqual([])
  })
})
