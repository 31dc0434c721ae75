import type { ArtifactDoc } from "@muster/contracts"
import { cleanup, render, screen } from "@solidjs/testing-library"
import { afterEach, describe, expect, it, vi } from "vitest"
import { PREVIEW_MAX_BYTES } from "#src/limits.ts"
import { ArtifactPreview } from "#src/team/task/artifact-preview.tsx"
import { imageType, kindOf, notShown } from "#src/team/task/artifact-kind.ts"
import { parseSeparated } from "#src/team/task/separated-values.ts"

const file = (name: string, mediaType = "application/octet-stream", size = 10) => ({ name, mediaType, size })

describe("how a file is shown", () => {
  it.each([
    ["notes/README.md", "", "markdown"],
    ["a.json", "text/plain", "json"],
    ["a.csv", "", "table"],
    ["a.PNG", "", "image"],
    ["drawing.svg", "", "image"],
    ["page.html", "text/html", "text"],
    ["page", "text/html; charset=utf-8", "text"],
    ["data", "application/json", "json"],
    ["report.pdf", "", "pdf"],
    ["program", "", "other"],
    ["archive.zip", "application/zip", "other"],
  ])("%s (%s) as %s", (name, mediaType, kind) => expect(kindOf(file(name, mediaType))).toBe(kind))

  it("not at all when it is large, unknown or a PDF", () => {
    expect(notShown(file("a.txt", "", PREVIEW_MAX_BYTES))).toBeUndefined()
    expect(notShown(file("a.txt", "", PREVIEW_MAX_BYTES + 1))).toBe("too-large")
    expect([notShown(file("a.pdf")), notShown(file("a.exe"))]).toEqual(["pdf", "unknown"])
  })

  it("as a picture of a known type only, whatever it claims to be", () => {
    expect(imageType(file("x.svg", "text/html"))).toBe("image/svg+xml")
    expect(imageType(file("x", "image/webp"))).toBe("image/webp")
    expect(imageType(file("x", "text/html"))).toBe("image/png")
  })
})

describe("separated values", () => {
  it("are read with quotes, doubled quotes, line ends and separators within them", () => {
    expect(parseSeparated('a,b\r\n"1, ""one""","two\nlines"\n3,')).toEqual({
      rows: [
        ["a", "b"],
        ['1, "one"', "two\nlines"],
        ["3", ""],
      ],
      of: 3,
    })
    expect(parseSeparated("a;b\n1;2").rows[1]).toEqual(["1", "2"])
    expect(parseSeparated("a\tb,c").rows[0]).toEqual(["a\tb", "c"])
    expect(parseSeparated("")).toEqual({ rows: [], of: 0 })
    expect(parseSeparated('never "closed, "end').rows).toHaveLength(1)
  })

  it("are counted beyond the rows that are kept", () => {
    const text = Array.from({ length: 500 }, (_, index) => `${index},x`).join("\n")
    const { rows, of } = parseSeparated(text, 20)
    expect([rows.length, of]).toEqual([20, 500])
  })
})

const HOSTILE = `<script>window.ran = "script"</script><img src=x onerror="window.ran='error'"><svg onload="window.ran='load'"></svg><iframe srcdoc="<script>parent.ran='frame'</script>"></iframe><a href="javascript:window.ran='link'">press</a><form action="/api/v1/teams"><button>send</button></form><style>body{display:none}</style>`

describe("what an agent wrote cannot act", () => {
  afterEach(() => {
    cleanup()
    vi.unstubAllGlobals()
  })
  const show = async (name: string, body: string, mediaType = "text/html") => {
    vi.stubGlobal(
      "fetch",
      vi.fn(() => Promise.resolve(new Response(body, { headers: { "content-type": mediaType } }))),
    )
    const artifact = { name, mediaType, size: body.length, sha256: "a".repeat(64), run: 1, at: "" } as ArtifactDoc
    const ids = { teamId: "0199c000-0000-7000-8000-000000000001", taskId: "0199c000-0000-7000-8000-000000000002" }
    const { container } = render(() => <ArtifactPreview {...ids} artifact={artifact} />)
    const region = await screen.findByRole("region", { name: `Content of ${name}` })
    return { container, region }
  }
  const acting = "script, iframe, object, embed, form, style, svg[onload], [onerror], a[href^='javascript']"

  it.each(["page.html", "drawing.xml", "run.js", "log.txt"])("as %s it is shown as the text it is", async (name) => {
    const { container } = await show(name, HOSTILE)
    await screen.findByText(/window\.ran = "script"/)
    expect(container.querySelectorAll(acting)).toHaveLength(0)
    expect("ran" in window).toBe(false)
  })

  it("as markdown it loses all that could act, and keeps its words", async () => {
    const { container } = await show(
      "notes.md",
      `# Report\n\n${HOSTILE}\n\n[link](javascript:alert(1)) ![p](https://evil.example/p.png)`,
    )
    await screen.findByRole("heading", { name: "Report" })
    expect(container.querySelectorAll(`${acting}, img`)).toHaveLength(0)
    expect("ran" in window).toBe(false)
  })

  it("as a table its fields are text", async () => {
    const { container } = await show("rows.csv", `name,value\n"${HOSTILE.replaceAll('"', '""')}",2`, "text/csv")
    await screen.findByRole("cell", { name: "2" })
    expect(container.querySelectorAll(acting)).toHaveLength(0)
  })

  it("as SVG it is a picture and no part of the page, under an address of no origin", async () => {
    const { container } = await show(
      "drawing.svg",
      `<svg xmlns="http://www.w3.org/2000/svg" onload="parent.ran=1"><script>parent.ran=1</script></svg>`,
    )
    const picture = await screen.findByRole("img", { name: "Picture drawing.svg" })
    expect(picture.getAttribute("src")).toMatch(/^data:image\/svg\+xml;base64,/)
    expect(container.querySelectorAll("svg, script, object, embed, iframe")).toHaveLength(0)
  })

  it("as broken JSON it is shown as it is written, and a PDF is only offered for download", async () => {
    await show("data.json", `{"a": ${HOSTILE}`, "application/json")
    await screen.findByText(/no valid JSON/)
    const { container } = await show("out/report.pdf", "%PDF", "application/pdf")
    await screen.findByText(/Download it/)
    const link = screen.getByRole("link", { name: "Download out/report.pdf" })
    expect(link.getAttribute("download")).toBe("report.pdf")
    expect(link.getAttribute("href")).toMatch(/^\/api\/v1\/teams\/[^/]+\/tasks\/[^/]+\/artifacts\/a{64}$/)
    expect(container.querySelectorAll(acting)).toHaveLength(0)
    expect(fetch).toHaveBeenCalledTimes(0)
  })
})
