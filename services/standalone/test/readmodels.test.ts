import { startTestPostgres, tempDir, type TestPostgres } from "@muster/platform/testing"
import type { DeadLetterReply, DispatchRequest, FeedEvent, TaskDoc } from "@muster/contracts"
import { afterAll, beforeAll, describe, expect, it } from "vitest"
import {
  dispatch,
  dispatchAll,
  followHistory,
  foldOutcomes,
  makeOnlineTeam,
  onBus,
  readTask,
  startSignedIn,
  waitFor,
  type Api,
  type MadeTeam,
  type Muster,
} from "./harness/index.ts"
import { dumpReadModels } from "./readmodels/dump.ts"
import { catchUp, replayFromZero } from "./readmodels/replay.ts"

const WAIT_MILLIS = 120_000
/** More than there are feed events between two stored snapshots, so that some are stored. */
const CHAT_MESSAGES = 1_100
const CHAT_AT_ONCE = 20

type Steps = NonNullable<NonNullable<DispatchRequest["runtimeOptions"]>["simulated"]>["steps"]
const simulated = (title: string, steps: NonNullable<Steps>, more: object = {}) =>
  ({ title, runtimeOptions: { simulated: { steps } }, ...more }) as DispatchRequest

describe("the read models after a mixed piece of life", () => {
  let postgres: TestPostgres
  let muster: Muster
  let api: Api
  let team: MadeTeam
  const scratch = tempDir("muster-replay-blobs-")
  beforeAll(async () => {
    postgres = await startTestPostgres()
    const env = { DATABASE_URL: postgres.ownerUrl, MUSTER_APP_DATABASE_URL: postgres.appUrl }
    ;({ muster, api } = await startSignedIn({ env }))
    team = await makeOnlineTeam(api, "Mixed", [
      { handle: "one", role: "leader", runtime: "simulated", slots: 8 },
      { handle: "two", runtime: "simulated", slots: 4 },
    ])
  })
  afterAll(async () => {
    await muster?.stop()
    await postgres?.stop()
    scratch.remove()
  })

  const path = (rest: string) => `/teams/${team.teamId}${rest}`
  const post = (rest: string, body: object = {}) => api.json("POST", path(rest), { body })
  const isOver = (events: readonly FeedEvent[], ids: readonly string[]) => {
    const records = foldOutcomes(events)
    return ids.every((id) => (records.get(id)?.runs.at(-1)?.length ?? 0) > 0)
  }
  const until = (what: string, taskId: string, found: (task: TaskDoc) => boolean) =>
    waitFor(
      what,
      async () => {
        const { task } = await readTask(api, team.teamId, taskId)
        return found(task) ? task : undefined
      },
      WAIT_MILLIS,
    )

  const live = async (): Promise<void> => {
    const follower = followHistory(api, team.teamId)
    const ids = [
      ...(await dispatchAll(
        api,
        team.teamId,
        Array.from({ length: 20 }, (_, index) =>
          simulated(
            `Mixed ${index}`,
            [
              { kind: "progress", percent: 30, note: "on the way", afterMillis: 20 },
              { kind: "output", text: "a line\n", afterMillis: 1_100 },
              { kind: "progress", percent: 60, afterMillis: 20 },
              { kind: "artifact", name: `file-${index}.txt`, text: `file ${index}\n` },
              ...(index % 4 === 0 ? [{ kind: "fail" as const, message: "no", retryable: true }] : []),
            ],
            { priority: index % 10, memberId: team.memberIds[index % 2], retry: { maxAttempts: 2, backoffMillis: 50 } },
          ),
        ),
      )),
    ]
    const asking = (
      await dispatch(api, team.teamId, simulated("Ask", [{ kind: "question", text: "Which?", choices: ["a", "b"] }]))
    ).id
    const approving = (await dispatch(api, team.teamId, simulated("Approve", [{ kind: "approval", action: "delete" }])))
      .id
    const hanging = (await dispatch(api, team.teamId, simulated("Hang", [{ kind: "hang" }]))).id
    const limited = (await dispatch(api, team.teamId, simulated("Limit", [{ kind: "hang" }], { timeLimitMillis: 500 })))
      .id
    const after = (await dispatch(api, team.teamId, simulated("After", [], { after: [asking] }))).id
    ids.push(asking, approving, hanging, limited, after)
    for (let index = 0; index < CHAT_MESSAGES; index += CHAT_AT_ONCE)
      await Promise.all(
        Array.from({ length: CHAT_AT_ONCE }, (_, more) => post("/chat", { text: `Message ${index + more}` })),
      )
    await api.json("PATCH", path(""), { body: { name: "Mixed and renamed", description: "äöü 概要" } })
    await post("/pause", { reason: "lunch" })
    await post("/resume")
    const asked = await until("the question is asked", asking, ({ questions }) => questions.length > 0)
    await post(`/tasks/${asking}/questions/${asked.questions[0]?.id ?? ""}/answer`, { answer: "b" })
    const wanted = await until("the approval is asked for", approving, ({ approvals }) => approvals.length > 0)
    const [approval] = wanted.approvals
    const decision = { isApproved: true, hash: approval?.hash }
    await post(`/tasks/${approving}/approvals/${approval?.id ?? ""}/decide`, decision)
    await until("the hanging task runs", hanging, ({ phase }) => phase === "running")
    await post(`/tasks/${hanging}/pause`)
    await post(`/tasks/${hanging}/resume`)
    await post(`/tasks/${hanging}/cancel`, { reason: "enough" })
    await onBus(muster, (redis) =>
      redis.xadd(`{muster:${team.teamId}}:${team.memberIds[0] ?? ""}:out`, "*", "d", "poison"),
    )
    const buried = await follower.until(
      "the poison is dead-lettered",
      (events) => events.find(({ type }) => type === "MemberEntryDeadLettered"),
      WAIT_MILLIS,
    )
    await waitFor(
      "the dead letter is put aside",
      async () => {
        const body = { entries: [buried.position], reason: "seen" }
        const answer = await api.json<typeof DeadLetterReply.Type>("POST", path("/dead-letters/discard"), { body })
        return answer.verdicts[0]?.ok === true ? true : undefined
      },
      WAIT_MILLIS,
    )
    await onBus(muster, (redis) => redis.flushall())
    await follower.until("all tasks have an outcome", (events) => (isOver(events, ids) ? true : undefined), WAIT_MILLIS)
    await post(`/tasks/${limited}/retry`)
    const { id: extra } = await api.json<{ id: string }>("POST", path("/members"), {
      body: { handle: "three", runtime: "simulated", placement: "manual" },
    })
    await dispatch(api, team.teamId, simulated("Never", [], { memberId: extra }))
    await post(`/members/${extra}/remove`, { reason: "not needed" })
    ids.push(limited)
    const pooled = (await dispatch(api, team.teamId, simulated("Pooled", [], { pool: { skills: ["nobody has"] } }))).id
    const task = { title: "Yearly", pool: { skills: ["nobody has"] } }
    const yearly = { name: "Yearly", cron: "0 0 1 1 *", timeZone: "Europe/Berlin", task }
    const { id: schedule } = await api.json<{ id: string }>("POST", path("/schedules"), { body: yearly })
    await post(`/schedules/${schedule}/pause`, { reason: "holiday" })
    await post("/drain", { reason: "the end is near" })
    await post("/halt", { reason: "a rehearsal", cancelQueued: true })
    ids.push(pooled)
    await follower.until(
      "the retried task has an outcome",
      (events) => (isOver(events, ids) ? true : undefined),
      WAIT_MILLIS,
    )
    await post("/archive", { reason: "done" })
  }

  it("equal a replay from zero, byte for byte", async () => {
    await live()
    await muster.terminate()
    // What was appended while the product stopped is projected as the next start would: from where the read models are.
    await catchUp(postgres.appUrl, scratch.path)
    const lived = await dumpReadModels(postgres.appUrl)
    expect(Object.keys(lived).length).toBeGreaterThan(8)
    expect(lived["feed"]?.length ?? 0).toBeGreaterThan(CHAT_MESSAGES)
    expect(lived["snapshot"]?.length ?? 0).toBeGreaterThan(0)
    expect(lived["dead_letter"]?.join("") ?? "").toContain("discarded")
    expect(lived["schedule"]?.length ?? 0).toBe(1)
    await replayFromZero(postgres.appUrl, scratch.path)
    const replayed = await dumpReadModels(postgres.appUrl)
    expect(Object.keys(replayed)).toEqual(Object.keys(lived))
    for (const table of Object.keys(lived)) expect(replayed[table], `table ${table}`).toEqual(lived[table])
  })
})
