import { historyOf } from "@muster/projections/testing"
import type { ReadModels } from "@muster/read-models"
import { teamFeed } from "@muster/contracts"
import type { MemberId, OrgId, Role, Subject, TeamId } from "@muster/domain"
import { afterAll, beforeAll, describe, expect, it } from "vitest"
import type { Place } from "./place.ts"
import { personOf, startSeeded, stepOf } from "./seed.ts"

const NOW = "2026-03-02T00:00:00.000Z"
const LIMIT = { limit: 500 }

const history = historyOf(
  Array.from({ length: 600 }, (_, n) => Math.imul(n, 0x9e3779b1) >>> 0),
  { teams: 2 },
)
const teams = history
  .filter(({ event }) => event.type === "TeamCreated")
  .map(({ event }) => ({ teamId: event.meta.team as TeamId, orgId: event.meta.org }))
// The first one is archived in this history: nothing of it waits for anybody.
const [foreigner, victim] = teams as [(typeof teams)[0], (typeof teams)[0]]
const idOf = (type: string) =>
  history
    .find(({ event }) => event.type === type && event.meta.org === victim.orgId)
    ?.stream.replace(/^[a-z]+-/u, "") ?? ""
const [taskId, memberId, scheduleId] = [idOf("TaskDispatched"), idOf("MemberAdded"), idOf("ScheduleCreated")]
/** Where the victim's dead letters stand: the history is written from position 1 on. */
const buried = history.flatMap(({ event }, index) =>
  event.type === "MemberEntryDeadLettered" && event.meta.org === victim.orgId ? [String(index + 1)] : [],
)

/** What of the victim's waits for people. */
const waiting = stepOf(history)
  .needs.filter((row) => row.org_id === victim.orgId)
  .map((row) => row.need_id)

const agent = (orgId: OrgId, teamId: TeamId): Subject => ({
  kind: "member",
  memberId: memberId as MemberId,
  orgId,
  teamId,
})

type Ask = (models: ReadModels, subject: Subject) => Promise<unknown>

/** Every method that answers a subject, asked for what the first team has. */
const asks: { readonly [method: string]: Ask } = {
  "teams.list": (m, s) => m.teams.list(s),
  "teams.get": (m, s) => m.teams.get(s, victim.teamId),
  "members.list": (m, s) => m.members.list(s, victim.teamId),
  "members.get": (m, s) => m.members.get(s, victim.teamId, memberId),
  "tasks.list": (m, s) => m.tasks.list(s, victim.teamId, LIMIT),
  "tasks.get": (m, s) => m.tasks.get(s, victim.teamId, taskId),
  "chat.list": (m, s) => m.chat.list(s, victim.teamId, LIMIT),
  "deadLetters.list": (m, s) => m.deadLetters.list(s, victim.teamId, LIMIT),
  "deadLetters.at": (m, s) => m.deadLetters.at(s, victim.teamId, buried),
  "schedules.list": (m, s) => m.schedules.list(s, victim.teamId),
  "schedules.get": (m, s) => m.schedules.get(s, victim.teamId, scheduleId),
  "needs.list": (m, s) => m.needs.list(s, { ...LIMIT, now: NOW }),
  // Numbers name nobody: they are of what the list shows to the same subject.
  "needs.summary": async (m, s) => {
    const [{ items }, { total }] = await Promise.all([m.needs.list(s, { ...LIMIT, now: NOW }), m.needs.summary(s, NOW)])
    return total === items.length ? items : victim.teamId
  },
  "needs.known": async (m, s) => [...(await m.needs.known(s, waiting))].map(() => victim.teamId),
  "feed.range": (m, s) => m.feed.range(s, teamFeed(victim.teamId), LIMIT),
  "feed.search": (m, s) => m.feed.search(s, teamFeed(victim.teamId), LIMIT),
  // Counts name nobody: what is seen is marked as the team's.
  "feed.activity": async (m, s) =>
    (await m.feed.activity(s, teamFeed(victim.teamId))).items.map((item) => ({ of: victim.teamId, item })),
  teamViewAt: (m, s) => m.teamViewAt(s, victim.teamId, "head"),
  tape: (m, s) => m.tape(s, victim.teamId, { at: "head", pieceEvents: 50 }),
}

/** Methods that take no subject, and why they need none. */
const subjectless: { readonly [method: string]: string } = {
  "users.get": "takes the organisation of a session",
  "users.byName": "takes the organisation of a session",
  "users.names": "takes the organisation of a session",
  "feed.head": "a number",
  "feed.seqAt": "a number",
  position: "a number",
  waitFor: "a number",
  onAdvance: "numbers",
  "system.openTasks": "for services",
  "system.members": "for services",
  "system.teams": "for services",
  "system.localMembers": "for services",
  "system.schedules": "for services",
}

