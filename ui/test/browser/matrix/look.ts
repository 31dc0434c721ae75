import { AxeBuilder } from "@axe-core/playwright"
import type { Page } from "playwright-core"
import type { Mood } from "../fake-answers.ts"

/** The rules that every page is judged by. */
const RULES = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"]

/** What a page waits for has come, or has been given up, or is on its way: as the mood says. */
export const isShown = async (page: Page, mood: Mood): Promise<void> => {
  await page.locator("h1").waitFor()
  if (mood === "loading") return page.locator("[data-component=skeleton]").first().waitFor()
  // The kit shows a skeleton for its own sake; what is drawn in a chunk of its own comes last there.
  if (page.url().endsWith("/kit")) return page.locator("[data-component=markdown]").waitFor()
  await page.waitForFunction(() => document.querySelector("[data-component=skeleton]") === null)
  if (mood === "error") await page.locator("[data-component=error-state], [data-component=banner]").first().waitFor()
  return undefined
}

/** Violations of the rules for accessibility on what is shown: rule and places. */
export const violationsOf = async (page: Page, except: ReadonlyArray<string> = []): Promise<ReadonlyArray<string>> => {
  const { violations } = await new AxeBuilder({ page })
    .withTags(RULES)
    .disableRules([...except])
    .analyze()
  return violations.map(
    ({ id, nodes }) => `${id}: ${nodes.map(({ html, failureSummary }) => html + failureSummary).join(" | ")}`,
  )
}
