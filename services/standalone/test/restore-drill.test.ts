import { existsSync, mkdtempSync, readdirSync, readFileSync, writeFileSync } from "node:fs"
import { tmpdir } from "node:os"
import { join } from "node:path"
import { tempDir } from "@muster/platform/testing"
import { type Cursor, type DispatchRequest, type FeedEvent, type SubscribeReply, teamFeed } from "@muster/contracts"
import { io } from "socket.io-client"
import { afterAll, beforeAll, describe, expect, it } from "vitest"
import { type Env, runBackup, runRestore } from "./backup/commands.ts"
import {
  agentsOf,
  type Api,
  connectApi,
  countOutcomes,
  dispatch,
  dispatchAll,
  followHistory,
  foldOutcomes,
  invite,
  type MadeTeam,
  makeOnlineTeam,
  makeTeam,
  type Muster,
  onBus,
  onDatabase,
  readHistory,
  readMetric,
  signIn,
  startMuster,
  startServers,
  startSignedIn,
  type StartedServers,
  tally,
  waitFor,
  waitOnline,
} from "./harness/index.ts"
import { catchUp, dumpReadModels, replayFromZero } from "./readmodels/index.ts"

const WAIT_MILLIS = 120_000
const SLOTS = 4

type Steps = NonNullable<NonNullable<DispatchRequest["runtimeOptions"]>["simulated"]>["steps"]
const task = (title: string, steps: NonNullable<Steps>, memberId?: string): DispatchRequest =>
  ({ title, memberId, runtimeOptions: { simulated: { steps } } }) as DispatchRequest
const quick = (title: string) => task(title, [{ kind: "artifact", name: "file.txt", text: `the file of ${title}\n` }])
const several = (count: number, make: (index: number) => DispatchRequest) =>
  Array.from({ length: count }, (_, index) => make(index))

const isOver = (events: readonly FeedEvent[], ids: readonly string[]) => tally(ids, events).lost.length === 0
const areStarted = (events: readonly FeedEvent[], ids: readonly string[]) =>
  ids.every((id) => (foldOutcomes(events).get(id)?.starts ?? 0) > 0)

/** Asks the live feed as a browser does that was there before. */
const subscribe = (api: Api, teamId: string, since: Cursor | null): Promise<SubscribeReply> =>
  new Promise((resolve, reject) => {
    const socket = io(api.url, {
      transports: ["websocket"],
      forceNew: true,
      reconnection: false,
      extraHeaders: { cookie: api.cookie ?? "", origin: api.url },
    })
    socket.on("connect_error", reject)
    socket.emit("sub", { stream: teamFeed(teamId), since }, (reply: SubscribeReply) => {
      socket.disconnect()
      resolve(reply)
    })
  })

