import type { HistoryEvent } from "@muster/projections/testing"
import { Blobs, openBlobs, type BlobStore } from "@muster/blobs"
import { EventStore } from "@muster/event-store"
import { rotateGeneration } from "@muster/event-store/postgres"
import { ReadModels, layerReadModels } from "@muster/read-models"
import { teamFeed } from "@muster/contracts"
import type { Position, TeamId } from "@muster/domain"
import { randomBytes } from "node:crypto"
import { Effect, Layer } from "effect"
import postgres from "postgres"
import { describe, expect, it } from "vitest"
import { poisonedEvents, rebuilds } from "#src/metrics.ts"
import { projector } from "#src/index.ts"
import { lifeOf, liveThrough, MINUTE_MILLIS, place, server } from "./each-test.ts"
import { differences, dirOfTest, dump, until } from "./harness.ts"

const valueOf = async (metric: { get: () => Promise<{ values: { value: number }[] }> }) =>
  (await metric.get()).values[0]?.value ?? 0

const { history, created, half, teamId, subject } = lifeOf(400, 29)

/** An event like the team's own, but with other words. */
const like = (over: Partial<HistoryEvent["event"]>, stream: string, n: number): HistoryEvent => ({
  stream,
  event: {
    ...created.event,
    id: `00000000-0000-7000-8fff-${String(n).padStart(12, "0")}` as HistoryEvent["event"]["id"],
    ...over,
  },
})

/** What a replay from nothing makes of the log that is there now. */
const rebuilt = async () => {
  const again = place.start()
  await again.runner.rebuild()
  await again.settled()
  await again.stop()
  return dump(place.sql)
}

describe("an event that cannot be folded", () => {
  it("is in the feed, told to operators, and leaves everything else going on", async () => {
    const live = place.start()
    await place.append(history)
    await live.settled()
    const before = await dump(place.sql)
    const poisonedBefore = await valueOf(poisonedEvents)
    const secret = "what nobody should read in a log"
    const task = history.find(({ event }) => event.type === "TaskDispatched")?.stream ?? ""
    await place.append([
      like({ type: "TaskDispatched", data: { spec: secret } }, task, 1),
      like({ type: "TaskDispatched", data: { secret } }, "task-00000000-0000-7000-8ffe-000000000001", 2),
      like({ type: "ChatMessagePosted", data: { text: secret } }, `chat-${teamId}`, 3),
      like({ type: "TeamEdited", data: { profile: { name: "Still here", description: "" } } }, `team-${teamId}`, 4),
    ])
    await live.settled()
    expect(live.lines.filter((line) => line.level === "error").map((line) => line.fields["type"])).toEqual([
      "TaskDispatched",
      "TaskDispatched",
      "ChatMessagePosted",
    ])
    expect(JSON.stringify(live.lines)).not.toContain(secret)
    expect(await valueOf(poisonedEvents)).toBe(poisonedBefore + 3)
    const after = await dump(place.sql)
    for (const table of ["task", "task_spec", "chat_message", "member"])
      expect(after.get(table)).toEqual(before.get(table))
    expect(await live.models.readModels.teams.get(subject, teamId)).toMatchObject({ name: "Still here" })
    const feed = await live.models.readModels.feed.range(subject, teamFeed(teamId), { limit: 4 })
    expect(feed.map((event) => event.type)).toEqual([
      "TaskDispatched",
      "TaskDispatched",
      "ChatMessagePosted",
      "TeamEdited",
    ])
    await live.stop()
  })

  it("because the database refuses it is found among its neighbours and shown in its feed alone", async () => {
    const live = place.start({ pageEvents: 64 })
    // Longer than an index takes, and nothing that compresses.
    const tooLong = randomBytes(6_000).toString("hex")
    const strayTeam = randomBytes(6_000).toString("hex") as TeamId
    await place.append([
      ...history.slice(0, 40),
      like({ type: "ChatMessagePosted", data: { messageId: tooLong, text: "a", mentions: [] } }, `chat-${teamId}`, 1),
      like({ type: "WeatherChanged", meta: { ...created.event.meta, team: strayTeam } }, "weather-1", 2),
      ...history.slice(40),
    ])
    await live.settled()
    const { readModels } = live.models
    expect((await readModels.feed.head(teamFeed(teamId))).seq).toBe(
      history.filter(({ event }) => event.meta.team === teamId).length + 1,
    )
    expect(await readModels.feed.range(subject, teamFeed(teamId), { limit: 500, type: "WeatherChanged" })).toHaveLength(
      history.filter(({ event }) => event.type === "WeatherChanged").length,
    )
    const clean = await server.place()
    const other = clean.start()
    await clean.append(history)
    await other.settled()
    const numbers = async (one: typeof live) =>
      (await one.models.readModels.tasks.list(subject, teamId, { limit: 500 })).map((task) => [task.number, task.phase])
    expect(await numbers(live)).toEqual(await numbers(other))
    const lived = await dump(place.sql)
    await live.stop()
    expect(differences(lived, await rebuilt())).toEqual([])
    await other.stop()
    await clean.close()
  })

  it("of a type of tomorrow becomes a feed row and nothing else", async () => {
    const live = place.start()
    await place.append(history)
    await live.settled()
    const before = await dump(place.sql)
    await place.append([like({ type: "TeamTeleported", schema: 7, data: { to: "Mars" } }, `team-${teamId}`, 1)])
    await live.settled()
    const added = differences(before, await dump(place.sql)).filter((line) => line.startsWith("+"))
    // A snapshot is due now and then, whatever the event is.
    const changed = new Set(added.map((line) => line.split(" ")[1])).difference(new Set(["snapshot"]))
    expect(changed).toEqual(new Set(["checkpoint", "feed", "feed_head"]))
    const [event] = await live.models.readModels.feed.range(subject, teamFeed(teamId), { limit: 1 })
    expect(event).toMatchObject({ type: "TeamTeleported", schema: 7, data: { to: "Mars" } })
    expect(live.lines.filter((line) => line.level === "error")).toEqual([])
    await live.stop()
  })
})

