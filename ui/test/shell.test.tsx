import { cleanup, fireEvent, screen, waitFor } from "@solidjs/testing-library"
import { afterEach, beforeEach, describe, expect, it, vi } from "vitest"
import { singleKeys } from "#src/commands/context.ts"
import { forgetSession, loadSession } from "#src/session/session.ts"
import { openAt } from "./support/open-at.tsx"
import { session } from "./support/session.ts"

/** A server that knows one person and no team; without the person it knows nobody. */
const serve = (isSignedIn = true) =>
  vi.stubGlobal("fetch", (input: string) =>
    Promise.resolve(
      input.endsWith("/session")
        ? Response.json(isSignedIn ? session() : {}, { status: isSignedIn ? 200 : 401 })
        : Response.json({ items: [], next: null }),
    ),
  )

beforeEach(() => serve())
afterEach(() => {
  cleanup()
  localStorage.clear()
  singleKeys.set(true)
  forgetSession()
  vi.unstubAllGlobals()
})

const press = (key: string, init: KeyboardEventInit = {}) =>
  fireEvent.keyDown(document.activeElement ?? document.body, { key, ...init })

describe("the shell", () => {
  it("begins with what needs the person, and knows its other name", async () => {
    const history = openAt("/needs-you")
    expect((await screen.findByRole("heading", { level: 1 })).textContent).toBe("Needs you")
    expect(document.title).toBe("Needs you · Muster")
    await waitFor(() => expect(history.get()).toBe("/"))
  })

  it("has one main region, one navigation and one h1", async () => {
    openAt("/teams")
    await screen.findByRole("heading", { level: 1 })
    expect([screen.getAllByRole("main").length, screen.getAllByRole("navigation").length]).toEqual([1, 1])
  })

  it("moves the focus to the heading of a page that was gone to", async () => {
    const history = openAt("/teams")
    await screen.findByRole("heading", { level: 1, name: "Teams" })
    expect(document.activeElement).toBe(document.body)
    history.set({ value: "/nowhere" })
    await waitFor(() => expect(document.activeElement?.textContent).toBe("There is no such page"))
    expect(document.activeElement?.tagName).toBe("H1")
  })

  it("lets the skip link lead past the rail", async () => {
    openAt("/teams")
    fireEvent.click(await screen.findByText("Skip to content"))
    expect(document.activeElement).toBe(screen.getByRole("main"))
  })

  it("shows the keys that work from the registry that answers them", async () => {
    openAt("/teams")
    await screen.findByRole("heading", { level: 1 })
    press("?", { shiftKey: true })
    const sheet = await screen.findByRole("dialog", { name: "Keyboard shortcuts" })
    expect(sheet.textContent).toContain("Go to teams")
  })

  it("collapses the rail by its key and remembers it", async () => {
    openAt("/teams")
    await screen.findByRole("heading", { level: 1 })
    const rail = screen.getByRole("navigation")
    press("[")
    expect(rail.dataset["collapsed"]).toBe("true")
    expect(localStorage.getItem("muster.rail.collapsed")).toBe("true")
    press("[")
    expect(rail.dataset["collapsed"]).toBe("false")
  })

  it("runs a command found in the palette", async () => {
    openAt("/nowhere")
    await screen.findByRole("heading", { level: 1 })
    press("k", { ctrlKey: true })
    const input = await screen.findByRole("combobox")
    fireEvent.input(input, { target: { value: "teams" } })
    fireEvent.keyDown(input, { key: "Enter" })
    expect((await screen.findByRole("heading", { level: 1, name: "Teams" })).textContent).toBe("Teams")
    expect(screen.queryByRole("combobox")).toBeNull()
  })

  it("sends who is not signed in to the sign-in page, and remembers where they wanted to go", async () => {
    serve(false)
    const history = openAt("/teams?archived=true")
    await screen.findByRole("heading", { level: 1, name: "Sign in with a link" })
    expect(history.get()).toBe("/signin?next=%2Fteams%3Farchived%3Dtrue")
  })

  it("keeps the page and asks to sign in again when the session ends", async () => {
    openAt("/teams")
    await screen.findByRole("heading", { level: 1, name: "Teams" })
    serve(false)
    await loadSession()
    expect(await screen.findByRole("dialog", { name: "Session ended" })).toBeDefined()
    expect(screen.getByRole("heading", { level: 1, name: "Teams", hidden: true })).toBeDefined()
    serve()
    await loadSession()
    await waitFor(() => expect(screen.queryByRole("dialog")).toBeNull())
  })

  it("says who is signed in and signs out", async () => {
    const history = openAt("/teams")
    fireEvent.pointerDown(await screen.findByRole("button", { name: /Ada.*Owner/ }), { button: 0 })
    fireEvent.pointerUp(await screen.findByRole("menuitem", { name: "Sign out" }), { button: 0 })
    await waitFor(() => expect(history.get()).toMatch(/^\/signin/))
  })

  it("offers to try again when nobody answers", async () => {
    vi.stubGlobal("fetch", () => Promise.reject(new TypeError("failed to fetch")))
    openAt("/teams")
    await screen.findByText("Muster cannot be reached")
    serve()
    fireEvent.click(screen.getByRole("button", { name: "Try again" }))
    expect(await screen.findByRole("heading", { level: 1, name: "Teams" })).toBeDefined()
  })

  it("says so when an address leads nowhere", async () => {
    openAt("/nowhere/at/all")
    expect((await screen.findByRole("heading", { level: 1 })).textContent).toBe("There is no such page")
  })
})
