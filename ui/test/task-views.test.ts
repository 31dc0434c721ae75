import type { FeedEvent, TaskDoc, TeamView } from "@muster/contracts"
import { applyTeamEvent, emptyTeamView } from "@muster/projections"
import fc from "fast-check"
import { describe, expect, it } from "vitest"
import { cardAfter } from "#src/pages/team/tasks/board-moves.ts"
import { filtersFrom } from "#src/pages/team/tasks/filters.ts"
import { rowsOf, setsOf } from "#src/pages/team/tasks/groups.ts"
import { BULK_PART_TASKS } from "#src/limits.ts"
import { inParts } from "#src/pages/team/tasks/bulk-operation.ts"
import { matches } from "#src/pages/team/tasks/matches.ts"
import { neighbour } from "#src/pages/team/tasks/task-keys.ts"
import { thatCan } from "#src/pages/team/tasks/task-selection-bar.tsx"
import { groupFrom, layoutFrom, TASK_GROUPS } from "#src/pages/team/tasks/view-params.ts"
import { endedTasks, resultInShort } from "#src/team/panes/results.ts"
import { aroundOf, beforeFailure } from "#src/team/task/around.ts"
import { feedOf } from "./support/history.ts"

const task = (number: number, part: Partial<TaskDoc> = {}): TaskDoc =>
  ({
    id: `t${number}`,
    number,
    title: `Task ${number}`,
    phase: "queued",
    memberId: "m1",
    pool: null,
    parentTaskId: null,
    after: [],
    artifacts: [],
    isCancelRequested: false,
    ...part,
  }) as unknown as TaskDoc

const viewOf = (tasks: ReadonlyArray<TaskDoc>): TeamView =>
  ({
    ...emptyTeamView(),
    tasks: Object.fromEntries(tasks.map((each) => [each.id, each])),
    members: {
      m1: { id: "m1", handle: "ada", role: "member", isRemoved: false },
      m2: { id: "m2", handle: "bob", role: "leader", isRemoved: false },
      m3: { id: "m3", handle: "gone", role: "member", isRemoved: true },
    },
  }) as unknown as TeamView

describe("the address of the tasks page", () => {
  it("says how they are laid out and grouped; nonsense counts as absent", () => {
    expect([layoutFrom({ view: "board" }), layoutFrom({ view: "pie" }), layoutFrom({})]).toEqual([
      "board",
      "list",
      "list",
    ])
    expect([groupFrom({ group: "parent" }), groupFrom({ group: ["member"] })]).toEqual(["parent", undefined])
  })
})

describe("tasks in sets", () => {
  const history = () => {
    const draft = emptyTeamView()
    for (const event of feedOf(900, 4)) applyTeamEvent(draft, event)
    return draft as unknown as TeamView
  }

  it.each(TASK_GROUPS)("by %s hold every task exactly once", (group) => {
    const view = history()
    const tasks = Object.values(view.tasks)
    const found = setsOf(tasks, group, view).flatMap((set) => set.tasks.map(({ id }) => id))
    expect(tasks.length).toBeGreaterThan(20)
    expect(found.toSorted()).toEqual(tasks.map(({ id }) => id).toSorted())
  })

  it("by state keep empty columns, so that the others do not move", () => {
    const sets = setsOf([task(1, { phase: "needs-approval" })], "state", viewOf([]))
    expect(sets.map(({ key, tasks }) => [key, tasks.length])).toEqual([
      ["waiting", 0],
      ["running", 0],
      ["needs-you", 1],
      ["done", 0],
      ["not-done", 0],
    ])
  })

  it("by member stand in the order of the roster, then pools, then who has left", () => {
    const tasks = [
      task(1, { memberId: "m1" as never }),
      task(2, { memberId: null, pool: { skills: ["rust"] } }),
      task(3, { memberId: "m3" as never }),
    ]
    const sets = setsOf(tasks, "member", viewOf(tasks))
    expect(sets.map(({ label, tasks: own }) => [label, own.map(({ number }) => number)])).toEqual([
      ["@bob", []],
      ["@ada", [1]],
      [expect.stringContaining("rust"), [2]],
      [expect.any(String), [3]],
    ])
  })

  it("by parent stand with the uppermost task, however deep they are", () => {
    const tasks = [task(1), task(2, { parentTaskId: "t1" as never }), task(3, { parentTaskId: "t2" as never }), task(4)]
    const sets = setsOf(tasks, "parent", viewOf(tasks))
    expect(sets.map(({ tasks: own }) => own.map(({ number }) => number))).toEqual([[1, 2, 3], [4]])
  })

  it("have a head in a list only where there is something below it", () => {
    const tasks = [task(2, { phase: "running" }), task(1)]
    expect(rowsOf(tasks, undefined, viewOf(tasks)).map(({ key }) => key)).toEqual(["t2", "t1"])
    expect(rowsOf(tasks, "state", viewOf(tasks)).map(({ key }) => key)).toEqual([
      "head waiting",
      "t1",
      "head running",
      "t2",
    ])
  })
})

