import { NEEDS_COUNTED_MAX, needsFeed, type NeedDoc, type NeedKind } from "@muster/contracts"
import type { OrgId, Position, Role, Subject, TeamId, UserId } from "@muster/domain"
import { memberNeeds, taskNeeds } from "@muster/projections"
import { historyOf } from "@muster/projections/testing"
import type { ReadModels } from "@muster/read-models"
import { NO_ROWS, type Ownership, type ProjectionStep } from "@muster/read-models/writer"
import { afterAll, beforeAll, describe, expect, it } from "vitest"
import { needRow, type NeedMarkRow } from "#src/need/write.ts"
import { startPlace, type Place } from "./place.ts"
import { seed, stepOf } from "./seed.ts"

const NOW = "2026-03-02T00:00:00.000Z"
const LATER = "2026-03-02T01:00:00.000Z"
const ALL = { limit: 500, now: NOW }

const history = historyOf(
  Array.from({ length: 700 }, (_, n) => Math.imul(n, 0x85ebca6b) >>> 0),
  { teams: 2 },
)
const full = stepOf(history)
const orgId = history[0]?.event.meta.org as OrgId
const teamId = full.teams.find((row) => row.org_id === orgId)?.team_id as TeamId
const person = (n: number, role: Role = "owner", org: OrgId = orgId): Subject => ({
  kind: "person",
  userId: `00000000-0000-7000-8000-00000000000${n}` as UserId,
  orgId: org,
  role,
  name: "Someone",
})
const ada = person(1)
const bo = person(2)

let place: Place
let models: ReadModels
let apply: (rows: Partial<ProjectionStep>) => Promise<void>
beforeAll(async () => {
  place = await startPlace()
  const { projection, readModels } = place.open()
  const { owner } = await seed(place, projection, history)
  models = readModels
  let from = owner.position
  apply = async (rows) => {
    const to = String(BigInt(from) + 1n) as Position
    const written = await projection.apply(owner as Ownership, { ...NO_ROWS, ...rows, from, to })
    if (!written) throw new Error("not written")
    from = to
  }
})
afterAll(() => place.stop())

const mark = (subject: Subject, need_id: string, kind: NeedMarkRow["kind"], until = ""): NeedMarkRow => ({
  user_id: subject.kind === "person" ? subject.userId : "",
  need_id,
  kind,
  until,
})
const idsOf = async (subject: Subject, options: Parameters<ReadModels["needs"]["list"]>[1] = ALL) =>
  (await models.needs.list(subject, options)).items.map(({ id }) => id)