/** A life, a copy taken in the middle of it, more life, and the copy put back under everything that remembers more than it. */
describe("a log that was restored to the past, with agents, bus, browsers and folders that remember the lost future", () => {
  let servers: StartedServers
  let muster: Muster
  let api: Api
  let team: MadeTeam
  let env: Env
  let backupFile: string
  let oldGeneration: string
  let oldCursor: Cursor
  let agentsThatOutlivedIt = 0
  const out = tempDir("muster-drill-")
  /** Tasks by what the copy knows of them. */
  const known = { ended: [] as readonly string[], running: [] as readonly string[], asking: "" }
  const lost = { tasks: [] as readonly string[], hanging: "", teamId: "", head: "0" }

  const contextFile = (name: string) => join(muster.dataDir, "teams", team.teamId, "context", name)
  const sessionOf = async (name: string): Promise<Api> => signIn(muster.url, (await invite(muster, name, "owner")).code)
  const headOf = (): Promise<string> =>
    onDatabase(muster, async (sql) => {
      const [row] = await sql<{ head: string }[]>`select max(position)::text as head from es.events`
      return row?.head ?? "0"
    })

  beforeAll(async () => {
    servers = await startServers()
    ;({ muster, api } = await startSignedIn({ servers }))
    env = {
      MUSTER_DATA_DIR: muster.dataDir,
      DATABASE_URL: servers.ownerUrl,
      MUSTER_APP_DATABASE_URL: servers.appUrl,
    }
    team = await makeOnlineTeam(api, "Drill", [
      { handle: "one", role: "leader", runtime: "simulated", slots: SLOTS },
      { handle: "two", runtime: "simulated", slots: SLOTS },
    ])
    const [one = "", two = ""] = team.memberIds
    const follower = followHistory(api, team.teamId)
    known.ended = await dispatchAll(
      api,
      team.teamId,
      several(6, (index) => quick(`Ended ${index}`)),
    )
    await follower.until(
      "some tasks are done",
      (events) => (isOver(events, known.ended) ? true : undefined),
      WAIT_MILLIS,
    )
    known.running = await dispatchAll(
      api,
      team.teamId,
      // More than there are slots: some wait in the inbox, some in the queue.
      several(SLOTS + 4, (index) =>
        task(`Running ${index}`, [{ kind: "progress", percent: 50, afterMillis: 1_500 }], one),
      ),
    )
    known.asking = (await dispatch(api, team.teamId, task("Asking", [{ kind: "question", text: "Which?" }], two))).id
    await follower.until(
      "work runs",
      (events) => (areStarted(events, [...known.running.slice(0, SLOTS), known.asking]) ? true : undefined),
      WAIT_MILLIS,
    )
    writeFileSync(contextFile("before.md"), "from before the copy\n")
    const report = await runBackup(join(out.path, "copy.tar"), env)
    backupFile = report.file
    oldGeneration = report.generation
    writeFileSync(contextFile("after.md"), "from after the copy\n")

    // The future that will be lost: all of the above ends, and more is done, at positions that will be used again.
    await follower.until(
      "running work is done",
      (events) => (isOver(events, known.running) ? true : undefined),
      WAIT_MILLIS,
    )
    lost.tasks = await dispatchAll(
      api,
      team.teamId,
      several(20, (index) => quick(`Lost ${index}`)),
    )
    await follower.until("lost work is done", (events) => (isOver(events, lost.tasks) ? true : undefined), WAIT_MILLIS)
    lost.hanging = (await dispatch(api, team.teamId, task("Hanging", [{ kind: "hang" }], two))).id
    await follower.until(
      "lost work runs",
      (events) => (areStarted(events, [lost.hanging]) ? true : undefined),
      WAIT_MILLIS,
    )
    lost.teamId = (await makeTeam(api, "Lost", [{ handle: "gone", runtime: "simulated", role: "leader" }])).teamId
    await waitOnline(api, lost.teamId)
    const reply = await subscribe(api, team.teamId, null)
    if (reply.mode !== "snapshot") throw new Error(reply.mode)
    oldCursor = { generation: reply.generation, feedVersion: reply.feedVersion, seq: reply.head }
    lost.head = await headOf()

    await muster.kill9()
    agentsThatOutlivedIt = agentsOf(muster).size
    await runRestore([backupFile, "--replace"], env)
    await muster.start()
  })
  afterAll(async () => {
    await muster?.stop()
    await servers?.stop()
    out.remove()
  })

  it("has another generation, and so has the bus", async () => {
    expect(agentsThatOutlivedIt).toBeGreaterThan(2)
    expect(oldCursor.generation).toBe(oldGeneration)
    const generation = await onDatabase(muster, async (sql) => {
      const [row] = await sql<{ generation: string }[]>`select generation::text as generation from es.meta`
      return row?.generation ?? ""
    })
    expect(generation).not.toBe(oldGeneration)
    await waitFor(
      "the bus is of the restored log",
      async () => {
        const found = await onBusKey(muster, `{muster:${team.teamId}}:gen`)
        return found?.startsWith(`${generation}:`) === true ? true : undefined
      },
      WAIT_MILLIS,
    )
  })

  it("signs everybody out, and knows nothing of what was lost", async () => {
    expect((await api.call("GET", "/session")).status).toBe(401)
    api = await sessionOf("Olive Owner")
    expect(await api.json("GET", "/session")).toMatchObject({ user: { name: "Olive Owner", role: "owner" } })
    expect((await api.call("GET", `/teams/${lost.teamId}`)).status).toBe(404)
    for (const id of lost.tasks) expect((await api.call("GET", `/teams/${team.teamId}/tasks/${id}`)).status).toBe(404)
  })

  it("gives a browser that was there before a new snapshot", async () => {
    const [ahead, within] = [oldCursor, { ...oldCursor, seq: 1 }]
    for (const cursor of [ahead, within]) expect((await subscribe(api, team.teamId, cursor)).mode).toBe("snapshot")
    // It is the generation that tells: a browser of this one just gets what it lacks.
    const reply = await subscribe(api, team.teamId, null)
    if (reply.mode !== "snapshot") throw new Error(reply.mode)
    const { generation, feedVersion } = reply
    expect((await subscribe(api, team.teamId, { generation, feedVersion, seq: 1 })).mode).toBe("delta")
  })

  it("carries out new work, at positions and in inboxes that were used before", async () => {
    await waitOnline(api, team.teamId)
    expect(await headOf().then(Number)).toBeLessThan(Number(lost.head))
    const ids = await dispatchAll(
      api,
      team.teamId,
      several(20, (index) => quick(`New ${index}`)),
    )
    const events = await followHistory(api, team.teamId).until(
      "new work is done",
      (events) => (isOver(events, ids) ? events : undefined),
      WAIT_MILLIS,
    )
    const outcomes = foldOutcomes(events)
    expect(
      ids.map((id) =>
        outcomes
          .get(id)
          ?.runs.flat()
          .map(({ outcome }) => outcome),
      ),
    ).toEqual(ids.map(() => ["succeeded"]))
    const again = events.filter(
      ({ stream, position }) => ids.some((id) => stream === `task-${id}`) && Number(position) <= Number(lost.head),
    )
    expect(again.filter(({ type }) => type === "TaskAssigned").length).toBeGreaterThan(0)
  })

  it("brings every task that the copy knew to exactly one outcome, also what its agents had done in the lost time", async () => {
    const follower = followHistory(api, team.teamId)
    await waitFor(
      "the question is asked again",
      async () => {
        const { task } = await api.json<{
          task: { questions: readonly { id: string; answer?: unknown }[]; phase: string }
        }>("GET", `/teams/${team.teamId}/tasks/${known.asking}`)
        if (task.phase !== "needs-input") return undefined
        const { id = "" } = task.questions.at(-1) ?? {}
        const answered = await api.call("POST", `/teams/${team.teamId}/tasks/${known.asking}/questions/${id}/answer`, {
          body: { answer: "this" },
        })
        return answered.ok ? true : undefined
      },
      WAIT_MILLIS,
    )
    const all = [...known.ended, ...known.running, known.asking]
    const events = await follower.until("it has", (events) => (isOver(events, all) ? events : undefined), WAIT_MILLIS)
    expect(tally(all, events)).toEqual({ lost: [], doubled: [] })
    const counted = await countOutcomes(muster, all)
    expect(all.map((id) => counted.get(id))).toEqual(all.map(() => [1]))
  })

  it("shows a person what an agent did on work that it does not know", async () => {
    const letter = await followHistory(api, team.teamId).until(
      "the lost work is flagged",
      (events) =>
        events.find(
          ({ type, data }) =>
            type === "MemberEntryDeadLettered" && String((data as { reason?: unknown }).reason).includes(lost.hanging),
        ),
      WAIT_MILLIS,
    )
    expect((letter.data as { reason: string }).reason).toMatch(
      /reported "lost".*unknown here.*restored from an older copy/,
    )
    expect(await readMetric(muster, "muster_dispatcher_reports_total")).toBeGreaterThan(0)
  })

  it("has the teams' folders that belong to it, with what members had written by then", async () => {
    const folder = join(muster.dataDir, "teams", team.teamId)
    const history = await readHistory(api, team.teamId)
    await waitFor(
      "the folder is as far as the history",
      () => {
        const file = join(folder, "history.ndjson")
        const lines = existsSync(file) ? readFileSync(file, "utf8").trimEnd().split("\n") : []
        return lines.length >= history.length ? true : undefined
      },
      WAIT_MILLIS,
    )
    const files = readdirSync(join(folder, "tasks"))
    expect(files).toEqual(expect.arrayContaining(known.ended.map((id) => `${id}.json`)))
    for (const id of [...lost.tasks, lost.hanging]) expect(files).not.toContain(`${id}.json`)
    for (const id of known.ended)
      expect(readFileSync(join(folder, "artifacts", id, "file.txt"), "utf8")).toMatch(/^the file of Ended \d\n$/)
    expect(readFileSync(contextFile("before.md"), "utf8")).toBe("from before the copy\n")
    expect(existsSync(contextFile("after.md"))).toBe(false)
    // Nothing was deleted: the folder of before lies aside.
    const [aside = ""] = readdirSync(muster.dataDir).filter((name) => name.startsWith("before-restore-"))
    expect(existsSync(join(muster.dataDir, aside, "teams", team.teamId, "context", "after.md"))).toBe(true)
  })

  it("goes on on another machine: into an empty place, with a database and a bus of its own", async () => {
    const dataDir = mkdtempSync(join(tmpdir(), "muster-elsewhere-"))
    const report = await runRestore([backupFile], { MUSTER_DATA_DIR: dataDir })
    expect(report).toMatchObject({ movedAside: null, schemasMovedAside: [] })
    const elsewhere = await startMuster({ dataDir })
    try {
      expect((await connectApi(elsewhere.url, api.cookie).call("GET", "/session")).status).toBe(401)
      const there = await signIn(elsewhere.url, (await invite(elsewhere, "Olive Owner", "owner")).code)
      await waitOnline(there, team.teamId)
      const { id } = await dispatch(there, team.teamId, quick("Elsewhere"))
      const all = [...known.ended, ...known.running, id]
      const events = await followHistory(there, team.teamId).until(
        "all that the copy knew is done",
        (events) => (isOver(events, all) ? events : undefined),
        WAIT_MILLIS,
      )
      expect(tally(all, events)).toEqual({ lost: [], doubled: [] })
      expect(readFileSync(join(dataDir, "teams", team.teamId, "context", "before.md"), "utf8")).toBe(
        "from before the copy\n",
      )

      // And once more in its place: the private database changes places with a new one.
      await elsewhere.terminate()
      const again = await runRestore([backupFile, "--replace"], { MUSTER_DATA_DIR: dataDir })
      expect(readdirSync(again.movedAside ?? "").toSorted()).toEqual(["blobs", "postgres", "secrets.json", "teams"])
      await elsewhere.start()
      const later = await signIn(elsewhere.url, (await invite(elsewhere, "Olive Owner", "owner")).code)
      expect((await later.call("GET", `/teams/${team.teamId}/tasks/${id}`)).status).toBe(404)
      expect((await later.call("GET", `/teams/${team.teamId}/tasks/${known.ended[0] ?? ""}`)).status).toBe(200)
    } finally {
      await elsewhere.stop()
    }
  })

  it("has read models that equal a replay from zero, byte for byte", async () => {
    const blobs = tempDir("muster-drill-blobs-")
    await muster.terminate()
    await catchUp(servers.appUrl, blobs.path)
    const lived = await dumpReadModels(servers.appUrl)
    expect(lived["task"]?.length ?? 0).toBeGreaterThan(30)
    await replayFromZero(servers.appUrl, blobs.path)
    expect(await dumpReadModels(servers.appUrl)).toEqual(lived)
    blobs.remove()
  })
})

const onBusKey = (muster: Muster, key: string): Promise<string | null> => onBus(muster, (redis) => redis.get(key))
