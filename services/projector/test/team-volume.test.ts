import { historyOf, type HistoryEvent } from "@muster/projections/testing"
import { rotateGeneration } from "@muster/event-store/postgres"
import type { BlobStore } from "@muster/blobs"
import { teamFeed, type TaskDoc } from "@muster/contracts"
import {
  appendFileSync,
  chmodSync,
  existsSync,
  lstatSync,
  readdirSync,
  readFileSync,
  rmSync,
  statSync,
  symlinkSync,
  writeFileSync,
} from "node:fs"
import { join } from "node:path"
import { Readable } from "node:stream"
import postgres from "postgres"
import { describe, expect, it } from "vitest"
import { MINUTE_MILLIS } from "./each-test.ts"
import { dirOfTest, until } from "./harness.ts"
import { half, history, subject, teamId, tree, volumeOfEachTest } from "./volume.ts"

const volume = volumeOfEachTest()
const { start, team, jsonAt, expectedTree } = volume

describe("the files of a team", () => {
  it("show the team, its tasks, their results and its history as the read models do", async () => {
    const live = start()
    await volume.place.append(history)
    await live.settled()
    const { readModels } = live.models
    const tasks = await readModels.tasks.list(subject, teamId, { limit: 500 })
    for (const task of tasks) {
      expect(jsonAt("tasks", `${task.id}.json`)).toMatchObject(
        (await readModels.tasks.get(subject, teamId, task.id)) as object,
      )
      const run = task.runs.at(-1)
      expect(existsSync(team("results", task.id))).toBe(run !== undefined)
      if (run === undefined) continue
      expect(jsonAt("results", task.id, "result.json")).toMatchObject({ ...run, taskId: task.id })
      const page = readFileSync(team("results", task.id, "result.md"), "utf8")
      expect(page).toContain(`# T-${task.number}: ${task.title}`)
      expect(page).toContain(`Outcome: ${run.outcome}`)
    }
    expect(tasks.some((task) => task.runs.length > 0)).toBe(true)
    expect(jsonAt("team.json")).toMatchObject({
      team: (await readModels.teams.get(subject, teamId)) as object,
      members: (await readModels.members.list(subject, teamId)).map(({ handle, id }) => ({ handle, id })),
    })
    const feed = await readModels.feed.range(subject, teamFeed(teamId), { after: 0, limit: 500 })
    const lines = readFileSync(team("history.ndjson"), "utf8").trimEnd().split("\n")
    expect(lines.map((line): unknown => JSON.parse(line))).toEqual(feed)
    const seqs = Array.from({ length: Math.floor(feed.length / 10) }, (_, n) => (n + 1) * 10).slice(-20)
    expect(new Set(readdirSync(team("snapshots")))).toEqual(new Set(seqs.map((seq) => `${seq}.json`)))
    const state = (await readModels.teamViewAt(subject, teamId, { seq: seqs.at(-1) ?? 0 }))?.state
    expect(jsonAt("snapshots", `${seqs.at(-1)}.json`)).toEqual(state)
  })

  it("hold the artifacts' bytes as files of their own, and leave out what the blob store does not have", async () => {
    const text = "all counted\n"
    const { sha256, size } = await volume.blobs.put(Readable.from([Buffer.from(text)]))
    const gone = "f".repeat(64)
    const assigned = history.findIndex(({ event }) => event.type === "TaskStarted")
    const { stream, event } = history[assigned] as HistoryEvent
    const artifact = (n: number, name: string, hash: string): HistoryEvent => ({
      stream,
      event: {
        ...event,
        id: `00000000-0000-7000-8fff-${String(n).padStart(12, "0")}` as HistoryEvent["event"]["id"],
        type: "TaskArtifactAdded",
        data: { ...(event.data as object), name, sha256: hash, size, mediaType: "text/plain" },
      },
    })
    const live = start()
    await volume.place.append([
      ...history.slice(0, assigned + 1),
      artifact(1, "out/words.txt", gone),
      artifact(2, "out/words.txt", sha256),
      artifact(3, "../../../escape.txt", sha256),
      artifact(4, "lost.txt", gone),
    ])
    await live.settled()
    const folder = team("artifacts", stream.slice(5))
    expect(readFileSync(join(folder, "out", "words.txt"), "utf8")).toBe(text)
    expect(statSync(join(folder, "out", "words.txt")).nlink).toBe(1)
    const names = readdirSync(folder)
    expect(names).toHaveLength(2)
    const escaped = names.find((name) => name !== "out") ?? ""
    expect(escaped).toMatch(/^escape~[0-9a-f]{10}\.txt$/u)
    expect(readFileSync(join(folder, escaped), "utf8")).toBe(text)
    expect(existsSync(join(volume.dir, "escape.txt"))).toBe(false)
    expect(live.lines.filter((line) => line.fields["sha256"] === gone).length).toBeGreaterThan(0)
  })

  it("can be read by members, who may write in context alone", async () => {
    const before = process.umask(0o077)
    try {
      const live = start()
      await volume.place.append(history)
      await live.settled()
    } finally {
      process.umask(before)
    }
    const modeOf = (...parts: readonly string[]) => (statSync(team(...parts)).mode & 0o7777).toString(8)
    const task = readdirSync(team("tasks"))[0] ?? ""
    expect([modeOf(), modeOf("tasks"), modeOf("tasks", task), modeOf("team.json"), modeOf("history.ndjson")]).toEqual([
      "755",
      "755",
      "644",
      "644",
      "644",
    ])
    expect(modeOf("context")).toBe("1777")
    expect(modeOf(".muster")).toBe("700")
  })

  it("say nothing of how other members' runtimes are set up", async () => {
    const live = start()
    await volume.place.append(history)
    await live.settled()
    expect(readFileSync(team("team.json"), "utf8")).not.toContain("runtimeOptions")
  })
})

