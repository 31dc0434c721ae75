import { cleanup, fireEvent, render, screen, waitFor } from "@solidjs/testing-library"
import fc from "fast-check"
import { createSignal } from "solid-js"
import { afterEach, describe, expect, it } from "vitest"
import { absoluteTime } from "#src/lib/time.ts"
import { CODE_FOLD_LINES } from "#src/limits.ts"
import { Button } from "#src/parts/button.tsx"
import { CodeBlock } from "#src/parts/code-block.tsx"
import { Dialog } from "#src/parts/dialog.tsx"
import { formattedHtml, isPlain, markdownHtml } from "#src/parts/markdown-html.ts"
import { Progress } from "#src/parts/progress.tsx"
import { RelativeTime } from "#src/parts/relative-time.tsx"
import { Slider } from "#src/parts/slider.tsx"
import { StateBadge } from "#src/parts/state-badge.tsx"
import { TextField } from "#src/parts/text-field.tsx"

afterEach(cleanup)

describe("Button", () => {
  it("swallows presses while it is busy and keeps the focus", () => {
    let presses = 0
    render(() => (
      <Button busy onClick={() => (presses += 1)}>
        {"go"}
      </Button>
    ))
    const button = screen.getByRole("button")
    button.focus()
    fireEvent.click(button)
    expect(presses).toBe(0)
    expect(document.activeElement).toBe(button)
    expect(button.getAttribute("aria-busy")).toBe("true")
  })
})

describe("TextField", () => {
  it("ties label, hint and error to the input", () => {
    const [error, setError] = createSignal<string>()
    render(() => <TextField label={"Name"} hint={"Short"} error={error()} value={""} onInput={() => undefined} />)
    const input = screen.getByLabelText("Name")
    const described = () =>
      (input.getAttribute("aria-describedby") ?? "")
        .split(" ")
        .map((id) => document.querySelector(`[id="${id}"]`)?.textContent ?? "")
        .join("")
    expect([described(), input.getAttribute("aria-invalid")]).toEqual(["Short", null])
    setError("Taken")
    expect([described(), input.getAttribute("aria-invalid")]).toEqual(["Taken", "true"])
  })
})

describe("StateBadge", () => {
  it("says the state in a word, with what completes it", () => {
    render(() => <StateBadge state="running" detail={"62%"} />)
    expect(screen.getByText("Running 62%")).toBeDefined()
  })
})

describe("Progress", () => {
  it("shows no number that was not reported", () => {
    render(() => <Progress label={"Draft"} />)
    const bar = screen.getByRole("progressbar")
    expect(bar.hasAttribute("aria-valuenow")).toBe(false)
    expect(bar.getAttribute("aria-valuetext")).toBe("Under way, no percentage reported")
  })

  it("keeps a reported number within its bounds", () => {
    render(() => <Progress label={"Draft"} percent={140} />)
    expect(screen.getByRole("progressbar").getAttribute("aria-valuenow")).toBe("100")
  })
})

describe("Slider", () => {
  it("reads out what the value means", () => {
    render(() => (
      <Slider label={"Position"} min={1} max={9} value={4} valueText={"4, task failed"} onInput={() => undefined} />
    ))
    expect(screen.getByRole("slider", { name: "Position" }).getAttribute("aria-valuetext")).toBe("4, task failed")
  })
})

describe("RelativeTime", () => {
  it("carries the exact time, and says it to who points at it", () => {
    render(() => <RelativeTime at={Date.now() - 125_000} />)
    const time = screen.getByText("2m")
    expect(Date.now() - Date.parse(time.getAttribute("datetime") ?? "")).toBeGreaterThanOrEqual(125_000)
    expect(time.title).toBe("")
    fireEvent.pointerEnter(time)
    expect(time.title).toBe(absoluteTime(Date.parse(time.getAttribute("datetime") ?? "")))
  })
})

