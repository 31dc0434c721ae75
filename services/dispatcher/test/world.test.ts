import { fact, type RecordedEvent } from "@muster/domain"
import { beforeEach, describe, expect, test } from "vitest"
import type { Reaction } from "#src/model/reactions.ts"
import { World } from "#src/model/world.ts"
import { agentOf, Past } from "./support/past.ts"

let past: Past
let world: World
beforeEach(() => {
  past = new Past()
  world = new World()
  given(
    past.add(
      `team-${past.teamId}`,
      fact("TeamCreated", { teamId: past.teamId, profile: { name: "T", description: "" }, requestHash: "" }),
    ),
  )
})

const given = (...events: readonly RecordedEvent[]) => events.flatMap((event) => world.absorb(event))
/** Folds everything that was written since the last call; answers with what follows from the last event. */
let folded = 0
beforeEach(() => {
  folded = 1
})
const when = (): readonly Reaction[] => {
  let last: readonly Reaction[] = []
  for (; folded < past.all.length; folded += 1) last = world.absorb(past.all[folded] as RecordedEvent)
  return last
}
const kinds = (reactions: readonly Reaction[]) => reactions.map(({ kind }) => kind)
const controls = (reactions: readonly Reaction[]) =>
  reactions.flatMap((reaction) => (reaction.kind === "control" ? [reaction.message] : []))

describe("a task that is dispatched", () => {
  test("is offered to its member", () => {
    const memberId = past.memberAdded()
    past.dispatched(memberId)
    expect(when()).toEqual([{ kind: "offer", memberId }])
  })

  test("with dependencies has them looked at, now and whenever one of them ends", () => {
    const memberId = past.memberAdded()
    const first = past.dispatched(memberId)
    const second = past.dispatched(memberId, { after: [first] })
    expect(when()).toEqual([{ kind: "look-at-dependencies", taskId: second }])
    past.task(first, fact("TaskCancelled", { reason: "" }))
    expect(when()).toContainEqual({ kind: "look-at-dependencies", taskId: second })
  })

  test("to a member that is removed, or that nobody knows, is orphaned", () => {
    const memberId = past.memberAdded()
    past.add(`member-${memberId}`, fact("MemberRemoved", { reason: "" }))
    past.dispatched(memberId)
    expect(kinds(when())).toContain("orphaned")
    past.dispatched("0190b0a0-0000-7000-8000-0000000000ff" as never)
    expect(kinds(when())).toContain("orphaned")
  })
})

describe("an assignment", () => {
  test("is published under its position, and leaves the queue", () => {
    const memberId = past.memberAdded()
    const taskId = past.dispatched(memberId)
    past.assigned(taskId, memberId)
    const position = past.all.at(-1)?.position
    expect(when()).toEqual([{ kind: "publish", memberId, position }])
    expect(world.nextFor(memberId, 10)).toEqual([])
    expect(world.heldCount(memberId)).toBe(1)
  })

  test("that the agent ends leaves the inbox and makes room; the agent need not be told", () => {
    const memberId = past.memberAdded()
    const taskId = past.dispatched(memberId)
    const assignmentId = past.assigned(taskId, memberId)
    past.task(taskId, fact("TaskStarted", { assignmentId }), agentOf(memberId))
    const result = { summary: "", output: { bytes: 0, isTruncated: false } }
    past.task(taskId, fact("TaskSucceeded", { assignmentId, result }), agentOf(memberId))
    expect(kinds(when())).toEqual(["remove-entry", "offer"])
    expect(world.task(taskId)).toBeUndefined()
    expect(world.heldCount(memberId)).toBe(0)
  })

  test.each([
    [
      "a lease that expired",
      fact("TaskLeaseExpired", { assignmentId: "" as never, lastHeardAt: null, reason: "no-heartbeat" }),
    ],
    ["a deadline that passed", fact("TaskExpired", { deadlineAt: "2030-01-01T00:00:00Z" })],
    ["dead letters", fact("TaskDeadLettered", { reason: "lease-expiries", message: "" })],
    ["a time limit", fact("TaskFailed", { reason: "time-limit", message: "" })],
  ])("that others end by %s has its agent told to stop", (_, ending) => {
    const memberId = past.memberAdded()
    const taskId = past.dispatched(memberId)
    const assignmentId = past.assigned(taskId, memberId)
    past.task(taskId, fact("TaskStarted", { assignmentId }))
    past.task(taskId, ending)
    expect(controls(when())).toMatchObject([{ kind: "cancel", taskId, assignmentId }])
  })

  test("that was taken back and given out again is another one: the queue keeps its place", () => {
    const memberId = past.memberAdded()
    const first = past.dispatched(memberId)
    const second = past.dispatched(memberId)
    const assignmentId = past.assigned(first, memberId)
    past.task(first, fact("TaskLeaseExpired", { assignmentId, lastHeardAt: null, reason: "no-heartbeat" }))
    when()
    expect(world.nextFor(memberId, 2).map(({ taskId }) => taskId)).toEqual([first, second])
  })
})

