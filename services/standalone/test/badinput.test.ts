import { randomUUID } from "node:crypto"
import { INSTRUCTIONS_MAX_CHARS, TITLE_MAX_CHARS } from "@muster/domain"
import { afterAll, afterEach, beforeAll, describe, expect, it } from "vitest"
import { refused } from "./badinput/problems.ts"
import {
  connectApi,
  dispatch,
  followHistory,
  foldOutcomes,
  makeOnlineTeam,
  MusterFailed,
  onBus,
  readHistory,
  readTask,
  readTeam,
  startSignedIn,
  waitFor,
  type Api,
  type MadeTeam,
  type Muster,
} from "./harness/index.ts"

const WAIT_MILLIS = 60_000
const HUGE_BODY_BYTES = 2 * 1024 * 1024
const quick = { runtimeOptions: { simulated: { steps: [{ kind: "progress", percent: 50, afterMillis: 10 }] } } }

describe("bad input", () => {
  let muster: Muster
  let api: Api
  let team: MadeTeam
  let firstId: string
  let secondId: string
  beforeAll(async () => {
    ;({ muster, api } = await startSignedIn())
    team = await makeOnlineTeam(api, "Bad input", [
      { handle: "first", role: "leader", runtime: "simulated", slots: 2 },
      { handle: "second", runtime: "simulated", slots: 2 },
    ])
    firstId = team.memberIds[0] ?? ""
    secondId = team.memberIds[1] ?? ""
  })
  afterAll(() => muster?.stop())

  const dispatchTo = async (memberId: string, title: string): Promise<string> => {
    const { id } = await dispatch(api, team.teamId, { title, memberId, ...quick })
    return id
  }
  const succeeds = async (taskId: string): Promise<void> => {
    const outcome = await followHistory(api, team.teamId).until(
      "the task has an outcome",
      (events) => foldOutcomes(events).get(taskId)?.runs.at(-1)?.at(-1)?.outcome,
      WAIT_MILLIS,
    )
    expect(outcome).toBe("succeeded")
  }

  describe("over HTTP", () => {
    let before: number
    const feedHead = async () => (await readHistory(api, team.teamId)).at(-1)?.seq ?? 0
    const tasks = () => `/teams/${team.teamId}/tasks`

    beforeAll(async () => {
      before = await feedHead()
    })
    afterEach(async () => {
      for (const path of ["/healthz", "/readyz"]) {
        const { status } = await fetch(`${muster.url}${path}`)
        if (status !== 200) throw new MusterFailed({ message: `${path} says ${status} after bad input` })
      }
    })

    it("an unknown team does not exist", async () => {
      const somewhere = `/teams/${randomUUID()}`
      for (const [method, path, body] of [
        ["GET", somewhere, undefined],
        ["GET", `${somewhere}/history`, undefined],
        ["POST", `${somewhere}/tasks`, { title: "x" }],
        ["POST", `${somewhere}/chat`, { text: "x" }],
        ["PATCH", somewhere, { name: "x" }],
      ] as const)
        expect((await refused(api, method, path, body === undefined ? {} : { body })).status).toBe(404)
    })

    it("an unknown member or task is named as such", async () => {
      const unknown = await refused(api, "POST", tasks(), { body: { title: "x", memberId: randomUUID() } })
      expect(unknown.status).toBeGreaterThanOrEqual(404)
      expect(unknown.text).toMatch(/member/i)
      expect(
        (await refused(api, "POST", `/teams/${team.teamId}/members/${randomUUID()}/remove`, { body: {} })).status,
      ).toBe(404)
      expect((await refused(api, "GET", `${tasks()}/${randomUUID()}`)).status).toBe(404)
      expect((await refused(api, "POST", `${tasks()}/${randomUUID()}/cancel`, { body: {} })).status).toBe(404)
      const after = await refused(api, "POST", tasks(), { body: { title: "x", after: [randomUUID()] } })
      expect(after.status).toBeGreaterThanOrEqual(400)
    })

    it("an empty or huge title is refused with its limit", async () => {
      for (const title of ["", "   ", "\n\t"])
        expect((await refused(api, "POST", tasks(), { body: { title } })).text).toMatch(/title/)
      const long = await refused(api, "POST", tasks(), { body: { title: "x".repeat(TITLE_MAX_CHARS + 1) } })
      expect(long.text).toContain("title")
      expect(long.text).toContain(String(TITLE_MAX_CHARS))
      expect((await refused(api, "POST", tasks(), { body: {} })).text).toMatch(/title/)
    })

    it("huge instructions are refused with their limit", async () => {
      const instructions = "x".repeat(INSTRUCTIONS_MAX_CHARS + 1)
      const { text } = await refused(api, "POST", tasks(), { body: { title: "x", instructions } })
      expect(text).toContain("instructions")
      expect(text).toContain(String(INSTRUCTIONS_MAX_CHARS))
    })

    it("NUL and lone surrogates are refused wherever text goes", async () => {
      for (const bad of ["a\\u0000b", "a\\ud800b", "\\udc00"]) {
        const bodies: readonly (readonly [string, string])[] = [
          [tasks(), `{"title":"${bad}"}`],
          [tasks(), `{"title":"x","instructions":"${bad}"}`],
          [tasks(), `{"title":"x","inputs":{"name":"${bad}"}}`],
          [tasks(), `{"title":"x","runtimeOptions":{"command":{"argv":["${bad}"]}}}`],
          [`/teams/${team.teamId}/chat`, `{"text":"${bad}"}`],
          ["/teams", `{"name":"${bad}"}`],
        ]
        for (const [path, body] of bodies) expect((await refused(api, "POST", path, { body })).status).toBeLessThan(500)
      }
      expect((await refused(api, "GET", `${tasks()}?q=%00`)).status).toBeLessThan(500)
      // Bytes that are no UTF-8 name nothing: an empty answer is as good as a refusal.
      expect((await api.call("GET", `${tasks()}?q=%ED%A0%80`)).status).toBeLessThan(500)
    })

    it("bad ids, wrong types and unknown fields are refused, the field named", async () => {
      for (const path of [
        "/teams/not-an-id",
        "/teams/..%2f..%2fetc",
        `/teams/${team.teamId}/tasks/1`,
        `/teams/${team.teamId}/tasks/${"a".repeat(36)}`,
        `/teams/${team.teamId}%00`,
      ])
        expect((await refused(api, "GET", path)).status).toBeLessThan(500)
      const wrong: readonly (readonly [object, RegExp])[] = [
        [{ title: 7 }, /title/],
        [{ title: null }, /title/],
        [{ title: "x", priority: "high" }, /priority/],
        [{ title: "x", priority: 10 }, /priority/],
        [{ title: "x", priority: 1.5 }, /priority/],
        [{ title: "x", timeLimitMillis: -1 }, /timeLimitMillis/],
        [{ title: "x", deadlineAt: "tomorrow" }, /deadlineAt/],
        [{ title: "x", memberId: "me" }, /memberId/],
        [{ title: "x", after: "y" }, /after/],
        [{ title: "x", retry: { maxAttempts: 0, backoffMillis: 0 } }, /retry|maxAttempts/],
        [{ title: "x", runtimeOptions: { command: { argv: [] } } }, /argv/],
        [{ title: "x", runtimeOptions: { command: { env: { "A=B": "c" } } } }, /env|A=B/],
        [{ title: "x", colour: "red" }, /colour/],
        [{ title: "x", runtimeOptions: { shell: {} } }, /shell/],
      ]
      for (const [body, field] of wrong) {
        const refusal = await refused(api, "POST", tasks(), { body })
        expect(refusal.text).toMatch(field)
        expect(refusal.status).toBeLessThan(500)
      }
      for (const body of [[], "[]", "null", "7", '"text"', "true"])
        expect((await refused(api, "POST", tasks(), { body })).status).toBeLessThan(500)
      for (const query of ["limit=0", "limit=many", "limit=501", "phase=asleep", "before=-1", "atLeast=x"])
        expect((await refused(api, "GET", `${tasks()}?${query}`)).status).toBeLessThan(500)
    })

    it("a body of 2 MB, malformed JSON and other content types are refused", async () => {
      const huge = await refused(api, "POST", tasks(), {
        body: { title: "x", instructions: "x".repeat(HUGE_BODY_BYTES) },
      })
      expect(huge.status).toBe(413)
      for (const body of ["{", '{"title":"x"', "title=x", '{"title":"x"}}', "\u0000"])
        expect((await refused(api, "POST", tasks(), { body })).status).toBe(400)
      for (const type of ["text/plain", "application/x-www-form-urlencoded", "multipart/form-data; boundary=x"])
        expect(
          (await refused(api, "POST", tasks(), { body: '{"title":"x"}', headers: { "content-type": type } })).status,
        ).toBe(415)
    })

    it("unknown paths and methods are problems too", async () => {
      expect((await refused(api, "GET", "/nothing/here")).status).toBe(404)
      expect((await refused(api, "DELETE", `/teams/${team.teamId}`)).status).toBeGreaterThanOrEqual(404)
      expect((await refused(api, "PUT", tasks(), { body: {} })).status).toBeGreaterThanOrEqual(404)
    })

    it("a stranger, a forged cookie and another origin get nothing", async () => {
      expect((await refused(connectApi(muster.url), "GET", "/teams")).status).toBe(401)
      const forged = connectApi(muster.url, `muster_session=${"A".repeat(43)}`)
      expect((await refused(forged, "GET", "/teams")).status).toBe(401)
      const elsewhere = { body: { title: "x" }, headers: { origin: "https://elsewhere.example" } }
      expect((await refused(api, "POST", tasks(), elsewhere)).status).toBe(403)
      expect((await refused(api, "POST", "/session", { body: { code: "wrong" } })).status).toBeGreaterThanOrEqual(400)
    })

    it("leaves no trace in the team", async () => {
      const events = await readHistory(api, team.teamId, before)
      expect(events.filter(({ stream }) => stream.startsWith("task-") || stream.startsWith("chat-"))).toEqual([])
    })
  })

  it("one bad item of a bulk request costs no other", async () => {
    const body = {
      tasks: [
        { title: "good", ...quick },
        { title: "to nobody", memberId: randomUUID() },
        { title: "good too", ...quick },
      ],
    }
    const reply = await api.json<{ verdicts: readonly { ok: boolean; detail?: string }[] }>(
      "POST",
      `/teams/${team.teamId}/tasks/bulk`,
      { body },
    )
    expect(reply.verdicts.map(({ ok }) => ok)).toEqual([true, false, true])
    expect(reply.verdicts[1]?.detail).toMatch(/member/)
  })

  it("an idempotency key answers the same for the same body and refuses another", async () => {
    const path = `/teams/${team.teamId}/tasks`
    const idempotencyKey = randomUUID()
    const first = await dispatch(api, team.teamId, { title: "once", ...quick }, idempotencyKey)
    const again = await dispatch(api, team.teamId, { title: "once", ...quick }, idempotencyKey)
    expect(again).toEqual(first)
    const other = await refused(api, "POST", path, { body: { title: "twice", ...quick }, idempotencyKey })
    expect(other).toMatchObject({ status: 409, type: "idempotency-conflict" })
    expect((await refused(api, "POST", path, { body: { title: "x" }, idempotencyKey: "x".repeat(500) })).status).toBe(
      400,
    )
    await succeeds(first.id)
  })

  it("work for a member that was never online waits, and is shown as waiting", async () => {
    const { id: memberId } = await api.json<{ id: string }>("POST", `/teams/${team.teamId}/members`, {
      body: { handle: "absent", runtime: "simulated", placement: "manual" },
    })
    const { id, position } = await dispatch(api, team.teamId, { title: "for later", memberId, ...quick })
    const { task } = await readTask(api, team.teamId, id, position)
    expect(task).toMatchObject({ phase: "queued", memberId, attempt: 0, assignedAt: null })
    const member = (await readTeam(api, team.teamId, position)).members.find(({ id }) => id === memberId)
    expect(member).toMatchObject({ presence: "never", isRemoved: false })
    await api.json("POST", `/teams/${team.teamId}/tasks/${id}/cancel`, { body: { reason: "enough" } })
  })

  it("work for a removed member is refused with the reason", async () => {
    const { id: memberId } = await api.json<{ id: string }>("POST", `/teams/${team.teamId}/members`, {
      body: { handle: "gone", runtime: "simulated", placement: "manual" },
    })
    await api.json("POST", `/teams/${team.teamId}/members/${memberId}/remove`, { body: { reason: "left" } })
    const refusal = await refused(api, "POST", `/teams/${team.teamId}/tasks`, { body: { title: "x", memberId } })
    expect(refusal.status).toBe(409)
    expect(refusal.text).toMatch(/removed/)
  })

  describe("on the bus", () => {
    const key = (memberId: string, stream: string) => `{muster:${team.teamId}}:${memberId}:${stream}`
    const poison: readonly (readonly string[])[] = [
      ["d", "not json"],
      ["d", "{}"],
      ["d", '{"v":99,"kind":"cancel"}'],
      ["other", "field"],
      ["d", "\u0000\ud800"],
      ["d", "x".repeat(300_000)],
    ]

    it.each(["out", "ctl", "in"] as const)(
      "poison on :%s, with an id of the server's choice, becomes visible and stops nobody",
      async (stream) => {
        const follower = followHistory(api, team.teamId)
        await follower.until("the history is read", () => true, WAIT_MILLIS)
        const seenBefore = follower.events().length
        const deadBefore = (await readTeam(api, team.teamId)).members.find(({ id }) => id === firstId)?.deadLetters ?? 0
        await onBus(muster, async (redis) => {
          for (const fields of poison) await redis.xadd(key(firstId, stream), "*", ...fields)
        })
        const reasons = await follower.until(
          `poison on :${stream} shows in the history`,
          (events) => {
            const shown = events.slice(seenBefore).filter(({ type, data }) => {
              const at = (data as { readonly stream?: string }).stream
              return (
                (type === "MemberEntryDeadLettered" && at === stream) ||
                (stream === "in" && type === "MemberInboxQuarantined")
              )
            })
            return shown.length > 0 ? shown.map(({ data }) => data as Readonly<Record<string, unknown>>) : undefined
          },
          WAIT_MILLIS,
        )
        for (const reason of reasons) expect(String(reason["reason"] ?? reason["setAsideAs"])).not.toBe("")
        await waitFor(
          "the member shows a notice",
          async () => {
            const member = (await readTeam(api, team.teamId)).members.find(({ id }) => id === firstId)
            return member?.notice !== null && member !== undefined ? true : undefined
          },
          WAIT_MILLIS,
        )
        if (stream !== "in") {
          const { items } = await api.json<{ items: readonly { memberId: string; reason: string; stream: string }[] }>(
            "GET",
            `/teams/${team.teamId}/dead-letters`,
          )
          expect(items.length).toBeGreaterThan(deadBefore)
          expect(items.some((item) => item.memberId === firstId && item.stream === stream && item.reason !== "")).toBe(
            true,
          )
        }
        // Work sent afterwards arrives, at this member and at the other.
        const [here, there] = [
          await dispatchTo(firstId, `after poison on ${stream}`),
          await dispatchTo(secondId, "meanwhile"),
        ]
        await succeeds(here)
        await succeeds(there)
        expect((await fetch(`${muster.url}/readyz`)).status).toBe(200)
        expect((await readTeam(api, team.teamId)).members.find(({ id }) => id === secondId)?.notice).toBeNull()
      },
    )

    it("an inbox whose last id runs ahead is quarantined, and what it held arrives all the same", async () => {
      const hold = { runtimeOptions: { simulated: { steps: [{ kind: "progress", percent: 50, afterMillis: 800 }] } } }
      const ids: string[] = []
      for (let index = 0; index < 6; index++)
        ids.push((await dispatch(api, team.teamId, { title: `held ${index}`, memberId: firstId, ...hold })).id)
      await onBus(muster, async (redis) => {
        await redis.xadd(key(firstId, "in"), "18446744073709551615-1", "d", "{}")
      })
      const quarantined = await followHistory(api, team.teamId).until(
        "the inbox is quarantined",
        (events) =>
          events.find(
            ({ type, data }) =>
              type === "MemberInboxQuarantined" && (data as { lastId?: string }).lastId === "18446744073709551615-1",
          ),
        WAIT_MILLIS,
      )
      expect((quarantined.data as { readonly setAsideAs?: string }).setAsideAs).toMatch(/quarantine/)
      for (const id of ids) await succeeds(id)
      await succeeds(await dispatchTo(firstId, "after the quarantine"))
    })
  })
})
