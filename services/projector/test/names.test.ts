import { artifactPaths, isPlainName } from "#src/team-volume/names.ts"
import fc from "fast-check"
import { describe, expect, it } from "vitest"

const nasty = fc.oneof(
  fc.string({ unit: "binary", maxLength: 40 }),
  fc.constantFrom(
    "..",
    ".",
    "",
    "/",
    "a",
    "A",
    "ä",
    "a\u0308",
    "con",
    ".git",
    "a.txt",
    "A.TXT",
    " ",
    "\\",
    "x".repeat(600),
  ),
)
const name = fc.array(nasty, { minLength: 1, maxLength: 20 }).map((parts) => parts.join("/"))
const names = fc.array(name, { maxLength: 12 })

describe("paths of artifacts", () => {
  it("stay below their folder, whatever agents call them", () => {
    fc.assert(
      fc.property(names, (given) => {
        for (const parts of artifactPaths(given).values()) {
          expect(parts.length).toBeGreaterThan(0)
          expect(parts.every(isPlainName)).toBe(true)
          expect(parts.some((part) => part.startsWith("."))).toBe(false)
        }
      }),
      { numRuns: 500 },
    )
  })

  it("never meet, not even where case is ignored, and no file stands where another needs a folder", () => {
    fc.assert(
      fc.property(names, (given) => {
        const paths = [...artifactPaths(given).values()].map((parts) => parts.join("/").toLowerCase())
        expect(new Set(paths).size).toBe(paths.length)
        for (const path of paths) expect(paths.some((other) => other.startsWith(`${path}/`))).toBe(false)
      }),
      { numRuns: 500 },
    )
  })

  it("do not change when more artifacts come", () => {
    fc.assert(
      fc.property(names, names, (first, more) => {
        const before = artifactPaths(first)
        const after = artifactPaths([...first, ...more])
        for (const [given, parts] of before) expect(after.get(given)).toEqual(parts)
      }),
    )
  })

  it("are the names themselves where these are harmless", () => {
    expect([...artifactPaths(["report.md", "out/a b/naïve.txt"]).values()]).toEqual([
      ["report.md"],
      ["out", "a b", "naïve.txt"],
    ])
  })

  it("tell apart names that an agent made to collide with a marked one", () => {
    const [marked] = artifactPaths(["a/../x.txt"]).values()
    const paths = artifactPaths([marked?.join("/") ?? "", "a/../x.txt"])
    expect(new Set([...paths.values()].map((parts) => parts.join("/"))).size).toBe(2)
  })
})
