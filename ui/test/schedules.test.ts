import type { ScheduleDoc } from "@muster/contracts"
import { createRoot, createSignal } from "solid-js"
import { describe, expect, it } from "vitest"
import { TO_POOL } from "#src/pages/team/dispatch/draft.ts"
import {
  draftOfSchedule,
  newScheduleDraft,
  nextOf,
  scheduleErrorsFrom,
  scheduleRequest,
} from "#src/pages/team/schedules/schedule-draft.ts"
import { createSelection, verdictsInShort } from "#src/pages/team/tasks/selection.ts"

const draft = { ...newScheduleDraft(), name: "Nightly", title: "Sweep", timeZone: "Europe/Berlin" }

describe("the draft of a schedule", () => {
  it("becomes a request with what was typed, tidied up", () => {
    const verdict = scheduleRequest({ ...draft, cron: "  30   2 * *  * ", name: " Nightly " })
    expect(verdict).toEqual({
      isOk: true,
      request: {
        name: "Nightly",
        cron: "30 2 * * *",
        timeZone: "Europe/Berlin",
        overlap: "skip",
        catchUp: "one",
        task: { title: "Sweep", instructions: "" },
      },
    })
  })

  it("names a member, a pool, or neither for the leader", () => {
    const taskOf = (part: object) => {
      const verdict = scheduleRequest({ ...draft, ...part })
      return verdict.isOk ? verdict.request.task : undefined
    }
    expect(taskOf({ memberId: "m" })).toMatchObject({ memberId: "m" })
    expect(taskOf({ memberId: TO_POOL, skills: "rust, , review" })).toMatchObject({
      pool: { skills: ["rust", "review"] },
    })
    expect(taskOf({})).not.toHaveProperty("memberId")
  })

  it.each([
    ["name", { name: " " }],
    ["cron", { cron: "every day" }],
    ["cron", { cron: "* * * * * *" }],
    ["cron", { cron: "0 0 31 2 *" }],
    ["timeZone", { timeZone: "Middle/Earth" }],
    ["title", { title: "" }],
    ["skills", { memberId: TO_POOL, skills: " , " }],
  ] as const)("says at %s what is wrong with %j", (field, part) => {
    const verdict = scheduleRequest({ ...draft, ...part })
    expect(verdict.isOk ? [] : Object.keys(verdict.errors)).toEqual([field])
  })

  it("shows the next due times while it makes sense, and nothing while it does not", () => {
    const now = Date.parse("2026-03-28T12:00:00Z")
    const next = nextOf({ cron: "30 2 * * *", timeZone: "Europe/Berlin" }, now)
    // On the 29th the clock skips that hour.
    expect(next?.map((millis) => new Date(millis).toISOString())).toEqual([
      "2026-03-29T01:00:00.000Z",
      "2026-03-30T00:30:00.000Z",
      "2026-03-31T00:30:00.000Z",
    ])
    expect(nextOf({ cron: "30 2 * *", timeZone: "UTC" }, now)).toBeUndefined()
  })

  it("of one that is there keeps what the form does not show", () => {
    const task = { ...draft, retry: { maxAttempts: 3, backoffMillis: 5 }, priority: 9, pool: { skills: ["rust"] } }
    const schedule = { spec: { ...draft, task } } as unknown as ScheduleDoc
    const again = draftOfSchedule(schedule)
    expect(again).toMatchObject({ memberId: TO_POOL, skills: "rust" })
    const verdict = scheduleRequest({ ...again, memberId: "m" }, schedule)
    expect(verdict.isOk && verdict.request.task).toMatchObject({
      priority: 9,
      retry: { maxAttempts: 3 },
      memberId: "m",
    })
    expect(verdict.isOk && verdict.request.task).not.toHaveProperty("pool")
  })

  it("has the server's findings at the fields they are about", () => {
    expect(scheduleErrorsFrom({ "/cron": "bad", "/task/pool/skills": "empty", "/memberId": "gone" })).toEqual({
      cron: "bad",
      skills: "empty",
      memberId: "gone",
    })
  })
})

describe("a selection", () => {
  it("keeps the order of the list and loses what leaves it", () =>
    createRoot((dispose) => {
      const [ids, setIds] = createSignal<ReadonlyArray<string>>(["a", "b", "c"])
      const selection = createSelection(ids)
      selection.toggle("c")
      selection.toggle("a")
      expect(selection.selected()).toEqual(["a", "c"])
      setIds(["b", "c"])
      expect(selection.selected()).toEqual(["c"])
      selection.toggleAll()
      expect(selection.isAll()).toBe(true)
      selection.toggleAll()
      expect(selection.selected()).toEqual([])
      dispose()
    }))

  it("is answered in one sentence", () => {
    expect(verdictsInShort([{ ok: true }, { ok: false, detail: "ended" }, { ok: false, detail: "other" }])).toEqual({
      taken: 1,
      refused: 2,
      reason: "ended",
    })
  })
})
