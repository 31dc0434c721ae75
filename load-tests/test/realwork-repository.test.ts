import { mkdtempSync, rmSync } from "node:fs"
import { tmpdir } from "node:os"
import { join } from "node:path"
import { afterAll, beforeAll, describe, expect, it } from "vitest"
import { catalogue } from "../src/realwork/catalogue/index.ts"
import { deliveryTasks } from "../src/realwork/deliver.ts"
import { git, makeRepository, type Repository } from "../src/realwork/repository/make.ts"

const FILES_MIN = 300
const COMMITS_MIN = 30
const TASKS_MIN = 50
const MAKE_TIMEOUT_MILLIS = 120_000

describe("the repository for real work", () => {
  const dir = mkdtempSync(join(tmpdir(), "muster-repository-"))
  let repository: Repository
  beforeAll(async () => {
    repository = await makeRepository(dir)
  }, MAKE_TIMEOUT_MILLIS)
  afterAll(() => rmSync(dir, { recursive: true, force: true }))

  it("holds hundreds of files and a history, as git itself sees them", async () => {
    const tracked = (await git(dir, 0, "ls-files", "-z")).split("\0").filter((path) => path !== "")
    expect(tracked.toSorted()).toEqual([...repository.files.keys()].toSorted())
    expect(tracked.length).toBeGreaterThanOrEqual(FILES_MIN)
    expect(repository.commits.length).toBeGreaterThanOrEqual(COMMITS_MIN)
  })

  it("gives rise to at least fifty pieces of work with names of their own", () => {
    const tasks = [...deliveryTasks(repository), ...catalogue(repository, { hasNode: false })]
    expect(new Set(tasks.map(({ key }) => key)).size).toBe(tasks.length)
    expect(tasks.length).toBeGreaterThanOrEqual(TASKS_MIN)
  })

  it("lets every piece of work wait only for pieces that come before it", () => {
    const tasks = [...deliveryTasks(repository), ...catalogue(repository, { hasNode: true })]
    const seen = new Set<string>()
    for (const { key, after } of tasks) {
      for (const earlier of after) expect(seen).toContain(earlier)
      seen.add(key)
    }
  })
})
