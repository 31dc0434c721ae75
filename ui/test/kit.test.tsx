import { MemoryRouter, Route } from "@solidjs/router"
import { cleanup, render, screen } from "@solidjs/testing-library"
import { globSync, readFileSync } from "node:fs"
import { basename } from "node:path"
import { afterEach, describe, expect, it } from "vitest"
import { CommandProvider } from "#src/commands/context.ts"
import { chooseLanguage } from "#src/i18n/language.ts"
import KitPage from "#src/pages/kit/page.tsx"

const parts = globSync("src/parts/*.tsx").map((file) => basename(file))
const shown = ["src/pages/kit/page.tsx", ...globSync("src/pages/kit/sections/*.tsx")]
  .map((file) => readFileSync(file, "utf8"))
  .join("\n")

afterEach(async () => {
  cleanup()
  await chooseLanguage("en")
  localStorage.clear()
})

describe("the kit", () => {
  it.each(parts)("shows %s", (part) => {
    expect(parts.length).toBeGreaterThan(25)
    expect(shown).toContain(`#src/parts/${part}`)
  })

  it("is drawn as a whole, in both languages, and a part that fails there blanks no other", async () => {
    render(() => (
      <MemoryRouter>
        <Route
          path="*"
          component={() => (
            <CommandProvider>
              <KitPage />
            </CommandProvider>
          )}
        />
      </MemoryRouter>
    ))
    expect(screen.getAllByRole("region").length).toBeGreaterThan(10)
    screen.getByText("This pane failed to show")
    screen.getByRole("heading", { name: "Small parts" })
    await chooseLanguage("zh")
    screen.getByRole("heading", { name: "小部件" })
    screen.getByText("此窗格无法显示")
  })
})
