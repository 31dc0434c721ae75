import { randomUUID } from "node:crypto"
import { chmodSync, existsSync, mkdirSync, readFileSync, statSync, writeFileSync } from "node:fs"
import { join } from "node:path"
import type { AgentCredentials } from "@muster/contracts"
import { eventually, tempDir, type TempDir } from "@muster/platform/testing"
import { afterAll, afterEach, beforeAll, beforeEach, expect, test } from "vitest"
import { DEFAULT_OUTBOX_CAPS } from "#src/limits.ts"
import { runAgent } from "#src/agent.ts"
import type { Runtime } from "#src/runtimes/contract.ts"
import { simulatedRuntime } from "#src/runtimes/simulated/index.ts"
import { startAgent } from "#src/start.ts"
import { openStateDir } from "#src/state/state-dir.ts"
import { quietLog } from "#test/support/quiet.ts"
import { type Base, makeBase, makeWorld, QUICK_TIMINGS, type World } from "#test/support/world.ts"

let base: Base
let dir: TempDir
let worlds: World[] = []
beforeAll(async () => {
  base = await makeBase()
})
beforeEach(() => {
  dir = tempDir()
})
afterEach(async () => {
  for (const world of worlds) await world.close()
  worlds = []
  dir.remove()
  base.controlPlane.setAway(false)
  base.controlPlane.validKeys.clear()
})
afterAll(() => base.close())

const world = async (): Promise<World> => {
  const made = await makeWorld(base)
  worlds.push(made)
  return made
}

const invite = (token = `token-${randomUUID()}`) => {
  const path = join(dir.path, "bootstrap.json")
  writeFileSync(path, JSON.stringify({ controlPlaneUrl: base.controlPlane.url, token }), { mode: 0o600 })
  return { path, token }
}

const run = (stateDir: string, bootstrapPath: string | undefined) => {
  const stopping = new AbortController()
  const ended = startAgent({
    stateDir,
    bootstrapPath,
    parentPid: undefined,
    timings: QUICK_TIMINGS,
    caps: DEFAULT_OUTBOX_CAPS,
    env: process.env,
    log: quietLog,
    stop: stopping.signal,
  })
  return {
    ended,
    stop: () => {
      stopping.abort()
      return ended
    },
  }
}

test("a bootstrap token becomes credentials (0600) once; the file is gone; later starts need neither", async () => {
  const { credentials, dispatcher } = await world()
  const stateDir = join(dir.path, "state")
  const { path, token } = invite()
  base.controlPlane.setAway(true)
  const first = run(stateDir, path)
  await new Promise((resolve) => setTimeout(resolve, 100)) // a control plane that is away is waited for
  base.controlPlane.tokens.set(token, credentials)
  base.controlPlane.setAway(false)
  await eventually("it is present", async () => (await dispatcher.presence())?.status === "ready")
  expect(existsSync(path)).toBe(false)
  expect(statSync(join(stateDir, "credentials.json")).mode & 0o777).toBe(0o600)
  expect(statSync(stateDir).mode & 0o777).toBe(0o700)
  expect(await first.stop()).toMatchObject({ code: 0 })
  const second = run(stateDir, path)
  const { assignmentId } = await dispatcher.assign({ runtimeOptions: { simulated: { steps: [] } } })
  await dispatcher.report(assignmentId, "succeeded")
  expect(await second.stop()).toMatchObject({ code: 0 })
})

test("a token that is not accepted ends the agent with the code for a new enrolment, without showing the token", async () => {
  const stateDir = join(dir.path, "state")
  const { path, token } = invite()
  const end = await run(stateDir, path).ended
  expect(end.code).toBe(77)
  expect(end.reason).toContain("not accepted")
  const left = readFileSync(join(stateDir, "last-exit.json"), "utf8")
  expect(JSON.parse(left)).toMatchObject({ code: 77, pid: process.pid })
  expect(left + end.reason).not.toContain(token)
})

