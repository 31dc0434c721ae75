import { MemoryRouter, Route, createMemoryHistory } from "@solidjs/router"
import { cleanup, fireEvent, render, screen, within } from "@solidjs/testing-library"
import { afterEach, beforeEach, describe, expect, it, vi } from "vitest"
import { CommandProvider } from "#src/commands/context.ts"
import NewTeamPage from "#src/pages/teams/new/page.tsx"
import { forgetSession, loadSession } from "#src/session/session.ts"
import { session } from "./support/session.ts"

interface Sent {
  readonly route: string
  readonly key: string | null
  readonly body: Record<string, unknown>
}
const TEAM = "0199c000-0000-7000-8000-0000000000aa"

const refusal = (status: number, type: string, detail: string) =>
  Response.json(
    { type: `urn:muster:problem:${type}`, title: "Refused", status, detail },
    { status, headers: { "content-type": "application/problem+json" } },
  )

/** A server on which some requests fail the first time. */
const serve = ({ role = "owner", hasModel = false, fail = [] as ReadonlyArray<string> } = {}) => {
  const sent: Array<Sent> = []
  const failing = new Set(fail)
  const answer = (route: string, body: Record<string, unknown>): Response | undefined => {
    if (failing.delete(route)) {
      if (route.endsWith("/teams")) return undefined
      return refusal(503, "read-model-behind", "Try again.")
    }
    if (route.endsWith("/session")) return Response.json(session(role))
    if (route.endsWith("/runtimes"))
      return Response.json({
        hasModel,
        items: [
          { runtime: "command", agent: null, state: "ready", reason: null, version: null, needsModel: false },
          {
            runtime: "acp",
            agent: "opencode",
            state: "missing",
            reason: "opencode is not installed",
            version: null,
            needsModel: true,
          },
        ],
      })
    if (route === "POST /api/v1/teams/draft")
      return Response.json({
        name: "Letters",
        description: "Answers letters",
        members: [{ handle: "lead", role: "leader", runtime: "acp", briefing: "Lead the letters." }],
        firstTask: { title: "One letter", instructions: "Take the first." },
      })
    if (route === "POST /api/v1/teams") return Response.json({ id: TEAM, position: "7" }, { status: 201 })
    if (route.includes("/tasks/bulk"))
      return Response.json({
        verdicts: (body["tasks"] as ReadonlyArray<unknown>).map(() => ({ ok: true, id: "t", position: "8" })),
        position: "8",
      })
    if (route.startsWith(`GET /api/v1/teams/${TEAM}`)) return Response.json({ team: { id: TEAM }, members: [] })
    return Response.json({ items: [], next: null })
  }
  vi.stubGlobal("fetch", (input: string, init: RequestInit = {}) => {
    const route = `${init.method ?? "GET"} ${input.split("?")[0] ?? ""}`
    const body = (typeof init.body === "string" ? JSON.parse(init.body) : {}) as Record<string, unknown>
    if (init.method !== undefined && init.method !== "GET")
      sent.push({ route, key: new Headers(init.headers).get("idempotency-key"), body })
    const response = answer(route, body)
    return response === undefined ? Promise.reject(new TypeError("gone")) : Promise.resolve(response)
  })
  return sent
}

beforeEach(() => forgetSession())
afterEach(() => {
  fireEvent.click(screen.queryByRole("button", { name: "Start over" }) ?? document.body)
  cleanup()
  localStorage.clear()
  forgetSession()
  vi.unstubAllGlobals()
})

const open = async () => {
  const history = createMemoryHistory()
  history.set({ value: "/teams/new" })
  await loadSession()
  render(() => (
    <MemoryRouter history={history}>
      <Route
        path="/teams/new"
        component={() => (
          <CommandProvider>
            <NewTeamPage />
          </CommandProvider>
        )}
      />
      <Route path="/teams/:id/live" component={() => <h1>{TEAM}</h1>} />
    </MemoryRouter>
  ))
  await screen.findByRole("heading", { name: "New team", level: 1 })
  return history
}
const next = () => fireEvent.click(screen.getByRole("button", { name: /^Next/u }))
const create = () => fireEvent.click(screen.getByRole("button", { name: /^(Create team|Dispatch it again)/u }))
const choose = async (name: RegExp) => fireEvent.click(await screen.findByRole("radio", { name }))
const toReview = async () => {
  next()
  await screen.findByRole("heading", { name: "Members", level: 2 })
  next()
  await screen.findByRole("heading", { name: "Limits", level: 2 })
  next()
  await screen.findByRole("heading", { name: "Review", level: 2 })
}