describe("what waits for people", () => {
  it("is what the documents say, and nothing that an event had made wait is left over", async () => {
    const ofDocuments = [
      ...full.tasks.filter((row) => row.org_id === orgId).flatMap((row) => taskNeeds(row.doc)),
      ...full.members.filter((row) => row.org_id === orgId).flatMap((row) => memberNeeds(row.doc)),
    ].map(({ id }) => id)
    await apply({ teams: full.teams.map((row) => ({ ...row, is_archived: false })) })
    const listed = (await idsOf(ada)).filter((id) => !id.startsWith("entry:"))
    expect(listed.toSorted()).toEqual(ofDocuments.toSorted())
    expect(listed.length).toBeGreaterThan(3)
  })

  it("is asked for with what a person needs to see", async () => {
    const member = full.members.find((row) => row.team_id === teamId)?.doc
    const asked = (n: number): NeedDoc => ({
      id: `question:${n}`,
      kind: "question",
      teamId,
      task: { id: teamId as never, number: n, title: "Count" },
      memberId: member?.id ?? null,
      since: NOW,
      position: String(500_000 + n) as Position,
      about: { type: "question", questionId: teamId as never, text: "Which branch?", choices: ["main"] },
    })
    await apply({ needs: [needRow(orgId, asked(2)), needRow(orgId, asked(1))] })
    const team = await models.teams.get(ada, teamId)
    const { items } = await models.needs.list(ada, { ...ALL, kind: "question" })
    expect(items.filter(({ task }) => task?.title === "Count")).toEqual(
      [1, 2].map((n) => ({ ...asked(n), teamName: team?.name, memberHandle: member?.handle, mark: null })),
    )
  })

  it("comes by kind, what waits longest first, failures the newest first; page by page without a hole or an overlap", async () => {
    const { items } = await models.needs.list(ada, ALL)
    const ranks = items.map(({ kind }) => ["approval", "question", "stuck", "failed", "dead-letter"].indexOf(kind))
    expect(ranks).toEqual(ranks.toSorted((a, b) => a - b))
    const placesOf = (kind: NeedKind) => items.filter((item) => item.kind === kind).map((item) => Number(item.position))
    expect(placesOf("question")).toEqual(placesOf("question").toSorted((a, b) => a - b))
    expect(placesOf("failed")).toEqual(placesOf("failed").toSorted((a, b) => b - a))
    const paged: string[] = []
    for (let after: string | undefined; ;) {
      const page = await models.needs.list(ada, { limit: 3, now: NOW, ...(after === undefined ? {} : { after }) })
      paged.push(...page.items.map(({ id }) => id))
      if (page.next === null) break
      after = page.next
    }
    expect(paged).toEqual(items.map(({ id }) => id))
  })

  it("is asked for by kind and by team", async () => {
    const { items } = await models.needs.list(ada, ALL)
    const questions = await models.needs.list(ada, { ...ALL, kind: "question" })
    expect(questions.items).toEqual(items.filter(({ kind }) => kind === "question"))
    expect(await idsOf(ada, { ...ALL, teamId: "00000000-0000-7000-8000-0000000000ff" })).toEqual([])
    expect(questions.items.length).toBeLessThan(items.length)
  })

  it("leaves out archived teams until they are restored", async () => {
    const before = await idsOf(ada)
    const row = full.teams.find((each) => each.team_id === teamId)
    if (row === undefined) throw new Error("no team")
    await apply({ teams: [{ ...row, is_archived: true }] })
    expect([await idsOf(ada), (await models.needs.summary(ada, NOW)).total]).toEqual([[], 0])
    await apply({ teams: [{ ...row, is_archived: false }] })
    expect(await idsOf(ada)).toEqual(before)
  })

  it("shows entries of the bus to those alone who may read them", async () => {
    const entries = (subject: Subject) => idsOf(subject).then((ids) => ids.filter((id) => id.startsWith("entry:")))
    expect((await entries(person(3, "operator"))).length).toBeGreaterThan(0)
    expect(await entries(person(3, "viewer"))).toEqual([])
  })
})

