import { approvalHash, type MemberId, type OrgId, type TeamId, type UserId } from "@muster/domain"
import type { FeedEvent } from "@muster/contracts"
import { emptyTeamView, foldTeamView } from "@muster/projections"
import { describe, expect, it } from "vitest"
import { v7 } from "uuid"
import { brokenBy, tableOf, type Figures } from "../src/ui/figures.ts"
import { BUDGETS } from "../src/ui/limits.ts"
import { makeLives } from "../src/ui/lives.ts"
import { BadArguments } from "../src/arguments.ts"
import { parseOptions } from "../src/ui/options.ts"

const held: Figures = {
  initialJsGzipKb: 120,
  initialCssGzipKb: 20,
  largestRouteChunkGzipKb: 40,
  paletteMillis: 10,
  dispatchSheetMillis: 20,
  replayJumpMillis: 30,
  replayStepMillis: 4,
  emptyPageMillis: 1,
  listDomNodes: 400,
  axeStates: 90,
  axeViolations: 0,
  memoryGrowthMb: 1,
}
const kept = { listStaysAtEnd: true, readerDoesNotMove: true }

describe("the budgets of the dashboard", () => {
  it("are held by figures below them and on them", () => {
    expect(brokenBy(held, kept)).toEqual([])
    expect(brokenBy({ ...held, ...BUDGETS }, kept)).toEqual([])
  })

  it.each(Object.entries(BUDGETS))("%s is broken by more than %d, and by no number at all", (name, most) => {
    expect(brokenBy({ ...held, [name]: most + 1 }, kept)).toEqual([
      `${name} is ${most + 1}, at most ${most} is allowed`,
    ])
    expect(brokenBy({ ...held, [name]: Number.NaN }, kept)).toHaveLength(1)
  })

  it("are broken by a reader who is moved, a list that leaves its end, and an axe that looked at nothing", () => {
    expect(brokenBy(held, { ...kept, readerDoesNotMove: false })).toEqual(["readerDoesNotMove is false"])
    expect(brokenBy(held, { ...kept, listStaysAtEnd: false })).toEqual(["listStaysAtEnd is false"])
    expect(brokenBy({ ...held, axeStates: 0 }, kept)).toEqual(["axe looked at nothing"])
  })

  it("stand beside the figures in the table for people", () => {
    expect(tableOf(held, kept)).toMatch(/^initialJsGzipKb +120 +at most 130$/mu)
    expect(tableOf(held, kept)).toMatch(/^emptyPageMillis +1$/mu)
  })
})

describe("the options", () => {
  it("give no list shorter than the history, and no median of a few", () => {
    expect(parseOptions(["--events", "200000"])).toMatchObject({ events: 200_000, rows: 200_000, json: false })
    expect(parseOptions(["--memory-events", "90000", "--memory-per-second", "50"])).toMatchObject({
      memoryEvents: 90_000,
      memoryPerSecond: 50,
    })
    expect(() => parseOptions(["--repeats", "3"])).toThrow(BadArguments)
    expect(() => parseOptions(["--wrong"])).toThrow(BadArguments)
  })
})

describe("the history that is measured", () => {
  const team = v7() as TeamId
  const next = makeLives({
    org: v7() as OrgId,
    person: v7() as UserId,
    team,
    members: [v7() as MemberId, v7() as MemberId],
  })

  it("is one that the product could have written: folded as it is read, every task comes to its end", () => {
    const requests = next(600)
    const revisions = new Map<string, number>()
    const feed: FeedEvent[] = []
    for (const { stream, expectedRevision, events } of requests) {
      const known = revisions.get(stream) ?? 0
      if (expectedRevision !== "any") expect(expectedRevision).toBe(known)
      revisions.set(stream, known + events.length)
      for (const event of events) {
        const seq = feed.length + 1
        feed.push({
          ...event,
          stream,
          seq,
          position: String(seq),
          revision: seq,
          at: new Date(seq).toISOString(),
        } as never)
      }
    }
    const flawless = foldTeamView(emptyTeamView(), feed)
    const phases = Object.values(flawless.tasks).map(({ phase }) => phase)
    expect(feed.length).toBeGreaterThanOrEqual(600)
    expect(new Set(phases)).toEqual(new Set(["succeeded", "failed", "cancelled"]))
    expect(flawless.chat.length).toBeGreaterThan(20)
    const asked = feed.find(({ type }) => type === "TaskApprovalRequested")?.data as {
      action: string
      detail: string
      hash: string
    }
    expect(asked.hash).toBe(approvalHash(asked))
  })
})