describe("the team wizard", () => {
  it("says at the field what is missing, and keeps what was entered when going back", async () => {
    serve()
    await open()
    next()
    expect(await screen.findByText("Give the team a name.")).toBeDefined()
    await choose(/^Data pipeline/u)
    await toReview()
    fireEvent.click(screen.getByRole("button", { name: "Back" }))
    fireEvent.click(await screen.findByRole("button", { name: "Back" }))
    expect(await screen.findByRole("heading", { name: "Members", level: 2 })).toBeDefined()
    expect(screen.getByText("@transform")).toBeDefined()
  })

  it("leaves the focus where it is while a name is typed, and moves it to the heading of the next step", async () => {
    serve()
    await open()
    const name = screen.getByLabelText("Name")
    name.focus()
    fireEvent.input(name, { target: { value: "L" } })
    await Promise.resolve()
    expect(document.activeElement).toBe(name)
    const form = name.closest("form")
    if (form === null) throw new Error("the field stands in the form")
    fireEvent.submit(form)
    const heading = await screen.findByRole("heading", { name: "Members", level: 2 })
    await vi.waitFor(() => expect(document.activeElement).toBe(heading))
  })

  it("keeps the focus on the template that was chosen, and goes on by Ctrl Enter", async () => {
    serve()
    await open()
    const radio = await screen.findByRole("radio", { name: /^Data pipeline/u })
    radio.focus()
    fireEvent.click(radio)
    await screen.findByDisplayValue("Data pipeline")
    expect(document.activeElement).toBe(radio)
    expect(radio.isConnected).toBe(true)
    fireEvent.keyDown(radio, { key: "Enter", ctrlKey: true })
    expect(await screen.findByRole("heading", { name: "Members", level: 2 })).toBeDefined()
  })

  it("creates the team and dispatches its first work, each under a key of its own", async () => {
    const sent = serve()
    await open()
    await choose(/^Data pipeline/u)
    await toReview()
    expect(await screen.findByText("Everything these members need is there.")).toBeDefined()
    create()
    await vi.waitFor(() => expect(sent).toHaveLength(2))
    const [team, work] = sent
    expect(team).toMatchObject({ route: "POST /api/v1/teams", body: { name: "Data pipeline" } })
    expect(team?.body["members"]).toHaveLength(3)
    expect(work?.key).toBe(`${team?.key ?? ""}:first-work`)
    await screen.findByRole("heading", { name: TEAM })
  })

  it("sends the very same request again when nobody answered", async () => {
    const sent = serve({ fail: ["POST /api/v1/teams"] })
    await open()
    await choose(/^Test runners/u)
    await toReview()
    create()
    expect(await screen.findByText(/the team may be there already/u)).toBeDefined()
    create()
    await vi.waitFor(() => expect(sent.length).toBeGreaterThan(2))
    expect(sent[1]).toEqual(sent[0])
    await screen.findByRole("heading", { name: TEAM })
  })

  it("does not create the team again when only its first work failed", async () => {
    const sent = serve({ fail: [`POST /api/v1/teams/${TEAM}/tasks/bulk`] })
    await open()
    await choose(/^Release crew/u)
    await toReview()
    create()
    expect(await screen.findByText(/its first work could not be dispatched/u)).toBeDefined()
    create()
    await vi.waitFor(() => expect(sent).toHaveLength(3))
    expect(sent.map(({ route }) => route)).toEqual([
      "POST /api/v1/teams",
      `POST /api/v1/teams/${TEAM}/tasks/bulk`,
      `POST /api/v1/teams/${TEAM}/tasks/bulk`,
    ])
    expect(sent[2]).toEqual(sent[1])
    await screen.findByRole("heading", { name: TEAM })
  })

  it("says what members lack and how to get it, and lets simulated ones stand in", async () => {
    serve()
    await open()
    await choose(/^Review pair/u)
    await toReview()
    expect(await screen.findByText(/opencode is not installed/u)).toBeDefined()
    expect(screen.getByText("npm run runtimes -- install opencode")).toBeDefined()
    fireEvent.click(screen.getByRole("button", { name: "Rehearse with simulated members" }))
    expect(await screen.findByText("Everything these members need is there.")).toBeDefined()
  })

  it("adds, edits and removes members", async () => {
    serve()
    await open()
    await choose(/^Empty team/u)
    fireEvent.input(screen.getByLabelText("Name"), { target: { value: "Mine" } })
    next()
    fireEvent.click(await screen.findByRole("button", { name: "Add member" }))
    const sheet = within(await screen.findByRole("dialog", { name: "New member" }))
    fireEvent.click(sheet.getByRole("button", { name: "Done" }))
    expect(await sheet.findByText(/Use 1 to 32 lower-case letters/u)).toBeDefined()
    fireEvent.input(sheet.getByLabelText("Handle"), { target: { value: "ada" } })
    fireEvent.click(sheet.getByRole("button", { name: "Done" }))
    expect(await screen.findByText("@ada")).toBeDefined()
    fireEvent.click(screen.getByRole("button", { name: "Remove @ada" }))
    expect(await screen.findByText("Nobody yet")).toBeDefined()
  })

  it("proposes a team from a sentence and creates nothing by itself", async () => {
    const sent = serve({ hasModel: true })
    await open()
    fireEvent.input(await screen.findByLabelText("What shall the team do?"), { target: { value: "Answer letters" } })
    fireEvent.click(screen.getByRole("button", { name: "Propose a team" }))
    expect(await screen.findByRole("heading", { name: "Review", level: 2 })).toBeDefined()
    expect(screen.getByText("Lead the letters.")).toBeDefined()
    expect(sent.map(({ route, body }) => [route, body])).toEqual([
      ["POST /api/v1/teams/draft", { sentence: "Answer letters" }],
    ])
  })

  it("says why there is no proposal without a model, and where one is set", async () => {
    serve()
    await open()
    expect(await screen.findByText(/once the organisation has a model/u)).toBeDefined()
    expect(screen.getByRole("link", { name: "Set a model" }).getAttribute("href")).toBe("/models")
    expect(screen.queryByRole("button", { name: "Propose a team" })).toBeNull()
  })

  it("is not offered to viewers", async () => {
    serve({ role: "viewer" })
    await open()
    expect(await screen.findByText("Your role may not create teams")).toBeDefined()
  })
})