describe("CodeBlock", () => {
  const lines = (count: number) => Array.from({ length: count }, (_, index) => `line ${index + 1}.`).join("\n")

  it("folds what is longer than its limit and opens it on demand", () => {
    render(() => <CodeBlock code={lines(CODE_FOLD_LINES + 2)} label={"out"} />)
    const shown = () => screen.getByRole("region").textContent?.split("\n").length
    expect(shown()).toBe(CODE_FOLD_LINES)
    fireEvent.click(screen.getByText("Show 2 more lines"))
    expect(shown()).toBe(CODE_FOLD_LINES + 2)
  })

  it("shows all of what fits", () => {
    render(() => <CodeBlock code={lines(CODE_FOLD_LINES)} label={"out"} />)
    expect(screen.queryByText(/more line/)).toBeNull()
  })
})

describe("Dialog", () => {
  it("closes on Escape and gives the focus back", async () => {
    const [isOpen, setOpen] = createSignal(false)
    render(() => (
      <>
        <button onClick={() => setOpen(true)}>{"open"}</button>
        <Dialog open={isOpen()} onOpenChange={setOpen} title={"Sure?"} />
      </>
    ))
    const opener = screen.getByText("open")
    opener.focus()
    fireEvent.click(opener)
    await waitFor(() => expect(screen.getByRole("dialog").contains(document.activeElement)).toBe(true))
    fireEvent.keyDown(document.activeElement ?? document.body, { key: "Escape" })
    await waitFor(() => expect(document.activeElement).toBe(opener))
    expect(screen.queryByRole("dialog")).toBeNull()
  })
})

describe("Markdown of unknown origin", () => {
  it.each([
    ["a script", "<script>alert(1)</script>ok"],
    ["an event handler", '<p onclick="alert(1)">ok</p>'],
    ["a script address", "[ok](javascript:alert(1))"],
    ["a picture that calls another host", "ok ![x](https://example.org/x.png)"],
    ["a style", '<p style="position:fixed">ok</p>'],
    ["a form", '<form action="https://example.org"><input name="x">ok</form>'],
    ["a frame", '<iframe src="https://example.org"></iframe>ok'],
    ["an address without a scheme that leaves the host", "[ok](//example.org)"],
  ])("loses %s and keeps its words", (_, source) => {
    const html = markdownHtml(source)
    expect(html).not.toMatch(/script|onclick|<img|style|<form|<input|<iframe|example\.org/)
    expect(html).toContain("ok")
  })

  it("opens links apart from the page", () => {
    expect(markdownHtml("[notes](https://example.org)")).toContain('rel="noopener noreferrer"')
  })

  it("is left as it is where it has nothing to format", () => {
    for (const text of [
      "Done. The list is in the result, sorted by size. (7)",
      "Wird gemacht: 3 von 5 – gut?",
      "好的。",
    ])
      expect([isPlain(text), markdownHtml(text)]).toEqual([true, formattedHtml(text)])
    const single = "aZé7 好  .,:;?!()'\"%-–_*`~#<>&[]|=+/\\@\nT".split("")
    const signs = fc.constantFrom(...single, "T-1", "www.", "1. ", "http:", "- ", "e")
    const texts = fc.array(signs, { maxLength: 12 }).map((parts) => parts.join(""))
    fc.assert(fc.property(texts, (text) => !isPlain(text) || markdownHtml(text) === formattedHtml(text)))
    expect(fc.sample(texts, { numRuns: 500, seed: 7 }).some(isPlain)).toBe(true)
  })

  it.each([
    "1. one",
    "12) twelve",
    "see T-12",
    "www.example.org",
    "a  ",
    " a",
    "-",
    "one\ntwo",
    "*a*",
    "a & b",
    "a < b",
  ])("is formatted when it may mean more: %j", (text) => {
    expect(isPlain(text)).toBe(false)
    expect(markdownHtml(text)).toBe(formattedHtml(text))
  })

  it("starts its headings below those of the page", () => {
    expect(markdownHtml("# One\n\n###### Six").replaceAll("\n", "")).toBe("<h3>One</h3><h6>Six</h6>")
    expect(markdownHtml("### Three\n\n#### Four").replaceAll("\n", "")).toBe("<h3>Three</h3><h4>Four</h4>")
  })
})