describe("what is stored", () => {
  it("of a log that was restored from a copy is made anew", async () => {
    await liveThrough(history)
    await place.sql`UPDATE rm.team SET org_id = 'of the lost history'`
    const owner = postgres(place.ownerUrl, { max: 1 })
    const generation = await rotateGeneration(owner)
    await owner.end()
    const rebuildsBefore = await valueOf(rebuilds)
    const second = await liveThrough()
    expect(await place.sql`SELECT generation FROM rm.checkpoint`).toEqual([{ generation }])
    expect(await place.sql`SELECT org_id FROM rm.team`).toEqual([{ org_id: created.event.meta.org }])
    expect(await valueOf(rebuilds)).toBe(rebuildsBefore + 1)
    expect(second.lines.find((line) => line.fields["why"] === "the log was restored from a copy")).toBeDefined()
  })

  it("by other reducers is made anew", async () => {
    await liveThrough(history)
    const lived = await dump(place.sql)
    await place.sql`UPDATE rm.checkpoint SET feed_version = 0`
    await place.sql`UPDATE rm.task SET doc = '{}'`
    await liveThrough()
    expect(differences(lived, await dump(place.sql))).toEqual([])
  })

  it("and contradicts itself is made anew", async () => {
    await liveThrough(history.slice(0, half))
    await place.sql`UPDATE rm.feed_head SET seq = 1`
    await place.append(history.slice(half))
    const second = await liveThrough()
    const mended = await dump(place.sql)
    expect(differences(mended, await rebuilt())).toEqual([])
    expect(second.lines.some((line) => line.fields["error"] === "ProjectionCorrupt")).toBe(true)
  })
})

