import { describe, expect, it } from "vitest"
import { declaredPatterns } from "./declared.ts"
import { VISITS, pathsOf } from "./routes.ts"

describe("the table of pages", () => {
  it("knows every route of the dashboard, and none that is not there", () => {
    const declared = declaredPatterns("src/routes.tsx")
    expect(declared.length).toBeGreaterThan(8)
    expect(VISITS.map(({ pattern }) => pattern).toSorted()).toEqual(declared.toSorted())
  })

  it("puts the team into every address", () => {
    const paths = VISITS.flatMap((visit) => pathsOf(visit, "0199c000"))
    expect(paths.filter((path) => path.includes(":") || path.includes("*"))).toEqual([])
  })
})
