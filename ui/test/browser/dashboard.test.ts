import { readFileSync } from "node:fs"
import { join } from "node:path"
import { gzipSync } from "node:zlib"
import type { Browser, Page } from "playwright-core"
import { afterAll, beforeAll, describe, expect, inject, it } from "vitest"
import { chromiumPath, launchChromium, serveBuilt } from "./chromium.ts"
import type { BuiltSite } from "./chromium.ts"
import { fakeMuster } from "./fake-muster.ts"
import { isShown, violationsOf } from "./matrix/look.ts"

const INITIAL_SCRIPT_BUDGET_KB = 130
const STYLE_BUDGET_KB = 25
const LIST_ELEMENTS_MAX = 600

const muster = fakeMuster({ steps: 900 })
const TEAM = `/teams/${muster.teamId}`
const CODES = { spent: { status: 401, type: "code-refused" }, fresh: { status: 200 } }

const newSchedule = async (page: Page) => {
  await page.getByRole("link", { name: "Schedules" }).click()
  await page.getByRole("button", { name: "New schedule" }).first().click()
}
const throwSwitch = async (page: Page) => {
  await page.getByRole("link", { name: "Settings" }).click()
  const lift = page.getByRole("button", { name: "Lift the kill switch" }).last()
  const thrown = page.getByRole("button", { name: "Throw the kill switch…" })
  await lift.or(thrown).first().waitFor()
  // The made-up life may have left it on: then the way back is judged.
  await ((await thrown.count()) > 0 ? thrown : lift).click()
}

const dist = inject("dist")

describe("the built dashboard", () => {
  const gzipKb = (files: ReadonlyArray<string>) =>
    files.reduce((sum, file) => sum + gzipSync(readFileSync(join(dist, file))).length, 0) / 1024

  it("starts within its budget of scripts and styles", () => {
    const html = readFileSync(join(dist, "index.html"), "utf8")
    const linked = [...html.matchAll(/(?:src|href)="\/([^"]+\.(?:js|css))"/g)].map(([, file]) => file ?? "")
    expect(linked.length).toBeGreaterThan(1)
    expect(gzipKb(linked.filter((file) => file.endsWith(".js")))).toBeLessThan(INITIAL_SCRIPT_BUDGET_KB)
    // As of the first load: the styles of a page come with its chunk.
    expect(gzipKb(linked.filter((file) => file.endsWith(".css")))).toBeLessThan(STYLE_BUDGET_KB)
  })

  it("has no inline script or style and names no other host", () => {
    const html = readFileSync(join(dist, "index.html"), "utf8")
    expect(html).not.toMatch(/<script(?![^>]*\bsrc=)[^>]*>|<style|\sstyle=|https?:/)
  })
})