describe("what was folded already", () => {
  test("changes nothing a second time", () => {
    const memberId = past.memberAdded()
    const taskId = past.dispatched(memberId)
    past.assigned(taskId, memberId)
    when()
    expect(past.all.flatMap((event) => world.absorb(event))).toEqual([])
    expect(world.heldCount(memberId)).toBe(1)
  })

  test("of a task that ended and is no longer kept is passed over", () => {
    const memberId = past.memberAdded()
    const taskId = past.dispatched(memberId)
    past.task(taskId, fact("TaskCancelled", { reason: "" }))
    when()
    expect(given(...past.all.slice(-1))).toEqual([])
    expect(world.task(taskId)).toBeUndefined()
  })
})

describe("a task that is opened again", () => {
  test("is read from its stream, and offered", () => {
    const memberId = past.memberAdded()
    const taskId = past.dispatched(memberId)
    past.task(taskId, fact("TaskCancelled", { reason: "" }))
    past.task(taskId, fact("TaskRetried", { run: 2, memberId }))
    expect(when()).toEqual([{ kind: "load-task", taskId }])
    const stream = past.all.filter((event) => event.stream === `task-${taskId}`)
    expect(world.adoptTask(stream)).toEqual([{ kind: "offer", memberId }])
    expect(world.task(taskId)?.state.run).toBe(2)
  })

  test("and closed once more is not kept", () => {
    const memberId = past.memberAdded()
    const taskId = past.dispatched(memberId)
    past.task(taskId, fact("TaskCancelled", { reason: "" }))
    past.task(taskId, fact("TaskRetried", { run: 2, memberId }))
    past.task(taskId, fact("TaskCancelled", { reason: "" }))
    const stream = past.all.filter((event) => event.stream === `task-${taskId}`)
    expect(world.adoptTask(stream)).toEqual([])
    expect(world.task(taskId)).toBeUndefined()
  })
})

describe("a member", () => {
  test("whose profile changes is told its settings, and may have more room", () => {
    const memberId = past.memberAdded()
    when()
    const profile = world.member(memberId)?.state.profile
    past.add(
      `member-${memberId}`,
      fact("MemberEdited", { profile: { ...(profile as NonNullable<typeof profile>), slots: 9 } }),
    )
    const reactions = when()
    expect(controls(reactions)).toMatchObject([{ kind: "settings", slots: 9 }])
    expect(kinds(reactions)).toContain("offer")
  })

  test("that is bound anew names the incarnation it replaces", () => {
    const memberId = past.memberAdded()
    const bind = (incarnation: string) =>
      past.add(
        `member-${memberId}`,
        fact("MemberBound", { incarnation: incarnation as never, agentVersion: "", host: "" }),
      )
    bind("first")
    expect(when()).toContainEqual({ kind: "member-bound", memberId, replaced: undefined })
    bind("second")
    expect(when()).toContainEqual({ kind: "member-bound", memberId, replaced: "first" })
  })

  test("that is removed is no longer among the live ones", () => {
    const memberId = past.memberAdded()
    past.add(`member-${memberId}`, fact("MemberRemoved", { reason: "" }))
    expect(kinds(when())).toEqual(["member-removed"])
    expect([...world.liveMembers()]).toEqual([])
    expect([...world.membersOf(past.teamId)]).toEqual([])
  })
})