describe("marks", () => {
  it("are one person's own: what is done for one waits for the other", async () => {
    const [id = ""] = await idsOf(ada)
    const { total } = await models.needs.summary(ada, NOW)
    await apply({ needMarks: [mark(ada, id, "done")] })
    expect(await idsOf(ada)).not.toContain(id)
    expect(await idsOf(bo)).toContain(id)
    expect((await models.needs.summary(ada, NOW)).total).toBe(total - 1)
    const { items } = await models.needs.list(ada, { ...ALL, show: "done" })
    expect(items.map((item) => [item.id, item.mark])).toEqual([[id, { kind: "done" }]])
    await apply({ needMarks: [mark(ada, id, "none")] })
    expect(await idsOf(ada)).toContain(id)
  })

  it("that snooze hold until their time, and the list says when the next one comes back", async () => {
    const [id = ""] = await idsOf(ada)
    await apply({ needMarks: [mark(ada, id, "snoozed", LATER)] })
    expect(await idsOf(ada)).not.toContain(id)
    expect((await models.needs.summary(ada, NOW)).nextReturnAt).toBe(LATER)
    expect(await idsOf(ada, { ...ALL, show: "snoozed" })).toEqual([id])
    expect(await idsOf(ada, { ...ALL, now: LATER })).toContain(id)
    expect((await models.needs.summary(ada, LATER)).nextReturnAt).toBeNull()
    const [returned] = (await models.needs.list(ada, { ...ALL, now: LATER })).items
    expect(returned).toMatchObject({ id, mark: null })
    await apply({ needMarks: [mark(ada, id, "none")] })
  })

  it("go with what they are of, and what comes back under the same id has none", async () => {
    const row = full.needs.find((each) => each.org_id === orgId)
    if (row === undefined) throw new Error("nothing waits")
    await apply({ needMarks: [mark(ada, row.need_id, "done"), mark(bo, row.need_id, "done")] })
    await apply({ needsGone: [{ need_id: row.need_id, is_back: false, marked_by: [] }] })
    expect(await idsOf(bo)).not.toContain(row.need_id)
    await apply({ needs: [row] })
    expect(await idsOf(bo)).toContain(row.need_id)
  })

  it("that are set after it went and came back within one step stay", async () => {
    const row = full.needs.find((each) => each.org_id === orgId)
    if (row === undefined) throw new Error("nothing waits")
    const userId = bo.kind === "person" ? bo.userId : ""
    await apply({ needMarks: [mark(ada, row.need_id, "done"), mark(bo, row.need_id, "done")] })
    await apply({
      needs: [row],
      needsGone: [{ need_id: row.need_id, is_back: true, marked_by: [userId] }],
      needMarks: [mark(bo, row.need_id, "done")],
    })
    expect([(await idsOf(ada)).includes(row.need_id), (await idsOf(bo)).includes(row.need_id)]).toEqual([true, false])
    await apply({ needMarks: [mark(bo, row.need_id, "none")] })
  })
})

describe("the numbers", () => {
  it("are those of the list, by kind, and are counted up to a bound", async () => {
    const { items } = await models.needs.list(ada, ALL)
    const { total, counts } = await models.needs.summary(ada, NOW)
    expect(total).toBe(items.length)
    expect(counts.question).toBe(items.filter(({ kind }) => kind === "question").length)
    const [row] = full.needs.filter((each) => each.org_id === orgId && each.doc.kind === "failed")
    if (row === undefined) throw new Error("nothing failed")
    const many = Array.from({ length: NEEDS_COUNTED_MAX + 5 }, (_, n): NeedDoc => ({
      ...row.doc,
      id: `run:many:${n}`,
      position: String(1_000_000 + n) as Position,
    }))
    await apply({ needs: many.map((doc) => needRow(orgId, doc)) })
    expect((await models.needs.summary(ada, NOW)).total).toBe(NEEDS_COUNTED_MAX)
    await apply({ needsGone: many.map(({ id }) => ({ need_id: id, is_back: false, marked_by: [] })) })
  })
})

describe("the feed of the list", () => {
  it("numbers the events that changed it, for people of the organisation alone", async () => {
    const feed = needsFeed(orgId)
    const range = (subject: Subject) => models.feed.range(subject, feed, { after: 0, limit: 500 })
    const events = await range(ada)
    expect(events.map(({ seq }) => seq)).toEqual(events.map((_, index) => index + 1))
    expect(events.length).toBe(full.feed.find((growth) => growth.feed_id === feed)?.positions.length)
    expect(new Set(events.map(({ meta }) => meta.org))).toEqual(new Set([orgId]))
    const foreign = full.teams.find((row) => row.org_id !== orgId)?.org_id as OrgId
    expect(await range(person(1, "owner", foreign))).toEqual([])
    const agent: Subject = { kind: "member", memberId: teamId as never, orgId, teamId }
    expect(await range(agent)).toEqual([])
    expect(await range({ ...(ada as Extract<Subject, { kind: "person" }>), teamId })).toEqual([])
  })
})
