import { MemoryRouter, createMemoryHistory } from "@solidjs/router"
import { cleanup, fireEvent, render, screen, waitFor } from "@solidjs/testing-library"
import { afterEach, describe, expect, it } from "vitest"
import { singleKeys } from "#src/commands/context.ts"
import { Routes } from "#src/routes.tsx"

afterEach(() => {
  cleanup()
  localStorage.clear()
  singleKeys.set(true)
})

const open = (path: string) => {
  const history = createMemoryHistory()
  history.set({ value: path })
  render(() => (
    <MemoryRouter history={history}>
      <Routes />
    </MemoryRouter>
  ))
  return history
}
const press = (key: string, init: KeyboardEventInit = {}) =>
  fireEvent.keyDown(document.activeElement ?? document.body, { key, ...init })

describe("the shell", () => {
  it("leads from the root to the teams", async () => {
    open("/")
    expect((await screen.findByRole("heading", { level: 1 })).textContent).toBe("Teams")
    expect(document.title).toBe("Teams · Muster")
  })

  it("has one main region, one navigation and one h1", async () => {
    open("/teams")
    await screen.findByRole("heading", { level: 1 })
    expect([screen.getAllByRole("main").length, screen.getAllByRole("navigation").length]).toEqual([1, 1])
  })

  it("moves the focus to the heading of a page that was gone to", async () => {
    const history = open("/teams")
    await screen.findByRole("heading", { level: 1, name: "Teams" })
    expect(document.activeElement).toBe(document.body)
    history.set({ value: "/teams/crew/tasks" })
    await waitFor(() => expect(document.activeElement?.textContent).toBe("crew"))
    expect(document.activeElement?.tagName).toBe("H1")
  })

  it("lets the skip link lead past the rail", async () => {
    open("/teams")
    fireEvent.click(await screen.findByText("Skip to content"))
    expect(document.activeElement).toBe(screen.getByRole("main"))
  })

  it("shows the keys that work from the registry that answers them", async () => {
    open("/teams")
    await screen.findByRole("heading", { level: 1 })
    press("?", { shiftKey: true })
    const sheet = await screen.findByRole("dialog", { name: "Keyboard shortcuts" })
    expect(sheet.textContent).toContain("Go to teams")
  })

  it("collapses the rail by its key and remembers it", async () => {
    open("/teams")
    await screen.findByRole("heading", { level: 1 })
    const rail = screen.getByRole("navigation")
    press("[")
    expect(rail.dataset["collapsed"]).toBe("true")
    expect(localStorage.getItem("muster.rail.collapsed")).toBe("true")
    press("[")
    expect(rail.dataset["collapsed"]).toBe("false")
  })

  it("runs a command found in the palette", async () => {
    open("/teams/crew/live")
    await screen.findByRole("heading", { level: 1, name: "crew" })
    press("k", { ctrlKey: true })
    const input = await screen.findByRole("combobox")
    fireEvent.input(input, { target: { value: "teams" } })
    fireEvent.keyDown(input, { key: "Enter" })
    expect((await screen.findByRole("heading", { level: 1, name: "Teams" })).textContent).toBe("Teams")
    expect(screen.queryByRole("combobox")).toBeNull()
  })

  it("remembers an opened team in the rail", async () => {
    open("/teams/crew")
    expect((await screen.findByRole("link", { name: "crew" })).getAttribute("href")).toBe("/teams/crew")
  })

  it("says so when an address leads nowhere", async () => {
    open("/nowhere/at/all")
    expect((await screen.findByRole("heading", { level: 1 })).textContent).toBe("There is no such page")
  })
})