describe("what the filters let through at hand", () => {
  it.each([
    [{}, true],
    [{ q: "TASK write" }, true],
    [{ q: "task read" }, false],
    [{ q: "t-7" }, true],
    [{ q: "7" }, true],
    [{ q: "8" }, false],
    [{ state: "open" }, true],
    [{ state: "closed" }, false],
    [{ phase: "running" }, false],
    [{ member: "0199c000-0000-7000-8000-00000000000a" }, false],
  ])("with %j a waiting task 'Write the task' is shown: %s", (search, isShown) => {
    expect(matches(task(7, { title: "Write the task" }), filtersFrom(search))).toBe(isShown)
  })
})

describe("the arrow keys of a board", () => {
  const columns = [["a", "b", "c"], [], ["d"], ["e", "f"]]
  it.each([
    ["a", "ArrowDown", "b"],
    ["a", "ArrowUp", "a"],
    ["c", "ArrowDown", "c"],
    ["c", "ArrowRight", "d"],
    ["d", "ArrowRight", "e"],
    ["f", "ArrowRight", "f"],
    ["f", "ArrowLeft", "d"],
    ["b", "End", "c"],
    ["c", "Home", "a"],
    [undefined, "ArrowDown", "a"],
    ["gone", "ArrowLeft", "a"],
  ] as const)("lead from %s with %s to %s", (from, key, to) => expect(cardAfter(columns, from, key)).toBe(to))

  it("never lead off the board", () => {
    const keys = fc.array(fc.constantFrom("ArrowUp", "ArrowDown", "ArrowLeft", "ArrowRight", "Home", "End"))
    fc.assert(
      fc.property(keys, (presses) => {
        const end = presses.reduce<string | undefined>((from, key) => cardAfter(columns, from, key), undefined)
        expect(presses.length === 0 || columns.flat().includes(end ?? "")).toBe(true)
      }),
    )
  })
})

describe("J and K", () => {
  it("move by one, begin at the first and stay at the ends", () => {
    const order = ["a", "b"]
    expect([neighbour(order, undefined, 1), neighbour(order, "a", 1), neighbour(order, "b", 1)]).toEqual([
      "a",
      "b",
      "b",
    ])
    expect([neighbour(order, "a", -1), neighbour(order, "gone", -1), neighbour([], "a", 1)]).toEqual([
      "a",
      "a",
      undefined,
    ])
  })
})

