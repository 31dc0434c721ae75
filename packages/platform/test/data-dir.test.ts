import { chmodSync, chownSync, existsSync, mkdirSync, readdirSync, statSync, symlinkSync, writeFileSync } from "node:fs"
import { spawn } from "node:child_process"
import { once } from "node:events"
import { join } from "node:path"
import { DataDirBusy, DataDirUnsafe, openDataDir } from "@muster/platform/local"
import { tempDir, type TempDir } from "@muster/platform/testing"
import { afterEach, beforeEach, describe, expect, test } from "vitest"

const CONTENDERS = 12
const holdScript = join(import.meta.dirname, "fixtures", "hold.ts")

let dir: TempDir
let path: string
beforeEach(() => {
  dir = tempDir()
  path = join(dir.path, "data")
})
afterEach(() => dir.remove())

const failure = (attempt: () => unknown): unknown => {
  try {
    attempt()
  } catch (error) {
    return error
  }
  return undefined
}

/** Runs a process that opens the directory; says "held" or the error's name, and holds until it is killed. */
const hold = async (dataDir: string) => {
  const child = spawn(process.execPath, [holdScript, dataDir], { stdio: ["ignore", "pipe", "inherit"] })
  const [said] = (await once(child.stdout, "data")) as [Buffer]
  return { child, said: said.toString().trim() }
}
const kill = async (child: Awaited<ReturnType<typeof hold>>["child"]): Promise<void> => {
  if (child.exitCode !== null) return
  child.kill("SIGKILL")
  await once(child, "exit")
}

describe("openDataDir", () => {
  test("makes the directory for its owner alone, and leaves nothing of the lock when closed", () => {
    const opened = openDataDir(path)
    expect(statSync(path).mode & 0o777).toBe(0o700)
    opened.close()
    expect(readdirSync(path)).toEqual([])
  })

  test.each([0o750, 0o701, 0o711, 0o704])("refuses a directory with mode %o and says what to do", (mode) => {
    mkdirSync(path)
    chmodSync(path, mode)
    const error = failure(() => openDataDir(path))
    expect(error).toBeInstanceOf(DataDirUnsafe)
    expect(String(error)).toContain(`chmod 700 ${path}`)
  })

  test("refuses a file in its place, and looks at what a link points to", () => {
    writeFileSync(path, "")
    expect(failure(() => openDataDir(path))).toBeInstanceOf(DataDirUnsafe)
    const open = join(dir.path, "open")
    mkdirSync(open)
    chmodSync(open, 0o755)
    symlinkSync(open, join(dir.path, "link"))
    expect(failure(() => openDataDir(join(dir.path, "link")))).toBeInstanceOf(DataDirUnsafe)
  })

  test.runIf(process.getuid?.() === 0)("refuses the directory of another account", () => {
    mkdirSync(path, { mode: 0o700 })
    chownSync(path, 65_534, 65_534)
    expect(String(failure(() => openDataDir(path)))).toContain("belongs to the account with uid 65534")
  })

  test("a second opening is refused with the pid of the first, until that one closes", () => {
    const first = openDataDir(path)
    const error = failure(() => openDataDir(path))
    expect(error).toBeInstanceOf(DataDirBusy)
    expect(String(error)).toContain(`Muster already runs here (pid ${process.pid})`)
    first.close()
    openDataDir(path).close()
  })

  test("takes over the lock of a process that was killed", async () => {
    const { child, said } = await hold(path)
    expect(said).toBe("held")
    expect(failure(() => openDataDir(path))).toBeInstanceOf(DataDirBusy)
    await kill(child)
    openDataDir(path).close()
  })

  test("a recycled pid does not hold a lock, nor does a damaged lock file", () => {
    mkdirSync(path, { mode: 0o700 })
    writeFileSync(join(path, "lock.1"), JSON.stringify({ pid: process.pid, started: "another-boot/1" }))
    openDataDir(path).close()
    writeFileSync(join(path, "lock.7"), '{"pid":')
    openDataDir(path).close()
  })

  test("of many processes that find the same stale lock exactly one gets it", async () => {
    const { child } = await hold(path)
    await kill(child)
    expect(existsSync(join(path, "lock.1"))).toBe(true)
    const contenders = await Promise.all(Array.from({ length: CONTENDERS }, () => hold(path)))
    expect(contenders.filter(({ said }) => said === "held")).toHaveLength(1)
    expect(contenders.filter(({ said }) => said === "DataDirBusy")).toHaveLength(CONTENDERS - 1)
    await Promise.all(contenders.map((each) => kill(each.child)))
  })

  test("says what to do when the directory can not be made", () => {
    const error = failure(() => openDataDir("/dev/null/data"))
    expect(error).toBeInstanceOf(DataDirUnsafe)
    expect(String(error)).toContain("set MUSTER_DATA_DIR to a directory you own")
  })
})
