import { existsSync, readFileSync } from "node:fs"
import { dirname, join } from "node:path"
import { describe, expect, it } from "vitest"

const IMPORT = /(?:from|import)\s*\(?\s*"([^"]+)"/g

/** Every module of ours that an entry reaches, by any number of steps. */
function reach(entry: string): ReadonlySet<string> {
  const seen = new Set<string>()
  const visit = (file: string): void => {
    if (seen.has(file) || !existsSync(file)) return
    seen.add(file)
    for (const [, target = ""] of readFileSync(file, "utf8").matchAll(IMPORT)) {
      if (target.startsWith("#src/")) visit(join("src", target.slice("#src/".length)))
      else if (target.startsWith(".")) visit(join(dirname(file), target))
    }
  }
  visit(entry)
  return seen
}

describe("replay", () => {
  const modules = reach("src/pages/team/replay/page.tsx")

  it("is looked at as a whole", () => {
    expect(modules.has("src/team/task/panel.tsx")).toBe(true)
    expect(modules.has("src/api/reads.ts")).toBe(true)
  })

  it("cannot command anything: nothing it is made of reaches the commands", () => {
    expect([...modules].filter((file) => file === "src/api/commands.ts" || file === "src/api/client.ts")).toEqual([
      "src/api/client.ts",
    ])
    const users = [...modules].filter((file) => readFileSync(file, "utf8").includes('"#src/api/client.ts"'))
    expect(users).toEqual(["src/api/reads.ts"])
  })

  it("cannot upload anything either", () => {
    expect(modules.has("src/api/upload.ts")).toBe(false)
    expect(reach("src/pages/team/live.tsx").has("src/api/upload.ts")).toBe(true)
  })

  it("differs in that from the live page, so that this check can fail", () => {
    expect(reach("src/pages/team/live.tsx").has("src/api/commands.ts")).toBe(true)
  })
})