describe.skipIf(chromiumPath === undefined)("in a real browser (needs Chromium: set CHROMIUM_PATH)", () => {
  let site: BuiltSite
  let browser: Browser
  beforeAll(async () => {
    site = await serveBuilt(dist, muster, CODES)
    browser = await launchChromium()
  })
  afterAll(async () => {
    await browser.close()
    await site.close()
  })

  /** Runs in a page of its own and fails on any error or policy violation the page reports. */
  async function inPage<T>(
    options: { readonly colorScheme?: "light" | "dark"; readonly width?: number },
    run: (page: Page) => Promise<T>,
  ): Promise<T> {
    const context = await browser.newContext({
      colorScheme: options.colorScheme ?? "light",
      viewport: { width: options.width ?? 1360, height: 800 },
      reducedMotion: "reduce",
    })
    const page = await context.newPage()
    const complaints: Array<string> = []
    page.on("pageerror", (error) => complaints.push(error.message))
    page.on("console", (message) => {
      // A refused request is an answer that the sign-in page asks for.
      if (message.type() === "error" && !message.text().startsWith("Failed to load resource"))
        complaints.push(message.text())
    })
    try {
      const result = await run(page)
      expect(complaints).toEqual([])
      return result
    } finally {
      await context.close()
    }
  }
  const open = async (page: Page, path: string) => {
    await page.goto(site.url + path)
    await isShown(page, "full")
  }
  describe.each(["light", "dark"] as const)("in the %s theme", (colorScheme) => {
    it.each([
      ["the palette", (page: Page) => page.keyboard.press("Control+k"), "dialog"],
      ["the key sheet", (page: Page) => page.keyboard.press("?"), "dialog"],
      ["a dialog", (page: Page) => page.getByRole("button", { name: "Open dialog" }).click(), "dialog"],
      ["a sheet", (page: Page) => page.getByRole("button", { name: "Open sheet" }).click(), "dialog"],
      ["a menu", (page: Page) => page.getByRole("button", { name: "More", exact: true }).click(), "menu"],
      ["a select", (page: Page) => page.getByRole("button", { name: /Priority/ }).click(), "listbox"],
      ["a toast", (page: Page) => page.getByRole("button", { name: "Show failure" }).click(), "status"],
    ] as const)("%s has no accessibility violation", (_, show, role) =>
      inPage({ colorScheme }, async (page) => {
        await open(page, "/kit")
        await show(page)
        await page.getByRole(role).last().waitFor()
        // A popup hangs at the end of the document and belongs to its control, not to a landmark.
        expect(await violationsOf(page, role === "menu" || role === "listbox" ? ["region"] : [])).toEqual([])
      }),
    )
  })

  describe.each(["light", "dark"] as const)("on a team in the %s theme", (colorScheme) => {
    it.each([
      ["a task's panel", (page: Page) => page.locator("[data-task]").first().click(), "T-"],
      ["the dispatch sheet", (page: Page) => page.keyboard.press("d"), "Dispatch a task"],
      ["the form of a member", (page: Page) => page.keyboard.press("m"), "Add a member"],
      ["the form of a schedule", newSchedule, "New schedule"],
      ["the kill switch", throwSwitch, /Stop everything in|Lift the kill switch/],
    ] as const)("%s has no accessibility violation", (_, show, name) =>
      inPage({ colorScheme }, async (page) => {
        await open(page, `${TEAM}/live`)
        await show(page)
        await page.getByRole("dialog", { name }).waitFor()
        expect(await violationsOf(page)).toEqual([])
      }),
    )
  })

  describe.each(["light", "dark"] as const)("on the models in the %s theme", (colorScheme) => {
    const differ = (page: Page) => page.getByRole("button", { name: "Let somebody differ…" }).click()
    const check = (page: Page) => page.getByRole("button", { name: "Check the model of Organisation" }).click()
    const asked = (page: Page) => page.getByRole("dialog", { name: "A model of their own" })
    const said = (page: Page) => page.getByText("The endpoint refuses the key (401). (12 ms)")
    it.each([
      ["the form of an endpoint", differ, asked],
      ["what a check has said", check, said],
    ] as const)("%s has no accessibility violation", (_, show, shown) =>
      inPage({ colorScheme }, async (page) => {
        await open(page, "/models")
        await show(page)
        await shown(page).waitFor()
        expect(await violationsOf(page)).toEqual([])
      }),
    )
  })

  it("sends a member's own model to where it belongs, and keeps no key on the page", () =>
    inPage({}, async (page) => {
      const sent: Array<string> = []
      await page.route(/\/members\/[^/]+\/model$/, async (route) => {
        const request = route.request()
        sent.push(`${request.method()} ${new URL(request.url()).pathname} ${request.postData() ?? ""}`)
        await route.fulfill({ json: { id: "m", position: "1" } })
      })
      const { team, members } = muster.view()
      const member = Object.values(members).find(({ isRemoved }) => !isRemoved)
      await open(page, "/models")
      await page.getByRole("button", { name: "Let somebody differ…" }).click()
      const dialog = page.getByRole("dialog", { name: "A model of their own" })
      await dialog.getByRole("button", { name: /^Team/ }).click()
      await page.getByRole("option", { name: team?.name ?? "", exact: true }).click()
      await dialog.getByRole("button", { name: /^Member/ }).click()
      await page.getByRole("option", { name: `@${member?.handle}`, exact: true }).click()
      await dialog.getByLabel("Base URL").fill("https://own.example/v1")
      await dialog.getByLabel("Model").fill("own")
      await dialog.getByLabel("Key", { exact: true }).fill("sk-own-key")
      await dialog.getByRole("button", { name: "Save" }).click()
      await dialog.waitFor({ state: "detached" })
      const body = '{"baseUrl":"https://own.example/v1","model":"own","key":"sk-own-key"}'
      expect(sent).toEqual([`POST /api/v1/teams/${muster.teamId}/members/${member?.id}/model ${body}`])
      await page.getByRole("button", { name: "Let somebody differ…" }).click()
      expect(await dialog.getByLabel("Key", { exact: true }).inputValue()).toBe("")
    }))

  it("applies a chosen theme before anything is painted", () =>
    inPage({ colorScheme: "light" }, async (page) => {
      await open(page, "/teams")
      await page.evaluate(() => localStorage.setItem("muster.theme", '"dark"'))
      // Nothing but the document and theme.js arrives, so what is set was not set by the application.
      await page.route(/\/assets\//, (route) => route.abort())
      await page.goto(`${site.url}/teams`, { waitUntil: "commit" })
      await page.waitForFunction(() => document.documentElement.dataset["theme"] === "dark")
    }))

  it("takes the code out of the address, sends it in a body alone, and leaves no history entry with it", () =>
    inPage({}, async (page) => {
      const addresses: Array<string> = []
      page.on("request", (request) => addresses.push(request.url() + (request.headers()["referer"] ?? "")))
      muster.setSignedIn(false)
      await open(page, "/signin#code=spent")
      await page.getByRole("heading", { name: "This link does not work" }).waitFor()
      expect(page.url()).toBe(`${site.url}/signin`)
      expect(addresses.filter((address) => address.includes("spent"))).toEqual([])
      await page.goto(`${site.url}/signin#code=fresh`)
      await page.getByRole("heading", { level: 1, name: "Needs you" }).waitFor()
      expect(page.url()).toBe(`${site.url}/`)
    }))

  it("types into the palette from the first key on, and gives the focus back on Escape", () =>
    inPage({}, async (page) => {
      await open(page, "/kit")
      await page.getByRole("button", { name: "Open sheet" }).focus()
      await page.keyboard.press("Control+k")
      await page.keyboard.type("theme")
      expect(await page.getByRole("combobox").inputValue()).toBe("theme")
      await page.keyboard.press("Escape")
      await page.getByRole("combobox").waitFor({ state: "detached" })
      await page.waitForFunction(() => document.activeElement?.textContent === "Open sheet")
    }))

  it("draws a list of ten thousand rows with few elements, follows its end, and keeps the reader's place", () =>
    inPage({}, async (page) => {
      await open(page, "/kit")
      const log = page.getByRole("log", { name: "Events" })
      const rows = log.getByRole("listitem")
      const shows = (text: string) => log.getByText(text, { exact: true }).waitFor()
      await shows("49999")
      expect(await log.locator("*").count()).toBeLessThan(LIST_ELEMENTS_MAX)
      expect(await rows.first().getAttribute("aria-setsize")).toBe("10000")

      await page.getByRole("button", { name: "Add 100 events" }).click()
      await shows("50099")

      await log.evaluate((element) => element.scrollTo({ top: 5_000 * 28 }))
      await shows("45000")
      const topOf = () =>
        log.evaluate((element) => {
          const row = [...element.querySelectorAll("[data-slot=row]")].find((each) =>
            each.textContent.startsWith("45000"),
          )
          return Math.round((row?.getBoundingClientRect().top ?? Number.NaN) - element.getBoundingClientRect().top)
        })
      const before = await topOf()
      await page.getByRole("button", { name: "Add 100 older" }).click()
      await page.getByRole("button", { name: "Add 100 events" }).click()
      await page.waitForFunction(
        () => document.querySelector("[data-slot=row]")?.getAttribute("aria-setsize") === "10300",
      )
      await shows("45000")
      expect(Math.abs((await topOf()) - before)).toBeLessThanOrEqual(1)
    }))

  it("moves the border of split panes by keyboard and remembers it", () =>
    inPage({}, async (page) => {
      await open(page, "/kit")
      const border = page.getByRole("separator", { name: "Width of the chat" })
      await border.focus()
      await page.keyboard.press("ArrowLeft")
      await page.reload()
      await isShown(page, "full")
      expect(await border.getAttribute("aria-valuenow")).toBe("60")
    }))
})