const methodsOf = (value: object, path = ""): readonly string[] =>
  Object.entries(value).flatMap(([name, inner]: [string, unknown]) =>
    typeof inner === "function"
      ? [path + name]
      : typeof inner === "object" && inner !== null
        ? methodsOf(inner, `${path}${name}.`)
        : [],
  )

const victimsIds = [
  ...new Set(
    history.filter(({ event }) => event.meta.org === victim.orgId).map(({ stream }) => stream.replace(/^[a-z]+-/u, "")),
  ),
]

/** The answer holds nothing of the victim's. */
const isSilent = (answer: unknown): boolean => {
  const text = JSON.stringify(answer) ?? ""
  return !victimsIds.some((id) => text.includes(id))
}

let place: Place
let models: ReadModels
beforeAll(async () => {
  ;({ place, models } = await startSeeded(history))
})
afterAll(() => place.stop())

describe("a subject", () => {
  it("is asked for by every method but those that are listed with a reason", () => {
    expect(methodsOf(models).toSorted()).toEqual([...Object.keys(asks), ...Object.keys(subjectless)].toSorted())
  })

  it.each(Object.entries(asks))("of the organisation is answered by %s", async (_, ask) => {
    const answer = await ask(models, personOf(victim.orgId, "owner"))
    expect(isSilent(answer)).toBe(false)
  })

  it.each(Object.entries(asks))("of another organisation sees nothing through %s", async (_, ask) => {
    for (const role of ["owner", "operator", "viewer"] as const)
      expect(isSilent(await ask(models, personOf(foreigner.orgId, role)))).toBe(true)
    expect(isSilent(await ask(models, agent(foreigner.orgId, foreigner.teamId)))).toBe(true)
    // An agent that claims the team, but belongs to another organisation.
    expect(isSilent(await ask(models, agent(foreigner.orgId, victim.teamId)))).toBe(true)
  })

  it.each(Object.entries(asks))(
    "that is an agent of another team of the organisation sees nothing through %s",
    async (_, ask) => {
      expect(isSilent(await ask(models, agent(victim.orgId, foreigner.teamId)))).toBe(true)
    },
  )

  it("that is an agent sees its own team, but not what operators look at", async () => {
    const own = agent(victim.orgId, victim.teamId)
    const seen = await Promise.all(
      Object.entries(asks).map(async ([method, ask]) => [method, !isSilent(await ask(models, own))] as const),
    )
    expect(seen.filter(([, isSeen]) => !isSeen).map(([method]) => method)).toEqual([
      "deadLetters.list",
      "deadLetters.at",
      "schedules.list",
      "schedules.get",
      "needs.list",
      "needs.summary",
      "needs.known",
    ])
  })

  it("whose role may not read dead letters gets none", async () => {
    const list = (role: Role) => models.deadLetters.list(personOf(victim.orgId, role), victim.teamId, LIMIT)
    expect(await list("viewer")).toEqual([])
    expect((await list("operator")).length).toBeGreaterThan(0)
  })

  it("cannot reach another team's things by naming its own team with them", async () => {
    const own = personOf(foreigner.orgId, "owner")
    expect(await models.tasks.get(own, foreigner.teamId, taskId)).toBeUndefined()
    expect(await models.members.get(own, foreigner.teamId, memberId)).toBeUndefined()
    expect(await models.feed.range(own, teamFeed(foreigner.teamId), { ...LIMIT, task: taskId })).toEqual([])
  })

  it("that asks with text no column can hold is told that there is nothing", async () => {
    const own = personOf(victim.orgId, "owner")
    expect(await models.teams.get(own, "a\0b")).toBeUndefined()
    expect(await models.tasks.list(own, victim.teamId, { ...LIMIT, q: "\0" })).toEqual([])
    expect(await models.feed.range(own, "team:\0", LIMIT)).toEqual([])
    expect(await models.users.byName(victim.orgId, "\0")).toBeUndefined()
  })

  it("that belongs to the organisation finds users of no other", async () => {
    const names = await models.users.names(victim.orgId)
    const others = await models.users.names(foreigner.orgId)
    const [foreign] = others.keys()
    expect(names.size).toBeGreaterThan(0)
    expect([...names.keys()].filter((id) => others.has(id))).toEqual([])
    expect(await models.users.get(victim.orgId, foreign ?? "")).toBeUndefined()
    expect((await models.users.byName(victim.orgId, " OWNER "))?.orgId).toBe(victim.orgId)
  })
})