describe("an action on a selection", () => {
  it("concerns only the tasks whose state allows it", () => {
    const tasks = [
      task(1),
      task(2, { phase: "running" }),
      task(3, { phase: "failed" }),
      task(4, { phase: "retry-scheduled" }),
    ]
    const ids = ["t1", "t2", "t3", "t4"]
    expect(thatCan(tasks, ids, "reassign")).toEqual(["t1", "t4"])
    expect(thatCan(tasks, ids, "retry")).toEqual(["t3"])
    expect(thatCan(tasks, ["t2", "t3"], "cancel")).toEqual(["t2"])
  })

  it("gives no turn of the chat to another member", () =>
    expect(thatCan([task(1, { conversation: { messageId: "x" } as never })], ["t1"], "reassign")).toEqual([]))

  const ids = Array.from({ length: 2 * BULK_PART_TASKS + 3 }, (_, index) => `t${index}`)
  const nameOf = (id: string) => id.toUpperCase()

  it("on many tasks is sent in parts, says how far it is, and names what was refused and why", async () => {
    const sizes: Array<number> = []
    const seen: Array<number> = []
    const send = (part: ReadonlyArray<string>) => {
      sizes.push(part.length)
      const verdicts = part.map((id) => ({ id, ok: id !== "t1", detail: "it has ended" }))
      return Promise.resolve({ verdicts })
    }
    const result = await inParts({ ids, nameOf, send }, new AbortController().signal, ({ done }) => seen.push(done))
    expect(sizes).toEqual([BULK_PART_TASKS, BULK_PART_TASKS, 3])
    expect(seen.at(-1)).toBe(ids.length)
    expect(result).toMatchObject({ failures: [{ what: "T1", reason: "it has ended" }], isNothingDone: false })
    expect(result.summary).toContain(`${ids.length - 1} of ${ids.length}`)
  })

  it("that is called off leaves the rest untouched", async () => {
    const stop = new AbortController()
    let sent = 0
    const send = (part: ReadonlyArray<string>) => {
      sent += part.length
      stop.abort()
      return Promise.resolve({ verdicts: part.map((id) => ({ id, ok: true })) })
    }
    await inParts({ ids, nameOf, send }, stop.signal, () => undefined)
    expect(sent).toBe(BULK_PART_TASKS)
  })

  it("that the server refuses for all of them counts as nothing done", async () => {
    const send = (part: ReadonlyArray<string>) => Promise.resolve({ verdicts: part.map((id) => ({ id, ok: false })) })
    const { isNothingDone } = await inParts(
      { ids: ["t1"], nameOf, send },
      new AbortController().signal,
      () => undefined,
    )
    expect(isNothingDone).toBe(true)
  })
})

describe("results", () => {
  it("are those of ended tasks, the last that ended first, without turns of the chat", () => {
    const tasks = [
      task(1, { phase: "succeeded", endedAt: "2026-01-01T00:00:00Z" }),
      task(2, { phase: "failed", endedAt: "2026-01-02T00:00:00Z" }),
      task(3, { phase: "running" }),
      task(4, { phase: "succeeded", endedAt: "2026-01-03T00:00:00Z", conversation: {} as never }),
    ]
    expect(endedTasks(tasks).map(({ number }) => number)).toEqual([2, 1])
  })

  it("are told in short by their first line with words, without the signs of markdown", () => {
    const result = { summary: "\n---\n## **Done** `all`\nmore", output: { bytes: 0, isTruncated: false } }
    expect(resultInShort(task(1, { phase: "succeeded", result }))).toBe("Done all")
    expect(resultInShort(task(1, { phase: "failed", failure: { reason: "error", message: "no disk", at: "" } }))).toBe(
      "no disk",
    )
    expect(resultInShort(task(1, { phase: "cancelled", failure: null }))).toBe("")
  })
})

describe("around a task", () => {
  it("stand those above its parent, those it waits for, and those that wait for it", () => {
    const tasks = [
      task(1),
      task(2, { parentTaskId: "t1" as never }),
      task(3, { parentTaskId: "t2" as never, after: ["t5", "t4", "old"] as never }),
      task(4),
      task(5),
      task(6, { after: ["t3"] as never }),
    ]
    const around = aroundOf(tasks[2] as TaskDoc, viewOf(tasks))
    const numbers = (list: ReadonlyArray<TaskDoc>) => list.map(({ number }) => number)
    expect([numbers(around.above), numbers(around.after), numbers(around.before)]).toEqual([[1], [4, 5], [6]])
  })

  it("the moment before its newest failure is that of the event before it", () => {
    const event = (type: string, position: string) => ({ type, position }) as FeedEvent
    const events = [
      event("TaskDispatched", "9"),
      event("TaskStarted", "10"),
      event("TaskRetryScheduled", "12"),
      event("TaskStarted", "20"),
      event("TaskFailed", "31"),
      event("TaskRetried", "40"),
    ]
    expect(beforeFailure(events)).toBe("20")
    expect(beforeFailure(events.slice(0, 2))).toBeUndefined()
    expect(beforeFailure([event("TaskFailed", "31")])).toBe("31")
  })
})
