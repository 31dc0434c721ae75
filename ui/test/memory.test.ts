import { afterEach, beforeEach, describe, expect, it, vi } from "vitest"
import { changedBindings, resetBindings } from "#src/commands/bindings.ts"
import { chooseLanguage, language } from "#src/i18n/language.ts"
import { density, setDensity } from "#src/lib/density.ts"
import { asBoolean, asNumber, asOneOf, asStrings, createPreference } from "#src/lib/preferences.ts"
import { nextTheme, setTheme, theme } from "#src/lib/theme.ts"
import { RECENT_TEAMS } from "#src/limits.ts"
import { followOtherPages } from "#src/shell/other-pages.ts"
import { forgetTeam, isPinned, pinnedTeams, recentTeams, rememberTeam, togglePin } from "#src/shell/teams-memory.ts"

beforeEach(() => localStorage.clear())
afterEach(() => vi.restoreAllMocks())

describe("what is set on another page of this browser", () => {
  const elsewhere = (name: string, value: unknown) => {
    localStorage.setItem(`muster.${name}`, JSON.stringify(value))
    window.dispatchEvent(new StorageEvent("storage", { key: `muster.${name}` }))
  }

  let stop: () => void
  beforeEach(() => {
    stop = followOtherPages()
  })
  afterEach(() => stop())

  it("holds here at once: theme, density, keys and language", async () => {
    elsewhere("theme", "dark")
    elsewhere("density", "compact")
    elsewhere("keys.bindings", { "go.teams": "g x" })
    expect([theme(), density(), changedBindings()]).toEqual(["dark", "compact", { "go.teams": "g x" }])
    expect(document.documentElement.dataset).toMatchObject({ theme: "dark", density: "compact" })
    elsewhere("language", "zh")
    await vi.waitFor(() => expect(language()).toBe("zh"))
    await chooseLanguage("en")
    setTheme("system")
    setDensity("comfortable")
    resetBindings()
  })

  it("is passed over when it is nothing that can be set", () => {
    elsewhere("theme", "purple")
    expect(theme()).toBe("system")
  })
})

describe("preferences", () => {
  it("are there after a reload", () => {
    expect(createPreference("wide", false, asBoolean).set(true)).toBe("stored")
    expect(createPreference("wide", false, asBoolean).value()).toBe(true)
  })

  it.each([
    ["not JSON", "{"],
    ["another type", '"yes"'],
  ])("fall back to their initial value when storage holds %s", (_, stored) => {
    localStorage.setItem("muster.wide", stored)
    expect(createPreference("wide", false, asBoolean).value()).toBe(false)
  })

  it("hold for the page when the browser refuses storage", () => {
    vi.spyOn(Storage.prototype, "setItem").mockImplementation(() => {
      throw new DOMException("full", "QuotaExceededError")
    })
    const wide = createPreference("wide", false, asBoolean)
    expect(wide.set(true)).toBe("volatile")
    expect(wide.value()).toBe(true)
  })

  it("decode only what they name", () => {
    expect([asNumber(4), asNumber(Number.NaN), asNumber("4")]).toEqual([4, undefined, undefined])
    expect([asStrings(["a"]), asStrings([1])]).toEqual([["a"], undefined])
    expect([asOneOf(["a", "b"])("b"), asOneOf(["a", "b"])("c")]).toEqual(["b", undefined])
  })
})

describe("the theme", () => {
  it("marks the document and stores what theme.js reads before the first paint", () => {
    setTheme("dark")
    expect(document.documentElement.dataset["theme"]).toBe("dark")
    expect(localStorage.getItem("muster.theme")).toBe('"dark"')
    setTheme("system")
    expect(document.documentElement.dataset["theme"]).toBeUndefined()
    expect(theme()).toBe("system")
  })

  it("goes round", () => {
    expect([nextTheme("light"), nextTheme("dark"), nextTheme("system")]).toEqual(["dark", "system", "light"])
  })
})

describe("the teams of the rail", () => {
  const team = (id: string, name = id) => ({ id, name })
  const ids = (teams: ReadonlyArray<{ readonly id: string }>) => teams.map(({ id }) => id)

  beforeEach(() => {
    for (const { id } of [...pinnedTeams(), ...recentTeams()]) forgetTeam(id)
  })

  it("remembers the last ones opened, each once, newest first", () => {
    for (const id of ["a", "b", "a"]) rememberTeam(team(id))
    expect(ids(recentTeams())).toEqual(["a", "b"])
    for (let index = 0; index < RECENT_TEAMS + 3; index += 1) rememberTeam(team(`t${index}`))
    expect(recentTeams().length).toBe(RECENT_TEAMS)
  })

  it("shows a pinned team once, among the pinned, under its newest name", () => {
    rememberTeam(team("a", "Old"))
    togglePin(team("a", "Old"))
    rememberTeam(team("a", "New"))
    expect(pinnedTeams()).toEqual([{ id: "a", name: "New" }])
    expect(ids(recentTeams())).toEqual([])
    togglePin(team("a", "New"))
    expect([isPinned("a"), ids(recentTeams())]).toEqual([false, ["a"]])
  })
})
