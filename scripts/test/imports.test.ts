import { spawnSync } from "node:child_process"
import { copyFileSync, readFileSync } from "node:fs"
import { join } from "node:path"
import { afterEach, beforeEach, describe, expect, test } from "vitest"
import { checkImports } from "../imports/check.ts"
import { makeProject, ROOT, type Project } from "./project.ts"

let project: Project
beforeEach(() => {
  project = makeProject()
  const tags: Record<string, string> = {
    domain: "domain",
    projections: "projections",
    "team-bus": "adapter",
    platform: "platform",
  }
  for (const [name, tag] of Object.entries(tags))
    project.write({
      [`packages/${name}/package.json`]: {
        name: `@muster/${name}`,
        type: "module",
        dependencies: name === "domain" ? { effect: "4.1.0" } : { "@muster/domain": "*", effect: "4.1.0" },
        devDependencies: { vitest: "5.1.0" },
      },
      [`packages/${name}/turbo.json`]: { extends: ["//"], tags: [tag] },
      [`packages/${name}/src/index.ts`]: 'import { Schema } from "effect"\nexport const it = Schema\n',
    })
  project.write({
    "runtime-agent/package.json": {
      name: "@muster/runtime-agent",
      dependencies: { "@muster/team-bus": "*" },
      devDependencies: { "@muster/platform": "*" },
    },
    "runtime-agent/turbo.json": { extends: ["//"], tags: ["agent"] },
    "package.json": { name: "muster", packageManager: "npm@11.19.1", workspaces: ["packages/*", "runtime-agent"] },
    "tsconfig.json": {
      references: [
        "packages/domain",
        "packages/projections",
        "packages/team-bus",
        "packages/platform",
        "runtime-agent",
      ].map((path) => ({ path })),
    },
  })
  copyFileSync(join(ROOT, "turbo.json"), join(project.root, "turbo.json"))
})
afterEach(() => project.remove())

const broken = (path: string, text: string): string => {
  project.write({ [path]: text })
  return checkImports(project.root).join("\n")
}

describe("check of imports", () => {
  test("finds nothing in a sound project", () => {
    project.write({
      "runtime-agent/src/index.ts":
        'import { readFile } from "node:fs"\nexport * from "@muster/team-bus/agent"\nexport { readFile }\n',
      "runtime-agent/test/a.test.ts":
        'import { test } from "vitest"\nimport { tempDir } from "@muster/platform/testing"\ntest("a", tempDir)\n',
      "packages/team-bus/src/agent/index.ts": 'export { it } from "#src/keys.ts"\n',
      "packages/team-bus/src/keys.ts": "export const it = 1\n",
    })
    expect(checkImports(project.root)).toEqual([])
  })

  test.each([
    ["packages/domain/src/clock.ts", 'import { hrtime } from "node:process"', "domain is pure"],
    ["packages/domain/src/clock.ts", 'import { readFileSync } from "fs"', "domain is pure"],
    ["packages/domain/src/clock.ts", 'export { default } from "postgres"', "domain is pure"],
    ["packages/projections/src/io.ts", 'const fs = await import("node:fs")', "projections are pure"],
    ["packages/projections/src/io.ts", 'import type { Sql } from "postgres"', "projections are pure"],
    ["runtime-agent/src/a.ts", 'import { openTeamBus } from "@muster/team-bus"', "the agent runs in instances"],
    ["runtime-agent/src/a.ts", 'import { migrate } from "@muster/platform"', "the agent runs in instances"],
    ["packages/team-bus/src/agent/a.ts", 'export * from "#src/server/acl.ts"', "the member's half"],
    ["packages/team-bus/src/agent/a.ts", 'export * from "../server/acl.ts"', "the member's half"],
    ["packages/team-bus/src/index.ts", 'export * from "../../domain/src/index.ts"', "entered through its exports"],
    ["packages/team-bus/test/a.test.ts", 'import "../../domain/src/index.ts"', "entered through its exports"],
    ["packages/team-bus/src/index.ts", 'export * from "@muster/domain/testing"', "helpers for tests"],
    ["packages/team-bus/src/index.ts", 'export * from "#src/testing/world.ts"', "helpers for tests"],
    [
      "packages/team-bus/src/index.ts",
      'import { test } from "vitest"',
      "vitest is not in the dependencies of packages/team-bus",
    ],
    ["packages/team-bus/src/index.ts", "const name = process.argv[2]\nawait import(name)", "hides what is imported"],
  ])("refuses in %s: %s", (path, text, why) => {
    expect(broken(path, `${text}\n`)).toContain(why)
    expect(checkImports(project.root)[0]).toMatch(new RegExp(`^${path}:\\d+ imports `))
  })

  test("follows the member's half through files that it shares with the server", () => {
    project.write({ "packages/team-bus/src/agent/a.ts": 'export * from "#src/keys.ts"\n' })
    expect(broken("packages/team-bus/src/keys.ts", 'export * from "./server/acl.ts"\n')).toContain(
      "reached from packages/team-bus/src/agent",
    )
  })

  test("refuses a package whose types nobody checks, and one without a tag", () => {
    project.write({
      "packages/lost/package.json": { name: "@muster/lost" },
      "packages/lost/turbo.json": { extends: ["//"], tags: [] },
    })
    expect(checkImports(project.root)).toEqual([
      "tsconfig.json: packages/lost is not among the references, so its types are not checked",
      "packages/lost/turbo.json: no tag that turbo.json has a rule for",
    ])
  })

  test("refuses a path that is made of a URL by hand: it breaks in a folder whose name holds a space", () => {
    project.write({
      "packages/domain/test/a.test.ts": ["const here = new URL('..', import.meta.url)", "pathname"].join("."),
    })
    expect(checkImports(project.root)).toEqual([
      "packages/domain/test/a.test.ts:1 makes a path of a URL: fileURLToPath knows about spaces",
    ])
  })

  test("as a command it ends with status 1 and names the file and the line", () => {
    const command = () =>
      spawnSync(process.execPath, [join(ROOT, "scripts", "check-imports.ts"), project.root], { encoding: "utf8" })
    expect(command()).toMatchObject({ status: 0, stderr: "" })
    project.write({ "packages/domain/src/clock.ts": '\nimport "node:fs"\n' })
    expect(command()).toMatchObject({
      status: 1,
      stderr: 'packages/domain/src/clock.ts:2 imports "node:fs": domain is pure\n',
    })
  })
})