describe("a volume", () => {
  it("that was deleted, whole or in part, is written again as it was", async () => {
    const live = start()
    await volume.place.append(history.slice(0, half))
    await live.settled()
    rmSync(team(), { recursive: true })
    await volume.place.append(history.slice(half, half + 40))
    await live.settled()
    rmSync(team("history.ndjson"))
    await volume.place.append(history.slice(half + 40))
    await live.settled()
    const found = tree(volume.dir)
    expect(found).toEqual(await expectedTree())
    expect(found.size).toBeGreaterThan(10)
  })

  it("whose writer crashed between the files and the checkpoint goes on without a double or a hole", async () => {
    const first = start()
    await volume.place.append(history.slice(0, half))
    await first.settled()
    const checkpoint = readFileSync(team(".muster", "checkpoint.json"))
    await volume.place.append(history.slice(half, half + 30))
    await first.settled()
    await first.stop()
    // The files of the last rounds are there, the checkpoint is not; of one line only a part.
    writeFileSync(team(".muster", "checkpoint.json"), checkpoint)
    appendFileSync(team("history.ndjson"), '{"seq": 99')
    writeFileSync(team(".muster", "staging", "leftover"), "half a file")
    const second = start()
    await volume.place.append(history.slice(half + 30))
    await second.settled()
    expect(tree(volume.dir)).toEqual(await expectedTree())
    expect(readdirSync(team(".muster", "staging"))).toEqual([])
  })

  it("of a log that was restored, or with a checkpoint nobody can read, is written anew, but for what members wrote", async () => {
    const first = start()
    await volume.place.append(history)
    await first.settled()
    await first.stop()
    writeFileSync(team("context", "notes.md"), "ours")
    writeFileSync(team("tasks", "of-a-lost-history.json"), "{}")
    const owner = postgres(volume.place.ownerUrl, { max: 1 })
    await rotateGeneration(owner)
    await owner.end()
    const second = start()
    await second.settled()
    await second.stop()
    expect(existsSync(team("tasks", "of-a-lost-history.json"))).toBe(false)
    expect(readFileSync(team("context", "notes.md"), "utf8")).toBe("ours")
    writeFileSync(team("tasks", "stray.json"), "{}")
    writeFileSync(team(".muster", "checkpoint.json"), "no JSON")
    const third = start()
    await third.settled()
    expect(existsSync(team("tasks", "stray.json"))).toBe(false)
    rmSync(team("context", "notes.md"))
    expect(tree(volume.dir)).toEqual(await expectedTree())
  })

  it("survives a rebuild of the read models untouched", async () => {
    const live = start()
    await volume.place.append(history)
    await live.settled()
    const inode = statSync(team("history.ndjson")).ino
    const before = tree(volume.dir)
    await live.runner.rebuild()
    await live.settled()
    expect(tree(volume.dir)).toEqual(before)
    expect(statSync(team("history.ndjson")).ino).toBe(inode)
  })

  it("keeps the newest snapshots alone", async () => {
    const live = start({ snapshotEveryEvents: 3 })
    await volume.place.append(history)
    await live.settled()
    const { seq } = await live.models.readModels.feed.head(teamFeed(teamId))
    const newest = Math.floor(seq / 3) * 3
    expect(new Set(readdirSync(team("snapshots")).map((name) => Number.parseInt(name, 10)))).toEqual(
      new Set(Array.from({ length: 20 }, (_, n) => newest - n * 3)),
    )
  })
})

