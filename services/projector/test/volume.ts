import { openBlobs, type BlobStore } from "@muster/blobs"
import { tempDir, type TempDir } from "@muster/platform/testing"
import { lstatSync, readdirSync, readFileSync } from "node:fs"
import { join } from "node:path"
import { afterAll, afterEach, beforeAll, beforeEach } from "vitest"
import { lifeOf, place } from "./each-test.ts"
import { type Place, type Started } from "./harness.ts"

export const { history, half, teamId, subject } = lifeOf(400, 37)

/** Every file below a folder with its bytes, links by what they say, but for the checkpoint's own folder. */
export const tree = (root: string, at = ""): ReadonlyMap<string, string> =>
  new Map(
    readdirSync(join(root, at))
      .toSorted((a, b) => a.localeCompare(b))
      .filter((name) => name !== ".muster")
      .flatMap((name): [string, string][] => {
        const path = join(at, name)
        const stat = lstatSync(join(root, path))
        if (stat.isDirectory()) return [[`${path}/`, "folder"], ...tree(root, path)]
        return [[path, stat.isFile() ? readFileSync(join(root, path), "latin1") : "no file"]]
      }),
  )

/** What a test has: a database of its own and a folder for the teams' files. */
export interface Volume {
  readonly place: Place
  readonly blobs: BlobStore
  readonly dir: string
  readonly start: (options?: Parameters<Place["start"]>[0]) => Started
  /** A path in the folder of the team. */
  readonly team: (...parts: readonly string[]) => string
  readonly jsonAt: (...parts: readonly string[]) => unknown
  /** What the files are when nothing ever went wrong. */
  readonly expectedTree: () => Promise<ReadonlyMap<string, string>>
}

/** What each test of a file has, on its place. */
export const volumeOfEachTest = (): Volume => {
  let blobs: BlobStore
  let dir: string
  let running: Started[] = []
  const dirs: TempDir[] = []
  const freshDir = (prefix = "muster-test-teams-"): string => {
    const fresh = tempDir(prefix)
    dirs.push(fresh)
    return fresh.path
  }
  afterAll(() => {
    for (const { remove } of dirs) remove()
  })
  beforeAll(async () => {
    blobs = await openBlobs({ dir: freshDir("muster-test-blobs-") })
  })
  beforeEach(() => {
    dir = freshDir()
  })
  const stopAll = async () => {
    await Promise.all(running.map((one) => one.stop()))
    running = []
  }
  // Before the place is closed: what is set up last is taken down first.
  afterEach(stopAll)

  const start: Volume["start"] = (options = {}) => {
    const started = place.start({ teamsDir: dir, blobs, ...options })
    running.push(started)
    return started
  }
  const team: Volume["team"] = (...parts) => join(dir, teamId, ...parts)
  return {
    get place() {
      return place
    },
    get blobs() {
      return blobs
    },
    get dir() {
      return dir
    },
    start,
    team,
    jsonAt: (...parts) => JSON.parse(readFileSync(team(...parts), "utf8")) as unknown,
    expectedTree: async () => {
      const clean = freshDir()
      await stopAll()
      const again = start({ teamsDir: clean })
      await again.settled()
      await again.stop()
      return tree(clean)
    },
  }
}