test("without credentials and without a bootstrap file it says so", async () => {
  expect(await run(join(dir.path, "state"), undefined).ended).toMatchObject({ code: 77 })
})

test("credentials that the control plane declares void end the agent for a new enrolment; a bus alone can not", async () => {
  const { stateDir, credentials, controlPlane, start } = await world()
  const wrong: AgentCredentials = { ...credentials, bus: { ...credentials.bus, password: "wrong" } }
  writeFileSync(join(stateDir, "credentials.json"), JSON.stringify(wrong), { mode: 0o600 })
  const agent = start()
  let hasEnded = false
  const ended = agent.ended.then((end) => {
    hasEnded = true
    return end
  })
  await eventually(
    "it asks the control plane",
    () => controlPlane.requests.filter((line) => line.includes("/output")).length >= 2,
  )
  expect(hasEnded).toBe(false)
  controlPlane.validKeys.add("another-key")
  expect(await ended).toMatchObject({ code: 77 })
  expect(existsSync(join(stateDir, "credentials.json"))).toBe(false)
})

test("two agents never share a state directory, and none works in one that others can open", async () => {
  const { stateDir, start, dispatcher } = await world()
  start()
  await eventually("it is present", async () => (await dispatcher.presence())?.status === "ready")
  expect(await run(stateDir, undefined).ended).toMatchObject({
    code: 75,
    reason: expect.stringContaining("already works"),
  })
  const open = join(dir.path, "open")
  mkdirSync(open)
  chmodSync(open, 0o755)
  expect(await run(open, undefined).ended).toMatchObject({ code: 75, reason: expect.stringContaining("chmod 700") })
})

test("a new incarnation does not inherit the reports of an old one", async () => {
  const { stateDir, credentials, dispatcher, start } = await world()
  dispatcher.acknowledges = false
  const first = start()
  const { assignmentId } = await dispatcher.assign({ runtimeOptions: { simulated: { steps: [] } } })
  await dispatcher.report(assignmentId, "succeeded")
  await first.stop()
  const incarnation = randomUUID() as typeof credentials.incarnation
  writeFileSync(join(stateDir, "credentials.json"), JSON.stringify({ ...credentials, incarnation }), { mode: 0o600 })
  start()
  const next = await dispatcher.assign({ runtimeOptions: { simulated: { steps: [] } } })
  await dispatcher.report(next.assignmentId, "succeeded")
  const ofNew = dispatcher.reports.filter((envelope) => envelope.incarnation === incarnation)
  expect(ofNew[0]?.seq).toBe(1)
  expect(ofNew.some(({ report }) => report.kind !== "poison" && report.assignmentId === assignmentId)).toBe(false)
})

test("a runtime that can not work is visible, its tasks wait, and they run once it can", async () => {
  const { stateDir, credentials, dispatcher } = await world()
  const simulated = simulatedRuntime()
  let reason: string | undefined = "install the thing"
  const blocked: Runtime = {
    ...simulated,
    check: async () => (reason === undefined ? {} : { blockedReason: reason }),
  }
  const state = openStateDir(stateDir)
  const stopping = new AbortController()
  const ended = runAgent({
    state,
    credentials,
    runtimes: { simulated: blocked, command: simulated },
    taskUid: undefined,
    timings: QUICK_TIMINGS,
    caps: DEFAULT_OUTBOX_CAPS,
    parentPid: undefined,
    log: quietLog,
    stop: stopping.signal,
  })
  const presence = await eventually("it says why", async () => {
    const value = await dispatcher.presence()
    return value?.blockedReason === "install the thing" && value
  })
  expect(presence.status).toBe("blocked")
  const { assignmentId } = await dispatcher.assign({ runtimeOptions: { simulated: { steps: [] } } })
  await eventually("further heartbeats", async () => {
    const value = await dispatcher.presence()
    return value !== undefined && value.at > presence.at
  })
  expect(dispatcher.of(assignmentId)).toEqual([])
  reason = undefined
  await dispatcher.report(assignmentId, "succeeded")
  stopping.abort()
  await ended
  state.close()
})
