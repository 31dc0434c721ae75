import { spawn } from "node:child_process"
import { once } from "node:events"
import { existsSync, readdirSync, readlinkSync } from "node:fs"
import { join } from "node:path"
import { setTimeout as delay } from "node:timers/promises"
import { tempDir } from "@muster/platform/testing"
import { afterAll, beforeAll, describe, expect, it } from "vitest"
import { stagingIn } from "#src/backup/half-state.ts"
import { mainOf, runBackup, runCommand } from "../backup/commands.ts"
import {
  dumpCarried,
  emptyPlace,
  fillEvents,
  fillFiles,
  type Files,
  hashOfBlob,
  makeSchemas,
  type Place,
} from "../backup/place.ts"
import { waitFor } from "../harness/index.ts"
import { eventsAfterKill } from "../backup/tampering.ts"

const EVENTS = 20_000

describe("a restore", () => {
  let source: Place
  let target: Place
  let files: Files
  let file: string
  const out = tempDir("muster-backups-")
  beforeAll(async () => {
    source = await emptyPlace()
    target = await emptyPlace()
    await makeSchemas(source)
    files = await fillFiles(source)
    await fillEvents(source, EVENTS, files.objects)
    file = (await runBackup(join(out.path, "whole.tar"), source.env)).file
  })
  afterAll(async () => {
    await source?.close()
    await target?.close()
    out.remove()
  })

  it("killed at any moment leaves the old state, or one that the next run brings to its end", async () => {
    await makeSchemas(target)
    await fillEvents(target, 10)
    await fillFiles(target)
    const before = await dumpCarried(target)
    const wanted = (await dumpCarried(source))["es.events"]
    let killed = 0
    // Twice the time it needs, in steps: some are killed early, some late, the last ones not at all.
    for (let millis = 300; ; millis += 150) {
      const child = spawn(process.execPath, [mainOf("restore"), file, "--replace"], {
        env: { ...process.env, ...target.env },
        stdio: "ignore",
      })
      const ended = once(child, "close")
      const isOver = await Promise.race([ended.then(() => true), delay(millis).then(() => false)])
      if (isOver) break
      child.kill("SIGKILL")
      await ended
      killed += 1
      const now = await eventsAfterKill(target)
      const isOld = JSON.stringify(now) === JSON.stringify(before["es.events"])
      const isNew = JSON.stringify(now) === JSON.stringify(wanted)
      expect([isOld, isNew]).toContain(true)
      if (isNew) break
      expect(isOld).toBe(true)
    }
    expect(killed).toBeGreaterThan(3)
    const { code } = await runCommand("restore", [file, "--replace"], target.env)
    expect(code).toBe(0)
    expect((await dumpCarried(target))["es.events"]).toEqual(wanted)
    expect(existsSync(stagingIn(target.dir.path))).toBe(false)
    for (const sha256 of files.objects) expect(await hashOfBlob(join(target.dir.path, "blobs"), sha256)).toBe(sha256)
  })

  it("stopped by Ctrl-C leaves the old state and nothing that runs, and says that it did not do it", async () => {
    const dir = tempDir("muster-stopped-")
    const env = { ...process.env, MUSTER_DATA_DIR: dir.path }
    const child = spawn(process.execPath, [mainOf("restore"), file], { env, stdio: "ignore" })
    const ended = once(child, "close")
    await waitFor(
      "its database runs",
      () => (existsSync(join(stagingIn(dir.path), "postgres", "postmaster.pid")) ? true : undefined),
      60_000,
    )
    child.kill("SIGINT")
    expect(await ended).toEqual([130, null])
    const left = readdirSync("/proc")
      .filter((name) => /^\d+$/.test(name))
      .filter((pid) => {
        try {
          return readlinkSync(`/proc/${pid}/cwd`).startsWith(dir.path)
        } catch (error) {
          if (error instanceof Error && "code" in error) return false
          throw error
        }
      })
    expect(left).toEqual([])
    expect(readdirSync(dir.path)).toEqual([])
    dir.remove()
  })
})
