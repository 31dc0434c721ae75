import { emptyTeamView, foldTeamView } from "@muster/projections"
import { isHeld, NAME_MAX_CHARS as DOMAIN_NAME_MAX_CHARS, transitions } from "@muster/domain"
import { describe, expect, it } from "vitest"
import { NAME_MAX_CHARS } from "#src/limits.ts"
import { durationText, sizeText } from "#src/lib/time.ts"
import { filtersFrom, isFiltered, queryOf } from "#src/pages/team/tasks/filters.ts"
import { numbersOf } from "#src/pages/teams/team-numbers.ts"
import { nextPage, signInPath } from "#src/session/next-page.ts"
import { teamCounts } from "#src/team/counts.ts"
import { roster, workOfMembers } from "#src/team/members/work.ts"
import { statusFrom } from "#src/team/stream-status.ts"
import { createTeamStore } from "#src/team/team-store.ts"
import { hearingOf, possibleActions } from "#src/team/task/task-actions.ts"
import { partsOf } from "#src/team/task/tree.ts"
import { taskLook } from "#src/team/task-look.ts"
import { feedOf } from "./support/history.ts"

const events = feedOf(800)
const view = foldTeamView(emptyTeamView(), events)
const tasks = Object.values(view.tasks)

describe("the store of a team", () => {
  it("holds after snapshot and events what a fold of all of them gives", () => {
    const store = createTeamStore()
    store.reset(foldTeamView(emptyTeamView(), events.slice(0, 100)))
    for (let from = 100; from < events.length; from += 37) store.apply(events.slice(from, from + 37))
    expect(store.raw()).toEqual(view)
  })

  it("takes a snapshot over whatever was there", () => {
    const store = createTeamStore()
    store.reset(view)
    const earlier = foldTeamView(emptyTeamView(), events.slice(0, 50))
    store.reset(earlier)
    expect(store.raw()).toEqual(earlier)
    expect(store.isLoaded()).toBe(true)
  })
})

describe("documents as plain objects", () => {
  it("are others when a snapshot changed them, and the same when it did not", () => {
    const store = createTeamStore()
    store.reset(structuredClone(foldTeamView(emptyTeamView(), events.slice(0, -40))))
    const before = { ...store.raw().tasks }
    store.reset(structuredClone(view))
    const after = store.raw().tasks
    const isAlike = (id: string) => JSON.stringify(before[id]) === JSON.stringify(after[id])
    const common = Object.keys(after).filter((id) => id in before)
    expect(common.some(isAlike)).toBe(true)
    expect(common.every(isAlike)).toBe(false)
    for (const id of common) expect(after[id] === before[id]).toBe(isAlike(id))
  })
})

describe("the numbers of a team", () => {
  it("count what is held and what waits for a person apart, in the header as in the list", () => {
    const counts = teamCounts(view)
    const waits = tasks.filter((task) => task.phase === "needs-input" || task.phase === "needs-approval").length
    expect(counts.needsYou).toBe(waits)
    expect(counts.running).toBe(tasks.filter((task) => isHeld(task.phase)).length - waits)
    const listed = numbersOf(Object.values(view.members), tasks, false)
    expect([listed.running, listed.needsYou, listed.online, listed.members]).toEqual([
      counts.running,
      counts.needsYou,
      counts.online,
      counts.members,
    ])
  })

  it("give each member its own work and leave out who was removed", () => {
    const work = workOfMembers(view)
    for (const member of roster(view)) {
      expect(member.isRemoved).toBe(false)
      const held = tasks.filter(
        ({ memberId, phase }) => memberId === member.id && isHeld(phase) && phase !== "assigned",
      )
      expect(work.get(member.id)?.held).toHaveLength(held.length)
    }
  })
})