describe("a projector", () => {
  it("waits while another one owns the projection, and goes on when that one stops", async () => {
    const [first, second] = [place.start(), place.start()]
    await place.append(history.slice(0, half))
    await until(() => first.runner.isSettled() || second.runner.isSettled())
    const [owner, waiting] = first.runner.isSettled() ? [first, second] : [second, first]
    await owner.settled()
    expect(waiting.runner.isSettled()).toBe(false)
    await owner.stop()
    await place.append(history.slice(half))
    await waiting.settled()
    await waiting.stop()
    const lived = await dump(place.sql)
    expect(differences(lived, await rebuilt())).toEqual([])
  })

  it("whose connections are cut again and again loses and doubles nothing", async () => {
    const live = place.start({ pageEvents: 4 })
    const cut = async () => {
      await server.admin`
        SELECT pg_terminate_backend(pid) FROM pg_stat_activity
        WHERE application_name LIKE 'muster-projection%' OR application_name = 'muster-read-models'`
    }
    for (let part = 0; part < 6; part += 1) {
      await place.append(history.slice((part * history.length) / 6, ((part + 1) * history.length) / 6))
      await cut()
    }
    await live.settled()
    await live.stop()
    const lived = await dump(place.sql)
    const feed = await place.sql<{ seq: number; position: string }[]>`
      SELECT seq, position FROM rm.feed WHERE feed_id = ${teamFeed(teamId)} ORDER BY seq`
    expect(feed.map((row) => row.seq)).toEqual(feed.map((_, index) => index + 1))
    expect(differences(lived, await rebuilt())).toEqual([])
  })

  it("that is fenced by a newer owner writes no more, and asks for the projection again", async () => {
    const live = place.start()
    await place.append(history.slice(0, half))
    await live.settled()
    await place.sql`UPDATE rm.checkpoint SET owner_epoch = owner_epoch + 1`
    await place.append(history.slice(half))
    await live.settled()
    await live.stop()
    expect(live.lines.some((line) => line.fields["error"] === "ProjectionFenced")).toBe(true)
    const lived = await dump(place.sql)
    expect(differences(lived, await rebuilt())).toEqual([])
  })

  it("rebuilds while events come in, and refuses a wish it can no longer fulfil", async () => {
    const live = place.start()
    await place.append(history.slice(0, half))
    const [, one, two] = await Promise.all([
      place.append(history.slice(half)),
      live.runner.rebuild().then(() => "done"),
      live.runner.rebuild().then(() => "done"),
    ])
    expect([one, two]).toEqual(["done", "done"])
    await live.settled()
    await live.stop()
    const lived = await dump(place.sql)
    expect(differences(lived, await rebuilt())).toEqual([])
    await expect(live.runner.rebuild()).rejects.toThrow("stopped")
  })

  it("runs as a scoped effect over the layers of its ports, and ends with its scope", async () => {
    const blobs: BlobStore = await openBlobs({ dir: dirOfTest("muster-test-blobs-") })
    const layers = Layer.mergeAll(
      Layer.succeed(EventStore, place.events),
      Layer.succeed(Blobs, Blobs.of(blobs)),
      layerReadModels({ url: place.url }),
    )
    await place.append(history)
    const head = await place.events.head()
    const program = Effect.scoped(
      Effect.gen(function* () {
        const running = yield* projector()
        const models = yield* ReadModels
        yield* Effect.promise(() => models.waitFor(head, MINUTE_MILLIS))
        yield* Effect.promise(() => running.rebuild())
        return yield* Effect.promise(() => models.position())
      }),
    )
    expect(await Effect.runPromise(Effect.provide(program, layers))).toBe(head as Position)
    const owners = await place.sql`
      SELECT 1 FROM pg_stat_activity WHERE datname = current_database() AND application_name LIKE 'muster-projection%'`
    expect(owners).toHaveLength(0)
  })
})
