import { MemoryRouter, Route, createMemoryHistory } from "@solidjs/router"
import { cleanup, fireEvent, render, screen, within } from "@solidjs/testing-library"
import { afterEach, describe, expect, it, vi } from "vitest"
import { apiCall, mcpSettings } from "#src/pages/me-tokens/connect.ts"
import TokensPage from "#src/pages/me-tokens/page.tsx"
import { newTokenDraft, tokenRequest } from "#src/pages/me-tokens/token-draft.ts"
import { teamsWith, totalOf } from "#src/pages/teams/team-numbers.ts"
import { ArchiveDialog } from "#src/team/archive-dialog.tsx"

const SECRET = "muster_only-shown-once"
const TEAM = { id: "0199c000-0000-7000-8000-0000000000aa", name: "Letters", description: "" }
const TOKEN = {
  id: "0199c000-0000-7000-8000-0000000000bb",
  name: "laptop",
  scope: "read",
  teamId: TEAM.id,
  createdAt: "2029-12-01T00:00:00.000Z",
  expiresAt: "2030-03-01T00:00:00.000Z",
  lastUsedAt: null,
}

const serve = () => {
  const sent: Array<readonly [string, unknown]> = []
  let tokens: ReadonlyArray<object> = [TOKEN]
  vi.stubGlobal("fetch", (input: string, init: RequestInit = {}) => {
    const route = `${init.method ?? "GET"} ${input.split("?")[0] ?? ""}`
    const body: unknown = typeof init.body === "string" ? JSON.parse(init.body) : undefined
    if (init.method !== undefined && init.method !== "GET") sent.push([route, body])
    if (route === "POST /api/v1/tokens") {
      const made = { ...TOKEN, id: "0199c000-0000-7000-8000-0000000000cc", name: "editor" }
      tokens = [made, ...tokens]
      return Promise.resolve(Response.json({ ...made, token: SECRET }, { status: 201 }))
    }
    if (route.startsWith("DELETE")) {
      tokens = []
      return Promise.resolve(Response.json({}))
    }
    if (route.endsWith("/tokens")) return Promise.resolve(Response.json({ items: tokens, next: null }))
    if (route === "GET /api/v1/teams") return Promise.resolve(Response.json({ items: [TEAM], next: null }))
    if (route.includes("/bulk/cancel"))
      return Promise.resolve(Response.json({ verdicts: [], position: "4", hasMore: false }))
    return Promise.resolve(Response.json({ id: "x", position: "5" }))
  })
  return sent
}
const open = (page: () => ReturnType<typeof TokensPage>) => {
  const history = createMemoryHistory()
  history.set({ value: "/" })
  render(() => (
    <MemoryRouter history={history}>
      <Route path="/" component={page} />
    </MemoryRouter>
  ))
}
afterEach(() => {
  cleanup()
  vi.unstubAllGlobals()
})