describe("a volume that cannot be written", () => {
  it("never stops the read models, is tried again, and then has everything", async () => {
    // A file where the folder of all teams should be.
    rmSync(volume.dir, { recursive: true })
    writeFileSync(volume.dir, "in the way")
    const live = start()
    await volume.place.append(history.slice(0, half))
    const head = await volume.place.events.head()
    expect(await live.models.readModels.waitFor(head, MINUTE_MILLIS)).toBe(true)
    await until(() => live.lines.some((line) => line.level === "error" && line.fields["teamId"] === teamId))
    expect(live.runner.isSettled()).toBe(false)
    rmSync(volume.dir)
    await volume.place.append(history.slice(half))
    await live.settled()
    expect(live.lines.some((line) => line.message === "the files of a team are written again")).toBe(true)
    expect(tree(volume.dir)).toEqual(await expectedTree())
  })

  it("of one team does not keep the others waiting", async () => {
    const two = historyOf(
      Array.from({ length: 100 }, (_, n) => n * 37),
      { teams: 2, number: 7 },
    )
    const ids = two.filter(({ event }) => event.type === "TeamCreated").map(({ event }) => event.meta.team ?? "")
    const broken: BlobStore = {
      ...volume.blobs,
      open: () => Promise.reject(new Error("the disk of the blobs is gone")),
    }
    const task = two.find(({ event }) => event.type === "TaskDispatched" && event.meta.team === ids[0]) as HistoryEvent
    const doomed = (n: number, type: string, data: object): HistoryEvent => ({
      stream: "task-00000000-0000-7000-8ffe-000000000001",
      event: {
        ...task.event,
        id: `00000000-0000-7000-8fff-${String(n).padStart(12, "0")}` as HistoryEvent["event"]["id"],
        type,
        data,
      },
    })
    const assignmentId = "00000000-0000-7000-8ffd-000000000001"
    const spec = (task.event.data as { spec: { memberId: string } }).spec
    const live = start({ blobs: broken })
    await volume.place.append([
      doomed(1, "TaskDispatched", {
        ...task.event.data,
        taskId: "00000000-0000-7000-8ffe-000000000001",
        spec: { ...spec, after: [] },
      }),
      doomed(2, "TaskAssigned", { assignmentId, memberId: spec.memberId, run: 1, attempt: 1, epoch: 1 }),
      doomed(3, "TaskStarted", { assignmentId }),
      doomed(4, "TaskArtifactAdded", { assignmentId, name: "a", sha256: "0".repeat(64), size: 1, mediaType: "a/b" }),
      ...two.filter(({ event }) => event.type !== "TaskArtifactAdded"),
    ])
    const others = ids.slice(1)
    const seqOf = async (id: string) => (await live.models.readModels.feed.head(teamFeed(id))).seq
    await live.models.readModels.waitFor(await volume.place.events.head(), MINUTE_MILLIS)
    for (const id of others) {
      const seq = await seqOf(id)
      await until(() => {
        const file = join(volume.dir, id, ".muster", "checkpoint.json")
        return existsSync(file) && (JSON.parse(readFileSync(file, "utf8")) as { seq: number }).seq === seq
      })
    }
    await until(() => live.lines.some((line) => line.level === "error" && line.fields["teamId"] === ids[0]))
    expect(live.runner.isSettled()).toBe(false)
  })
})

describe("a folder of teams", () => {
  it("may itself be a link that the operator made", async () => {
    const real = dirOfTest("muster-test-teams-")
    rmSync(volume.dir, { recursive: true })
    symlinkSync(real, volume.dir)
    const live = start()
    await volume.place.append(history.slice(0, half))
    await live.settled()
    expect(existsSync(join(real, teamId, "team.json"))).toBe(true)
    expect(lstatSync(volume.dir).isSymbolicLink()).toBe(true)
    chmodSync(real, 0o700)
  })
})

it("a task that goes on shows its newest state", async () => {
  const live = start()
  for (let part = 0; part < 8; part += 1) {
    await volume.place.append(history.slice((part * history.length) / 8, ((part + 1) * history.length) / 8))
    await live.settled()
    const tasks = await live.models.readModels.tasks.list(subject, teamId, { limit: 500 })
    for (const task of tasks) expect((jsonAt("tasks", `${task.id}.json`) as { task: TaskDoc }).task).toEqual(task)
  }
})
