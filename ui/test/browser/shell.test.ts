import type { Page } from "playwright-core"
import { afterAll, beforeAll, describe, expect, inject, it } from "vitest"
import { en } from "#src/i18n/en.ts"
import { pseudo } from "#src/i18n/pseudo.ts"
import { chromiumPath, serveBuilt } from "./chromium.ts"
import type { BuiltSite } from "./chromium.ts"
import { fakeMuster } from "./fake-muster.ts"
import { useBrowser } from "./use-browser.ts"

const PHONE = { viewport: { width: 390, height: 844 }, hasTouch: true }

describe.skipIf(chromiumPath === undefined)("the shell in a real browser (needs Chromium: set CHROMIUM_PATH)", () => {
  const muster = fakeMuster({ steps: 900 })
  const team = `/teams/${muster.teamId}`
  const { newPage } = useBrowser()
  let site: BuiltSite
  beforeAll(async () => {
    site = await serveBuilt(inject("dist"), muster)
  })
  afterAll(() => site?.close())

  const open = async (page: Page, path: string) => {
    await page.goto(site.url + path)
    await page.locator("h1").waitFor()
    await page.waitForFunction(() => document.querySelector("[data-component=skeleton]") === null)
  }
  /** A task whose output the dock can hold. */
  const taskWithOutput = () => {
    const found = Object.values(muster.view().tasks).find((task) => task.outputAssignmentId !== null)
    if (found === undefined) throw new RangeError("no task of the made-up life has output")
    return found
  }
  const dockOf = (page: Page) => page.getByRole("region", { name: "Dock" })
  const keepInDock = async (page: Page) => {
    await open(page, `${team}/live?task=${taskWithOutput().id}`)
    await page.getByRole("button", { name: "Keep in dock" }).click()
    await dockOf(page).getByRole("link", { name: "Open the task" }).waitFor()
  }

  it("speaks the language of the browser, another one at once, and that one again on the next visit", async () => {
    const page = await newPage({ locale: "zh-CN" })
    await open(page, "/me/appearance")
    await page.getByRole("heading", { level: 1, name: "偏好设置" }).waitFor()
    expect(await page.locator("html").getAttribute("lang")).toBe("zh-Hans")
    await page.getByText("English", { exact: true }).click()
    await page.getByRole("heading", { level: 1, name: "Preferences" }).waitFor()
    await page.reload()
    await page.getByRole("heading", { level: 1, name: "Preferences" }).waitFor()
    expect(await page.locator("html").getAttribute("lang")).toBe("en")
  })

  it.each(["/teams", "/me/keys", `${team}/live`, `${team}/tasks`, `${team}/replay`])(
    "leaves no text of the language before behind on %s",
    async (path) => {
      const page = await newPage()
      await open(page, `${path}?lang=pseudo`)
      const accented = () =>
        page.evaluate(() => {
          const isAccented = (text: string | null) => /[åéîöûþŧš]/.test(text ?? "")
          const walker = document.createTreeWalker(document.body, NodeFilter.SHOW_TEXT)
          const found: Array<string> = []
          for (let node = walker.nextNode(); node !== null; node = walker.nextNode())
            if (isAccented(node.textContent)) found.push(node.textContent ?? "")
          for (const name of ["aria-label", "title", "placeholder"])
            for (const element of document.querySelectorAll(`[${name}]`))
              if (isAccented(element.getAttribute(name))) found.push(element.getAttribute(name) ?? "")
          return found
        })
      expect((await accented()).length).toBeGreaterThan(10)
      await page.keyboard.press("Control+k")
      await page.keyboard.type("language")
      await page.getByRole("option").filter({ hasText: "Éñĝļîîšħ" }).click()
      await page.getByRole("combobox").waitFor({ state: "detached" })
      await page.getByText("Skip to content").waitFor({ state: "attached" })
      expect(await accented()).toEqual([])
    },
  )

  it("names the commands of pages that are not open in the language of the page", async () => {
    const page = await newPage()
    await open(page, `${team}/replay`)
    await open(page, "/me/keys")
    const titles = () => page.getByRole("rowheader").allInnerTexts()
    expect(await titles()).toContain(en["timeline.failure-later"])
    await open(page, "/me/keys?lang=pseudo")
    expect(await titles()).toContain(pseudo["timeline.failure-later"])
    expect(await titles()).not.toContain(en["timeline.failure-later"])
  })

  it("keeps its language and says so when the texts of another one cannot be loaded", async () => {
    const page = await newPage()
    await open(page, "/me/appearance")
    await page.route(/\/assets\/zh-/, (route) => route.abort())
    await page.getByText("中文", { exact: true }).click()
    await page.getByText("The texts in 中文 could not be loaded").waitFor()
    expect(await page.getByRole("heading", { level: 1 }).textContent()).toBe("Preferences")
  })

  it.each(["/teams", "/models", "/me/appearance", "/me/keys", `${team}/live`, `${team}/tasks`, `${team}/settings`])(
    "cuts no control short on %s in a language that takes much more room",
    async (path) => {
      const page = await newPage()
      await open(page, `${path}?lang=pseudo`)
      await page.evaluate(() => document.fonts.ready)
      const cut = await page.evaluate(() => {
        // A row of data may end with an ellipsis: what it holds stands in full where it leads to.
        const isRow = '[data-component="task-row"]'
        const controls = document.querySelectorAll(`main :is(button:not(${isRow}), [role=tab], nav a, label, legend)`)
        // What a person named may be cut short; texts of the dictionary are accented in this language.
        const isCut = (element: Element) =>
          /[éåöûîñ]/.test(element.textContent) &&
          !element.classList.contains("visually-hidden") &&
          element.clientWidth > 0 &&
          element.scrollWidth > element.clientWidth + 1
        return [...controls]
          .flatMap((control) => [control, ...control.querySelectorAll("*")])
          .filter((element) => isCut(element) && ![...element.children].some(isCut))
          .map((element) => element.outerHTML.slice(0, 160))
      })
      expect(cut).toEqual([])
    },
  )

  it("keeps the output of a task in the dock over pages and reloads, over one stream", async () => {
    const page = await newPage()
    const followed: Array<string> = []
    page.on("websocket", (socket) =>
      socket.on("framesent", ({ payload }) => {
        if (String(payload).includes(`"stream":"team:${muster.teamId}"`)) followed.push(String(payload))
      }),
    )
    await keepInDock(page)
    await dockOf(page).getByText("Live", { exact: true }).waitFor()
    expect(followed).toHaveLength(1)
    await page.getByRole("button", { name: "Close task" }).click()
    await page.getByRole("link", { name: "Models" }).click()
    await page.getByRole("heading", { level: 1, name: "Models" }).waitFor()
    await dockOf(page).getByText("Live", { exact: true }).waitFor()
    await page.reload()
    await dockOf(page).getByRole("link", { name: "Open the task" }).click()
    await page.getByRole("dialog", { name: taskWithOutput().title }).waitFor()
  })

  it("shows, resizes, minimises and empties the dock by keyboard alone", async () => {
    const page = await newPage()
    await keepInDock(page)
    const pane = dockOf(page).locator("[data-pane]")
    await page.keyboard.press("Escape")
    await page.keyboard.press("Control+`")
    expect(await pane.isVisible()).toBe(false)
    await page.keyboard.press("Control+`")
    expect(await pane.isVisible()).toBe(true)
    expect(await pane.evaluate((element) => element === document.activeElement)).toBe(true)
    const border = page.getByRole("separator", { name: "Height of the dock" })
    const height = async () => Number(await border.getAttribute("aria-valuenow"))
    const before = await height()
    await border.focus()
    await page.keyboard.press("ArrowUp")
    expect(await height()).toBeGreaterThan(before)
    await dockOf(page)
      .getByRole("button", { name: /^Close T-/ })
      .press("Enter")
    await dockOf(page).waitFor({ state: "detached" })
  })

  it("shows nobody the dock of another person", async () => {
    const page = await newPage()
    await keepInDock(page)
    await page.evaluate(() => {
      const kept = JSON.parse(localStorage.getItem("muster.dock") ?? "{}") as object
      localStorage.setItem("muster.dock", JSON.stringify({ ...kept, owner: "somebody else" }))
    })
    await open(page, "/teams")
    expect(await dockOf(page).count()).toBe(0)
  })

  it("gives a command other keys, tells whose keys they were, and answers to them from then on", async () => {
    const page = await newPage()
    await open(page, "/me/keys")
    await page.getByRole("button", { name: "Change the keys of “Go to models”" }).click()
    const dialog = page.getByRole("dialog", { name: /Go to models/ })
    await dialog.getByRole("textbox").waitFor()
    await page.keyboard.press("Control+t")
    await dialog.getByText("The browser keeps these keys for itself.").waitFor()
    await page.keyboard.press("Backspace")
    await page.keyboard.press("g")
    await page.keyboard.press("t")
    await dialog.getByText("These keys belong to “Go to teams”.").waitFor()
    await dialog.getByRole("button", { name: "Take them from “Go to teams”" }).click()
    await dialog.waitFor({ state: "detached" })
    await page.keyboard.press("g")
    await page.keyboard.press("t")
    await page.getByRole("heading", { level: 1, name: "Models" }).waitFor()
    await open(page, "/me/keys")
    await page.getByRole("button", { name: "Reset all" }).click()
    await page.keyboard.press("g")
    await page.keyboard.press("t")
    await page.getByRole("heading", { level: 1, name: "Teams" }).waitFor()
  })

  it("shows what runs at the lower edge of every page, and keeps what failed until it was read", async () => {
    const page = await newPage()
    await open(page, "/teams")
    await page.getByRole("button", { name: "Operations", exact: true }).waitFor()
    await page.keyboard.press("Control+k")
    await page.keyboard.type("parts of this interface")
    await page.keyboard.press("Enter")
    await page.getByRole("button", { name: "Start an operation" }).click()
    await page.getByRole("button", { name: "1 operation failed" }).click()
    const centre = page.getByRole("dialog", { name: "Operations" })
    await centre.getByText("T-7: it has ended already").waitFor()
    await centre.getByText("Partly done").waitFor()
    await page.keyboard.press("Escape")
    await page.getByRole("button", { name: "Operations", exact: true }).click()
    await centre.getByRole("button", { name: "Take “Cancel 12 tasks” off the list" }).click()
    await centre.getByText("Nothing is running").waitFor()
  })

  it("finds teams, tasks and members in the palette and leads to them", async () => {
    const page = await newPage()
    await open(page, `${team}/history`)
    const task = taskWithOutput()
    await page.keyboard.press("Control+k")
    await page.keyboard.type(`T-${task.number}`)
    await page
      .getByRole("option", { name: new RegExp(`^T-${task.number} `) })
      .first()
      .waitFor()
    await page.keyboard.press("Enter")
    await page.getByRole("dialog", { name: new RegExp(`^T-${task.number} `) }).waitFor()
    await open(page, "/models")
    await page.keyboard.press("Control+k")
    await page.keyboard.type(muster.view().team?.name ?? "")
    await page.getByRole("option", { name: /Team$/ }).first().click()
    await page.getByRole("heading", { level: 1, name: muster.view().team?.name ?? "" }).waitFor()
  })

  it("stays whole while a page takes longer to come than the clock takes to tick", async () => {
    const page = await newPage()
    const name = muster.view().team?.name ?? ""
    await open(page, `${team}/history`)
    // It is remembered when its name is known, which may be after its page stands.
    await page.locator("[data-component=rail]").getByRole("link", { name, exact: true }).waitFor()
    await open(page, "/models")
    // The frame of the team comes at once, the page inside it late: in between the old page is in sight and the clock ticks.
    await page.route(/\/assets\/live-(?!team)/, async (route) => {
      await page.evaluate(() => new Promise((resolve) => setTimeout(resolve, 2_500)))
      await route.continue()
    })
    await page.getByRole("link", { name, exact: true }).click()
    await page.getByRole("heading", { level: 1, name, exact: true }).waitFor()
  })

  it("changes the heights of controls and rows with the density, and remembers it before the first paint", async () => {
    const page = await newPage()
    await open(page, "/me/appearance")
    const heights = () =>
      page.evaluate(() => {
        const style = getComputedStyle(document.documentElement)
        return [style.getPropertyValue("--control"), style.getPropertyValue("--row")]
      })
    expect(await heights()).toEqual(["32px", "36px"])
    await page.getByText("Compact", { exact: true }).click()
    expect(await heights()).toEqual(["28px", "28px"])
    await page.route(/\/assets\/.*\.js/, (route) => route.abort())
    await page.goto(`${site.url}/teams`, { waitUntil: "commit" })
    await page.waitForFunction(() => document.documentElement.dataset["density"] === "compact")
  })

  it("has its places at the lower edge of a phone, and the rest in a drawer that goes when a page comes", async () => {
    const page = await newPage(PHONE)
    await open(page, `${team}/tasks`)
    const bar = page.getByRole("navigation", { name: "Main" })
    const box = await bar.boundingBox()
    expect((box?.y ?? 0) + (box?.height ?? 0)).toBe(PHONE.viewport.height)
    await bar.getByRole("button", { name: "More" }).click()
    const drawer = page.getByRole("dialog", { name: "Muster" })
    await drawer.getByRole("button", { name: "Ada" }).waitFor()
    await drawer.getByRole("link", { name: "Models" }).click()
    await drawer.waitFor({ state: "detached" })
    await page.getByRole("heading", { level: 1, name: "Models" }).waitFor()
  })
})
