import { execFile } from "node:child_process"
import { statSync } from "node:fs"
import { fileURLToPath } from "node:url"
import { afterAll, beforeAll, describe, expect, it } from "vitest"
import {
  dispatch,
  followHistory,
  foldOutcomes,
  freePort,
  invite,
  MusterFailed,
  onOwnersDatabase,
  processesOf,
  signIn,
  startMuster,
  waitFor,
  waitOnline,
  type Api,
  type Muster,
} from "./harness/index.ts"

const MAIN = fileURLToPath(new URL("../src/main.ts", import.meta.url))
const WAIT_MILLIS = 60_000

/** Runs a second product on the data of the first one until it ends by itself; returns how it ended and what it said. */
const startBeside = async (muster: Muster): Promise<{ readonly code: number; readonly said: string }> => {
  const port = await freePort()
  const env = { ...process.env, MUSTER_DATA_DIR: muster.dataDir, MUSTER_PORT: String(port) }
  return new Promise((resolve) => {
    execFile(process.execPath, [MAIN], { env }, (error, stdout, stderr) => {
      resolve({ code: typeof error?.code === "number" ? error.code : 0, said: stdout + stderr })
    })
  })
}

describe("one product on one data directory", () => {
  let muster: Muster
  let api: Api
  let starterId: string
  beforeAll(async () => {
    muster = await startMuster()
    api = await signIn(muster.url, muster.setupCode, "Olive Owner")
    const { items } = await api.json<{ items: readonly { id: string; name: string }[] }>("GET", "/teams")
    starterId = items.find(({ name }) => name === "Starter")?.id ?? ""
  })
  afterAll(() => muster?.stop())

  const firstDispatchWorks = async (title: string): Promise<void> => {
    const { id } = await dispatch(api, starterId, {
      title,
      runtimeOptions: { simulated: { steps: [{ kind: "progress", percent: 50, afterMillis: 10 }] } },
    })
    const outcome = await followHistory(api, starterId).until(
      "the task has an outcome",
      (events) => foldOutcomes(events).get(id)?.runs.at(-1)?.at(-1)?.outcome,
      WAIT_MILLIS,
    )
    expect(outcome).toBe("succeeded")
  }

  it("keeps its data to itself", () => {
    expect(statSync(muster.dataDir).mode & 0o077).toBe(0)
  })

  it("prints a setup link that works once", async () => {
    const line = muster.lines().find((text) => text.includes("#code="))
    expect(line).toContain(`#code=${muster.setupCode}`)
    await expect(signIn(muster.url, muster.setupCode, "Somebody else")).rejects.toThrow(/40|41|42/)
  })

  it("brings up the Starter team with three members online, and the first dispatch works", async () => {
    await waitOnline(api, starterId)
    const { members } = await api.json<{ members: readonly { role: string }[] }>("GET", `/teams/${starterId}`)
    expect(members.map(({ role }) => role).toSorted()).toEqual(["leader", "member", "member"])
    await firstDispatchWorks("The first")
  })

  it("lets more people in by links of their own", async () => {
    const { code } = await invite(muster, "Vera Viewer", "viewer")
    const vera = await signIn(muster.url, code)
    expect(await vera.json("GET", "/session")).toMatchObject({ user: { name: "Vera Viewer", role: "viewer" } })
    await expect(vera.json("POST", "/teams", { body: { name: "Mine" } })).rejects.toThrow(/403/)
    await expect(signIn(muster.url, code)).rejects.toThrow(/40|41|42/)
  })

  it("refuses a second one beside it and goes on", async () => {
    const { code, said } = await startBeside(muster)
    expect(code).not.toBe(0)
    expect(said).toMatch(/already runs/)
    expect(said).not.toMatch(/\n\s+at /)
    await firstDispatchWorks("Still here")
  })

  it("leaves no process behind when it is stopped, and starts again on what is there", async () => {
    expect(processesOf(muster).length).toBeGreaterThan(3)
    expect(await muster.terminate()).toBe(0)
    expect(processesOf(muster)).toEqual([])
    await muster.start()
    expect(muster.lines().some((text) => text.includes("#code="))).toBe(false)
    await waitOnline(api, starterId)
    await firstDispatchWorks("After a stop")
  })

  it("starts again after a crash, with no process doubled", async () => {
    // The database forks as many sessions as it is asked for: what may not double is what was started.
    const started = () => processesOf(muster).filter(({ commandLine }) => !commandLine.startsWith("postgres: "))
    const before = started().length
    await muster.kill9()
    await muster.start()
    await waitOnline(api, starterId)
    await firstDispatchWorks("After a crash")
    await waitFor(
      "leftovers of the crash are gone",
      () => (started().length <= before ? true : undefined),
      WAIT_MILLIS,
      started,
    )
  })

  it("refuses data of a newer version with a clear message", async () => {
    await onOwnersDatabase(muster, async (sql) => {
      await sql`update es.schema_version set version = version + 1000`
    })
    await muster.terminate()
    await expect(muster.start()).rejects.toThrow(MusterFailed)
    const said = muster.lines().join("\n")
    expect(said).toMatch(/newer/)
    expect(said).not.toMatch(/\n\s+at /)
    expect(processesOf(muster)).toEqual([])
  })
})