describe("a task", () => {
  it("offers exactly what the table of its life allows", () => {
    for (const task of tasks) {
      const possible = possibleActions(task)
      expect(possible.retry).toBe((transitions.TaskRetried.from as ReadonlyArray<string>).includes(task.phase))
      expect(possible.redrive).toBe(task.phase === "dead-lettered")
      expect(possible.discard).toBe(task.phase === "dead-lettered" && !task.isDiscarded)
      expect(possible.resume).toBe(task.phase === "paused")
    }
  })

  it("offers to speak to its agent while one is at work that can hear", () => {
    for (const task of tasks) {
      const isAtWork = isHeld(task.phase) && !task.isCancelRequested
      expect(hearingOf(task, "acp")).toBe(isAtWork ? "at-once" : undefined)
      expect(hearingOf(task, "openclaw")).toBe(isAtWork ? "between-turns" : undefined)
      for (const deaf of ["command", "simulated", undefined] as const) expect(hearingOf(task, deaf)).toBeUndefined()
    }
  })

  it("shows what its agent dispatched as a tree, oldest first, and nothing else", () => {
    const [task] = tasks
    if (task === undefined) throw new Error("the history has no task")
    const made = (id: string, number: number, parentTaskId: string | null) =>
      ({ ...task, id, number, parentTaskId }) as typeof task
    const all = [made("d", 4, "b"), made("c", 3, "a"), made("a", 1, null), made("b", 2, "a"), made("x", 5, "gone")]
    const names = (parts: ReturnType<typeof partsOf>): unknown => parts.map((part) => [part.task.id, names(part.parts)])
    expect(names(partsOf(all, "a"))).toEqual([
      ["b", [["d", []]]],
      ["c", []],
    ])
    expect(partsOf(all, "c")).toEqual([])
  })

  it("that was asked to stop shows so until it has stopped", () => {
    const task = tasks[0]
    if (task === undefined) throw new Error("the history has no task")
    const stopping = { ...task, phase: "running" as const, isCancelRequested: true }
    expect(taskLook(stopping, view, 0).state).toBe("cancelling")
    expect(taskLook({ ...stopping, phase: "cancelled" }, view, 0).state).toBe("cancelled")
  })

  it("that waits for its next attempt says which and when", () => {
    const task = tasks[0]
    if (task === undefined) throw new Error("the history has no task")
    const retry = { maxAttempts: 5, backoffMillis: 1_000 }
    const dueAt = "2026-01-01T00:00:40.000Z"
    const waiting = { ...task, phase: "retry-scheduled" as const, attempt: 1, retry, dueAt, isCancelRequested: false }
    expect(taskLook(waiting, view, Date.parse(dueAt) - 40_000).detail).toBe("2/5 in 40 s")
  })
})

describe("the filters of the task list", () => {
  it("survive the address and ignore what makes no sense in it", () => {
    const filters = filtersFrom({ state: "open", phase: "running", member: "x", q: "tag" })
    expect(filters).toEqual({ state: "open", phase: "running", member: undefined, q: "tag" })
    expect(queryOf(filters, 12, 50)).toEqual({ limit: 50, state: "open", phase: "running", q: "tag", before: 12 })
    expect(isFiltered(filtersFrom({ state: "sideways", phase: "absent" }))).toBe(false)
  })
})

describe("the way back after signing in", () => {
  it.each([
    ["?next=%2Fteams%2Fa%2Flive%3Ftask%3D1", "/teams/a/live?task=1"],
    ["?next=//evil.example", "/"],
    ["?next=%2F%5Cevil.example", "/"],
    ["?next=https://evil.example", "/"],
    ["?next=/signin", "/"],
    ["", "/"],
  ])("%s leads to %s", (search, path) => expect(nextPage(search)).toBe(path))

  it("is named by the page that was left", () => {
    expect(nextPage(new URL(signInPath("/teams/a?x=1&y=2"), "http://localhost").search)).toBe("/teams/a?x=1&y=2")
  })
})

describe("the words of the stream", () => {
  it("are those of the status line", () => {
    expect(statusFrom({ kind: "live" }, "12")).toEqual({ kind: "live", position: "12" })
    expect(statusFrom({ kind: "reconnecting", sinceMillis: 5, retryAtMillis: 9 }, "12")).toEqual({
      kind: "reconnecting",
      lostAt: 5,
      nextTryAt: 9,
      position: "12",
    })
    expect(statusFrom({ kind: "incompatible" }, "12")).toEqual({ kind: "incompatible" })
  })
})

describe("amounts", () => {
  it.each([
    [850, "850 ms"],
    [4_200, "4.2 s"],
    [185_000, "3 min 5 s"],
    [3_600_000, "1 h"],
    [7_800_000, "2 h 10 min"],
    [273_600_000, "3 d 4 h"],
  ])("%i ms reads %s", (millis, text) => expect(durationText(millis)).toBe(text))

  it.each([
    [512, "512 B"],
    [1_400, "1.4 kB"],
    [8_000_000, "8 MB"],
  ])("%i bytes read %s", (bytes, text) => expect(sizeText(bytes)).toBe(text))
})

describe("limits that are written twice", () => {
  it("agree with the domain", () => expect(NAME_MAX_CHARS).toBe(DOMAIN_NAME_MAX_CHARS))
})