describe("the page of one's tokens", () => {
  it("shows whose team a token is for and when it was used, never the token", async () => {
    serve()
    open(TokensPage)
    const row = within(await screen.findByRole("row", { name: /laptop/u }))
    expect(row.getByText("Letters")).toBeDefined()
    expect(row.getByText("Look")).toBeDefined()
    expect(row.getByText("Never")).toBeDefined()
    expect(row.getByText("2030-03-01")).toBeDefined()
    expect(document.body.textContent).not.toContain("muster_")
  })

  it("makes one with scope, team and days, and shows it in its dialog alone", async () => {
    const sent = serve()
    open(TokensPage)
    fireEvent.click(await screen.findByRole("button", { name: "New token" }))
    const form = within(await screen.findByRole("dialog", { name: "New token" }))
    fireEvent.click(form.getByRole("button", { name: "Create token" }))
    expect(await form.findByText("Give the token a name.")).toBeDefined()
    expect(sent).toEqual([])
    fireEvent.input(form.getByLabelText("Name"), { target: { value: "editor" } })
    fireEvent.click(form.getByRole("radio", { name: "Operate" }))
    fireEvent.input(form.getByLabelText("Days until it expires"), { target: { value: "30" } })
    fireEvent.click(form.getByRole("button", { name: "Create token" }))
    const made = within(await screen.findByRole("dialog", { name: "Your new token" }))
    expect(made.getByText(SECRET)).toBeDefined()
    expect(sent).toEqual([["POST /api/v1/tokens", { name: "editor", scope: "operate", expiresInDays: 30 }]])
    fireEvent.click(made.getByRole("button", { name: "Done" }))
    await screen.findByRole("row", { name: /editor/u })
    expect(document.body.textContent).not.toContain(SECRET)
  })

  it("revokes one after asking", async () => {
    const sent = serve()
    open(TokensPage)
    fireEvent.click(await screen.findByRole("button", { name: "Revoke laptop" }))
    const dialog = within(await screen.findByRole("dialog", { name: "Revoke laptop?" }))
    expect(sent).toEqual([])
    fireEvent.click(dialog.getByRole("button", { name: "Revoke" }))
    await screen.findByText("You have no tokens")
    expect(sent).toEqual([[`DELETE /api/v1/tokens/${TOKEN.id}`, undefined]])
  })

  it("tells an MCP client this very address, with a place for the token", () => {
    const { mcpServers } = JSON.parse(mcpSettings("https://muster.example")) as {
      mcpServers: { muster: { url: string; headers: Record<string, string> } }
    }
    expect(mcpServers.muster.url).toBe("https://muster.example/mcp")
    expect(mcpServers.muster.headers["Authorization"]).toBe("Bearer YOUR_TOKEN")
    expect(apiCall("https://muster.example")).toContain("https://muster.example/api/v1/teams")
  })

  it("refuses days that no token may live, before anything is sent", () => {
    for (const days of ["0", "366", "1.5", "", "soon"])
      expect(tokenRequest({ ...newTokenDraft, name: "a", days })).toMatchObject({ isOk: false })
    expect(tokenRequest({ ...newTokenDraft, name: " a ", days: "365", team: TEAM.id })).toMatchObject({
      isOk: true,
      request: { name: "a", teamId: TEAM.id, expiresInDays: 365 },
    })
  })
})

describe("archiving a team", () => {
  const ask = (sent: { done?: string }) =>
    open(() => (
      <ArchiveDialog team={TEAM} onClose={() => undefined} onArchived={(position) => void (sent.done = position)} />
    ))

  it("needs its name typed, and cancels what is open first unless told not to", async () => {
    const sent = serve()
    const seen: { done?: string } = {}
    ask(seen)
    const dialog = within(await screen.findByRole("dialog", { name: "Archive Letters?" }))
    const submit = dialog.getByRole<HTMLButtonElement>("button", { name: "Archive team" })
    expect(submit.disabled).toBe(true)
    fireEvent.input(dialog.getByLabelText("Type the name of the team"), { target: { value: "Lett" } })
    expect(submit.disabled).toBe(true)
    fireEvent.input(dialog.getByLabelText("Type the name of the team"), { target: { value: "Letters" } })
    fireEvent.click(submit)
    await vi.waitFor(() => expect(seen.done).toBe("5"))
    expect(sent).toEqual([
      [`POST /api/v1/teams/${TEAM.id}/tasks/bulk/cancel`, { filter: { state: "open" }, reason: "" }],
      [`POST /api/v1/teams/${TEAM.id}/archive`, { reason: "" }],
    ])
  })
})

describe("the list of teams", () => {
  it("is searched by words of name and description, in any case and order", () => {
    const teams = [
      { name: "Release crew", description: "Builds and ships" },
      { name: "Research desk", description: "Finds things out" },
    ]
    expect(teamsWith(teams, "SHIPS release")).toEqual([teams[0]])
    expect(teamsWith(teams, "re")).toEqual(teams)
    expect(teamsWith(teams, "  ")).toEqual(teams)
    expect(teamsWith(teams, "nobody")).toEqual([])
  })

  it("adds the numbers of all teams up", () => {
    const one = { online: 2, members: 3, running: 1, needsYou: 0, isPartial: false }
    expect(totalOf([one, { ...one, needsYou: 4, isPartial: true }])).toEqual({
      online: 4,
      members: 6,
      running: 2,
      needsYou: 4,
      isPartial: true,
    })
  })
})