describe("turbo boundaries with the project's rules", () => {
  const boundaries = () => {
    const git = (...args: readonly string[]) => spawnSync("git", args, { cwd: project.root })
    git("init", "-q")
    git("add", ".")
    return spawnSync(join(ROOT, "node_modules", ".bin", "turbo"), ["boundaries"], {
      cwd: project.root,
      encoding: "utf8",
      env: { ...process.env, TURBO_TELEMETRY_DISABLED: "1", DO_NOT_TRACK: "1", NO_COLOR: "1" },
    })
  }
  const lock = (): void => {
    const names = ["domain", "projections", "team-bus", "platform"]
    const packages: Record<string, object> = {
      "": JSON.parse(readFileSync(join(project.root, "package.json"), "utf8")) as object,
    }
    for (const dir of [...names.map((name) => `packages/${name}`), "runtime-agent"]) {
      packages[dir] = JSON.parse(readFileSync(join(project.root, dir, "package.json"), "utf8")) as object
      packages[`node_modules/@muster/${dir.split("/").at(-1)}`] = { resolved: dir, link: true }
    }
    packages["node_modules/effect"] = { version: "4.1.0" }
    packages["node_modules/vitest"] = { version: "5.1.0" }
    project.write({ "package-lock.json": { name: "muster", lockfileVersion: 3, packages } })
  }

  test("pass a sound project and refuse a package that imports from a floor above or beside it", () => {
    project.write({ "packages/projections/src/a.ts": 'export * from "@muster/domain"\n' })
    lock()
    const sound = boundaries()
    expect(sound.stdout + sound.stderr).toContain("no issues found")
    expect(sound.status).toBe(0)

    project.write({
      "packages/projections/package.json": {
        name: "@muster/projections",
        dependencies: { "@muster/domain": "*", "@muster/platform": "*", effect: "4.1.0" },
      },
      "packages/projections/src/a.ts": 'export * from "@muster/platform"\n',
    })
    lock()
    const beside = boundaries()
    expect(beside.status).not.toBe(0)
    expect(beside.stdout + beside.stderr).toMatch(/@muster\/platform.*found without any tag listed in allowlist/s)
  })

  test("refuse an import that the manifest does not declare", () => {
    project.write({ "packages/platform/src/a.ts": 'export * from "@muster/team-bus"\n' })
    lock()
    const { status, stdout, stderr } = boundaries()
    expect(status).not.toBe(0)
    expect(stdout + stderr).toContain("@muster/team-bus")
  })
})
