import type { FeedEvent } from "@muster/contracts"
import { afterAll, beforeAll, describe, expect, it } from "vitest"
import {
  agentsOf,
  dispatchAll,
  followHistory,
  makeOnlineTeam,
  readTask,
  startSignedIn,
  waitFor,
  waitOnline,
  type Api,
  type Muster,
} from "../harness/index.ts"

const TEAMS = 3
const SLOTS = 4
/** The promise: so long after the kill switch is recorded the last running task is confirmed cancelled. */
const HALT_MAX_MILLIS = 2_000
const WAIT_MILLIS = 60_000

const hang = { title: "Hang", runtimeOptions: { simulated: { steps: [{ kind: "hang" as const }] } } }

const eventOf = (events: readonly FeedEvent[], stream: string, type: string): FeedEvent | undefined =>
  events.find((event) => event.stream === stream && event.type === type)

describe("the kill switch of the organisation", () => {
  let muster: Muster
  let api: Api
  beforeAll(async () => {
    ;({ muster, api } = await startSignedIn())
  })
  afterAll(() => muster?.stop())

  const busyTeam = async (name: string) => {
    const team = await makeOnlineTeam(api, name, [
      { handle: "busy", role: "leader", runtime: "simulated", slots: SLOTS },
    ])
    const follower = followHistory(api, team.teamId)
    // One is handed over ahead of a free slot, two wait in the queue.
    const ids = await dispatchAll(
      api,
      team.teamId,
      Array.from({ length: SLOTS + 3 }, () => hang),
    )
    await follower.until(
      "all slots are busy and one task waits at the member",
      (events) =>
        ids.slice(0, SLOTS).every((id) => eventOf(events, `task-${id}`, "TaskStarted") !== undefined) &&
        eventOf(events, `task-${ids[SLOTS]}`, "TaskAssigned") !== undefined
          ? true
          : undefined,
      WAIT_MILLIS,
    )
    return { ...team, follower, held: ids.slice(0, SLOTS + 1), queued: ids.slice(SLOTS + 1) }
  }

  it("has every running task confirmed cancelled within two seconds, keeps the queue, and survives a restart", async () => {
    const teams = await Promise.all(Array.from({ length: TEAMS }, (_, n) => busyTeam(`Halt ${n}`)))
    await api.json("POST", "/organisation/halt", { body: { reason: "a rehearsal" } })
    const delays: number[] = []
    for (const { teamId, follower, held } of teams) {
      await follower.until(
        "all it holds is cancelled",
        (events) =>
          held.every((id) => eventOf(events, `task-${id}`, "TaskCancelled") !== undefined) ? true : undefined,
        WAIT_MILLIS,
      )
      const events = follower.events()
      const thrownAt = Date.parse(eventOf(events, `team-${teamId}`, "TeamHalted")?.at ?? "")
      for (const id of held) {
        const cancelled = eventOf(events, `task-${id}`, "TaskCancelled")
        delays.push(Date.parse(cancelled?.at ?? "") - thrownAt)
        // Confirmed by the agent itself, not given up on by the dispatcher.
        expect(cancelled?.meta.actor.kind).toBe("member")
      }
    }
    const slowest = Math.max(...delays)
    console.log(`${delays.length} tasks of ${TEAMS} teams cancelled, the last one confirmed after ${slowest} ms`)
    expect(slowest).toBeLessThanOrEqual(HALT_MAX_MILLIS)

    await muster.kill9()
    await muster.start()
    for (const { teamId, queued } of teams) {
      await waitOnline(api, teamId)
      for (const id of queued) expect((await readTask(api, teamId, id)).task.phase).toBe("queued")
    }
    await api.json("POST", "/organisation/release", { body: { reason: "the rehearsal is over" } })
    for (const { follower, queued } of teams)
      await follower.until(
        "the queue goes on",
        (events) =>
          queued.every((id) => eventOf(events, `task-${id}`, "TaskStarted") !== undefined) ? true : undefined,
        WAIT_MILLIS,
      )
  })

  it("has an agent that hangs killed and started anew, and its work recorded as cancelled", async () => {
    const { teamId, memberIds, follower, held } = await busyTeam("Disobedient")
    const [memberId = ""] = memberIds
    const pid = await waitFor("its agent runs", () => agentsOf(muster).get(memberId), WAIT_MILLIS)
    process.kill(pid, "SIGSTOP")
    await api.json("POST", `/teams/${teamId}/halt`, { body: { reason: "it hangs" } })
    await follower.until(
      "all it held is cancelled",
      (events) => (held.every((id) => eventOf(events, `task-${id}`, "TaskCancelled")) ? true : undefined),
      WAIT_MILLIS,
    )
    expect(eventOf(follower.events(), `member-${memberId}`, "MemberStopOrdered")).toBeDefined()
    await waitFor(
      "another agent runs in its place",
      () => {
        const now = agentsOf(muster).get(memberId)
        return now === undefined || now === pid ? undefined : now
      },
      WAIT_MILLIS,
    )
  })
})
