import type { FeedEvent } from "@muster/contracts"
import { afterAll, beforeAll, describe, expect, it } from "vitest"
import {
  dispatchAll,
  followHistory,
  makeOnlineTeam,
  startSignedIn,
  type Api,
  type MadeTeam,
  type Muster,
} from "../harness/index.ts"

const SLOTS = 4
const ROUNDS = 5
/** The promise: so long after the request is recorded the agent's confirmation is. */
const CANCEL_MAX_MILLIS = 2_000
const WAIT_MILLIS = 60_000

describe("cancelling work of a member whose slots are all busy", () => {
  let muster: Muster
  let api: Api
  let team: MadeTeam
  beforeAll(async () => {
    ;({ muster, api } = await startSignedIn())
    team = await makeOnlineTeam(api, "Cancel", [{ handle: "busy", role: "leader", runtime: "simulated", slots: SLOTS }])
  })
  afterAll(() => muster?.stop())

  const instant = (events: readonly FeedEvent[], taskId: string, type: string): number | undefined => {
    const event = events.find((candidate) => candidate.stream === `task-${taskId}` && candidate.type === type)
    return event === undefined ? undefined : Date.parse(event.at)
  }

  it("reaches it within two seconds", async () => {
    const follower = followHistory(api, team.teamId)
    const delays: number[] = []
    for (let round = 0; round < ROUNDS; round++) {
      // One more than there are slots: the inbox holds work too.
      const hang = { title: "Hang", runtimeOptions: { simulated: { steps: [{ kind: "hang" as const }] } } }
      const ids = await dispatchAll(
        api,
        team.teamId,
        Array.from({ length: SLOTS + 1 }, () => hang),
      )
      const running = ids.slice(0, SLOTS)
      await follower.until(
        "all slots are busy",
        (events) => (running.every((id) => instant(events, id, "TaskStarted") !== undefined) ? true : undefined),
        WAIT_MILLIS,
      )
      for (const id of ids)
        await api.json("POST", `/teams/${team.teamId}/tasks/${id}/cancel`, { body: { reason: "enough" } })
      await follower.until(
        "all are cancelled",
        (events) => (ids.every((id) => instant(events, id, "TaskCancelled") !== undefined) ? true : undefined),
        WAIT_MILLIS,
      )
      for (const id of running) {
        const requestedAt = instant(follower.events(), id, "TaskCancelRequested") ?? Number.NaN
        delays.push((instant(follower.events(), id, "TaskCancelled") ?? Number.NaN) - requestedAt)
      }
    }
    const slowest = Math.max(...delays)
    console.log(`${delays.length} cancels, the slowest confirmed after ${slowest} ms`)
    expect(slowest).toBeLessThanOrEqual(CANCEL_MAX_MILLIS)
  })
})
