import { spawnSync } from "node:child_process"
import { chmodSync, copyFileSync, mkdirSync } from "node:fs"
import { delimiter, join } from "node:path"
import { afterEach, beforeEach, describe, expect, test } from "vitest"
import { makeProject, ROOT, type Project } from "./project.ts"

let project: Project
beforeEach(() => {
  project = makeProject()
  mkdirSync(join(project.root, ".ci"))
  copyFileSync(join(ROOT, ".ci", "run"), join(project.root, ".ci", "run"))
})
afterEach(() => project.remove())

/** Runs .ci/run with an npm that behaves as the given shell text says for `npm test` and for `npm run test:long`. */
const ci = (forTest: string, forLong: string) => {
  project.write({ "bin/npm": `#!/bin/sh\nif [ "$1" = test ]; then\n${forTest}\nelse\n${forLong}\nfi\n` })
  chmodSync(join(project.root, "bin", "npm"), 0o755)
  const run = spawnSync("bash", [join(project.root, ".ci", "run")], {
    cwd: "/",
    encoding: "utf8",
    env: { ...process.env, PATH: join(project.root, "bin") + delimiter + process.env["PATH"] },
  })
  return { status: run.status, last: run.stdout.trimEnd().split("\n").at(-1) }
}

describe(".ci/run", () => {
  test("adds up both commands and ends with the plain line", () => {
    expect(
      ci(
        "echo '1 passed, 7 failed, 0 skipped'; echo '10 passed, 0 failed, 2 skipped'",
        "echo '3 passed, 0 failed, 1 skipped'",
      ),
    ).toEqual({
      status: 0,
      last: "13 passed, 0 failed, 3 skipped",
    })
  })

  test.each([
    [
      "a failed test in the first",
      "echo '9 passed, 1 failed, 0 skipped'; exit 1",
      "echo '3 passed, 0 failed, 0 skipped'",
      "12 passed, 1 failed, 0 skipped",
    ],
    [
      "a failed test in the second",
      "echo '9 passed, 0 failed, 0 skipped'",
      "echo '3 passed, 2 failed, 0 skipped'; exit 1",
      "12 passed, 2 failed, 0 skipped",
    ],
    ["a command that breaks off", "echo '9 passed, 0 failed, 0 skipped'", "exit 9", "9 passed, 1 failed, 0 skipped"],
    ["a command that says nothing", "true", "echo '3 passed, 0 failed, 0 skipped'", "3 passed, 1 failed, 0 skipped"],
    [
      "nothing that ran",
      "echo '0 passed, 0 failed, 0 skipped'",
      "echo '0 passed, 0 failed, 0 skipped'",
      "0 passed, 0 failed, 0 skipped",
    ],
  ])("does not pass %s", (_, forTest, forLong, last) => {
    expect(ci(forTest, forLong)).toEqual({ status: 1, last })
  })
})
