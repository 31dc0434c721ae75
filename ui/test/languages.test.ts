import { readFileSync } from "node:fs"
import { runInNewContext } from "node:vm"
import { createEffect, createRoot } from "solid-js"
import { afterEach, describe, expect, it } from "vitest"
import { en } from "#src/i18n/en.ts"
import { listText, numberText } from "#src/i18n/format.ts"
import { t, tn } from "#src/i18n/index.ts"
import {
  browserLanguage,
  chooseLanguage,
  language,
  localeOf,
  showLanguage,
  wantedLanguage,
} from "#src/i18n/language.ts"
import { pseudo, pseudoText } from "#src/i18n/pseudo.ts"
import { zh } from "#src/i18n/zh.ts"
import { absoluteTime } from "#src/lib/time.ts"

const keys = Object.keys(en) as ReadonlyArray<keyof typeof en>
const placeholders = (text: string) => [...new Set(text.match(/\{\{ [\w-]+ \}\}|\{\w+\}/g))].toSorted()

afterEach(async () => {
  await chooseLanguage("en")
  localStorage.clear()
})

describe("every language", () => {
  it.each([
    ["zh", zh],
    ["pseudo", pseudo],
  ] as const)("%s has the texts of English, each with the same placeholders, none of them empty", (_, texts) => {
    expect(Object.keys(texts).toSorted()).toEqual([...keys].toSorted())
    const different = keys.filter((key) => placeholders(texts[key]).join() !== placeholders(en[key]).join())
    expect(different).toEqual([])
    expect(keys.filter((key) => texts[key].trim() === "")).toEqual([])
  })

  it("Chinese says everything in Chinese but names, signs and commands", () => {
    const hasWords = (text: string) => /[a-z]{2}/i.test(text.replaceAll(/\{\{ [\w-]+ \}\}/g, ""))
    const latin = keys.filter((key) => hasWords(zh[key]) && !/\p{Script=Han}/u.test(zh[key]))
    const isName = (text: string) =>
      /^(Muster|English|JSON|OpenClaw|opencode|Claude Code|Codex|Gemini CLI|Hermes|bootstrap\.json|npm run [\w -]+|\/[a-z].*)$/.test(
        text,
      )
    expect(latin.filter((key) => !isName(zh[key].replace(/^\{\{ [\w-]+ \}\} · /, "")))).toEqual([])
  })

  it("the pseudo language is longer by 40 % and leaves no plain letter", () => {
    const tooShort = keys.filter((key) => pseudo[key].length < en[key].length * 1.4)
    expect(tooShort).toEqual([])
    expect(pseudoText("Send {{ n }} now")).toMatch(/^[^a-zA-Z]+\{\{ n \}\}[^a-zA-Z]+$/)
  })
})

describe("the language of the page", () => {
  it("is the one the browser prefers among those there are, else English", () => {
    expect(browserLanguage(["fr-FR", "zh-CN", "en"])).toBe("zh")
    expect(browserLanguage(["fr"])).toBe("en")
  })

  it("is the chosen one on the next visit, and the one of the address for one visit", async () => {
    await chooseLanguage("zh")
    expect(wantedLanguage("")).toBe("zh")
    expect(wantedLanguage("?lang=pseudo")).toBe("pseudo")
    expect(wantedLanguage("?lang=xx")).toBe("zh")
  })

  it("changes without a reload wherever a text is shown, and tells the document", async () => {
    const seen: Array<string> = []
    const dispose = createRoot((end) => {
      createEffect(() => seen.push(t("common.close")))
      return end
    })
    await chooseLanguage("zh")
    dispose()
    expect(seen).toEqual(["Close", "关闭"])
    expect(document.documentElement.lang).toBe("zh-Hans")
    expect(language()).toBe("zh")
  })

  it("of two choices the second holds, whichever texts come first", async () => {
    const first = showLanguage("zh")
    const second = showLanguage("en")
    await Promise.all([first, second])
    expect(language()).toBe("en")
  })

  it("formats counts, numbers, lists and moments by its own rules", async () => {
    expect([tn("history.count", 1), tn("history.count", 12_345)]).toEqual(["1 event", "12,345 events"])
    const english = absoluteTime(0)
    await chooseLanguage("zh")
    expect(tn("history.count", 1)).toBe("1 个事件")
    expect(numberText(12_345.5)).toBe("12,345.5")
    expect(listText(["甲", "乙"])).not.toContain(",")
    expect(absoluteTime(0)).toContain("1970年")
    expect(absoluteTime(0)).not.toBe(english)
  })

  it("is formatted in the browser's variant of it, not in another language", () => {
    expect(localeOf("en", ["zh-CN", "en-GB"])).toBe("en-GB")
    expect(localeOf("zh", ["en-US"])).toBe("zh-Hans")
    expect(localeOf("pseudo", ["zh-CN"])).toBe("en")
  })

  it.each([
    ['"zh"', ["en-US"], "zh-Hans"],
    ['"browser"', ["fr", "zh-TW"], "zh-Hans"],
    [null, ["de"], "en"],
  ])("is told to the document before the first paint: stored %s, browser %o", (stored, languages, tag) => {
    if (stored !== null) localStorage.setItem("muster.language", stored)
    document.documentElement.lang = ""
    runInNewContext(readFileSync("public/theme.js", "utf8"), { document, localStorage, navigator: { languages } })
    expect(document.documentElement.lang).toBe(tag)
  })
})
