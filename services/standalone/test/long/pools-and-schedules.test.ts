import type { BulkReply, ScheduleWithNext } from "@muster/contracts"
import { afterAll, beforeAll, describe, expect, it } from "vitest"
import {
  dispatchAll,
  followHistory,
  makeOnlineTeam,
  readTask,
  startSignedIn,
  type Api,
  type MadeTeam,
  type Muster,
} from "../harness/index.ts"

/** A schedule is due at a full minute at the latest; the rest is for a busy machine. */
const WAIT_MILLIS = 150_000
const POOLED_TASKS = 60
const quick = { runtimeOptions: { simulated: { steps: [] } } }

describe("pools and schedules with real agents", () => {
  let muster: Muster
  let api: Api
  let team: MadeTeam
  beforeAll(async () => {
    ;({ muster, api } = await startSignedIn())
    team = await makeOnlineTeam(api, "Pools", [
      { handle: "lead", role: "leader", runtime: "simulated", slots: 2 },
      { handle: "one", runtime: "simulated", slots: 2, skills: ["counting"] },
      { handle: "two", runtime: "simulated", slots: 2, skills: ["Counting", "review"] },
    ])
  })
  afterAll(() => muster?.stop())

  it("spreads the work of a pool over the members with the skill, and gives none to others", async () => {
    const follower = followHistory(api, team.teamId)
    const ids = await dispatchAll(
      api,
      team.teamId,
      Array.from({ length: POOLED_TASKS }, (_, n) => ({
        title: `Pooled ${n}`,
        pool: { skills: ["counting"] },
        ...quick,
      })),
    )
    await follower.until(
      "all of them succeeded",
      (events) => {
        const ended = new Set(events.filter(({ type }) => type === "TaskSucceeded").map(({ stream }) => stream))
        return ids.every((id) => ended.has(`task-${id}`)) ? true : undefined
      },
      WAIT_MILLIS,
    )
    const holders = new Set<string | null>()
    for (const id of ids) holders.add((await readTask(api, team.teamId, id)).task.memberId)
    expect(holders).toEqual(new Set(team.memberIds.slice(1)))
  })

  it("dispatches what is due, whatever crashed meanwhile, once", async () => {
    const schedules = `/teams/${team.teamId}/schedules`
    const { id, position } = await api.json<{ id: string; position: string }>("POST", schedules, {
      body: { name: "Often", cron: "* * * * *", task: { title: "Again", pool: { skills: ["review"] }, ...quick } },
    })
    const made = await api.json<ScheduleWithNext>("GET", `${schedules}/${id}?atLeast=${position}`)
    const [dueAt] = made.next
    await muster.kill9()
    await muster.start()
    const follower = followHistory(api, team.teamId)
    const dispatched = await follower.until(
      "its first task is dispatched",
      (events) =>
        events.find(
          ({ type, data }) =>
            type === "TaskDispatched" && (data as { firing?: { dueAt: string } }).firing?.dueAt === dueAt,
        ),
      WAIT_MILLIS,
    )
    await follower.until(
      "and done",
      (events) =>
        events.some(({ type, stream }) => type === "TaskSucceeded" && stream === dispatched.stream) || undefined,
      WAIT_MILLIS,
    )
    await api.json("POST", `${schedules}/${id}/delete`, { body: {} })
    const firings = follower
      .events()
      .filter(({ data }) => (data as { firing?: { dueAt: string } } | null)?.firing?.dueAt === dueAt)
    expect(firings).toHaveLength(1)
  })

  it("fans out and in within one bulk dispatch", async () => {
    const fan = Array.from({ length: 8 }, (_, n) => `part-${n}`)
    const { verdicts } = await api.json<typeof BulkReply.Type>("POST", `/teams/${team.teamId}/tasks/bulk`, {
      body: {
        tasks: [
          { title: "Join", ref: "join", afterRefs: fan, ...quick },
          ...fan.map((ref) => ({ title: ref, ref, afterRefs: ["start"], pool: { skills: ["counting"] }, ...quick })),
          { title: "Start", ref: "start", ...quick },
        ],
      },
    })
    const ids = verdicts.map((verdict) => (verdict.ok ? verdict.id : ""))
    const follower = followHistory(api, team.teamId)
    const positionOf = (type: string, id = "") =>
      follower.events().findIndex((event) => event.type === type && event.stream === `task-${id}`)
    await follower.until(
      "the join succeeded",
      (events) =>
        events.some(({ type, stream }) => type === "TaskSucceeded" && stream === `task-${ids[0]}`) || undefined,
      WAIT_MILLIS,
    )
    const start = positionOf("TaskSucceeded", ids.at(-1))
    for (const part of ids.slice(1, -1)) {
      expect(positionOf("TaskReady", part)).toBeGreaterThan(start)
      expect(positionOf("TaskReady", ids[0])).toBeGreaterThan(positionOf("TaskSucceeded", part))
    }
  })
})
