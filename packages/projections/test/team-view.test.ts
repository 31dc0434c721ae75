import {
  CHAT_MESSAGES_KEPT,
  CLOSED_TASKS_KEPT,
  emptyTeamView,
  entityId,
  foldTeamView,
  knownOf,
  memberDoc,
  isMemberEvent,
} from "@muster/projections"
import { historyOf } from "@muster/projections/testing"
import { TeamView, type FeedEvent } from "@muster/contracts"
import { foldTask, isClosed, type RecordedEvent } from "@muster/domain"
import { Schema } from "effect"
import fc from "fast-check"
import { describe, expect, it } from "vitest"
import { choices, feedOf, freeze } from "./feed.ts"

const viewOf = (events: readonly FeedEvent[]) => foldTeamView(emptyTeamView(), events)
const streamsOf = (events: readonly FeedEvent[], prefix: string) =>
  Map.groupBy(
    events.filter((event) => event.stream.startsWith(prefix)),
    (event) => event.stream,
  )

const SHOWN_AS_THEY_ARE = [
  "phase",
  "run",
  "attempt",
  "epoch",
  "leaseExpiries",
  "isCancelRequested",
  "isDiscarded",
  "priority",
] as const

describe("the team view", () => {
  it("shows every task as the domain decides on it", () => {
    fc.assert(
      fc.property(choices, (chosen) => {
        const events = feedOf(historyOf(chosen))
        const view = viewOf(events)
        for (const [stream, own] of streamsOf(events, "task-")) {
          const { state, revision } = foldTask(own as unknown as readonly RecordedEvent[])
          expect(view.tasks[entityId(stream)]).toMatchObject({
            ...Object.fromEntries(SHOWN_AS_THEY_ARE.map((name) => [name, state[name]])),
            memberId: state.memberId === "" ? null : state.memberId,
            pool: state.pool ?? null,
            revision,
            assignmentId: state.assignment?.id ?? null,
            questions: state.openRequests.filter((r) => r.kind === "question").map(({ id }) => ({ id })),
            approvals: state.openRequests.filter((r) => r.kind === "approval").map(({ id }) => ({ id })),
          })
        }
      }),
    )
  })

  it("shows every member as its own events make it", () => {
    fc.assert(
      fc.property(choices, (chosen) => {
        const events = feedOf(historyOf(chosen))
        const view = viewOf(events)
        for (const [stream, own] of streamsOf(events, "member-")) {
          const doc = own
            .map(knownOf)
            .reduce<ReturnType<typeof memberDoc>>(
              (before, known) => (known && isMemberEvent(known) ? memberDoc(before, known) : before),
              undefined,
            )
          expect(view.members[entityId(stream)]).toEqual(doc)
        }
      }),
    )
  })

  it("is the same whether its feed is folded at once, in parts, or on from a stored copy", () => {
    fc.assert(
      fc.property(choices, fc.nat(), (chosen, cut) => {
        const events = feedOf(historyOf(chosen))
        const at = cut % (events.length + 1)
        const stored: unknown = JSON.parse(JSON.stringify(viewOf(events.slice(0, at))))
        expect(foldTeamView(stored as TeamView, events.slice(at))).toEqual(viewOf(events))
      }),
    )
  })

  it("is not changed by events that are delivered again", () => {
    fc.assert(
      fc.property(choices, fc.nat(), fc.nat(), (chosen, from, length) => {
        const events = feedOf(historyOf(chosen))
        const view = viewOf(events)
        const again = events.slice(from % (events.length + 1)).slice(0, length % 20)
        expect(foldTeamView(view, again)).toEqual(view)
      }),
    )
  })

  it("leaves the view it was folded from as it was", () => {
    fc.assert(
      fc.property(choices, (chosen) => {
        const events = feedOf(historyOf(chosen))
        const half = Math.floor(events.length / 2)
        const before = freeze(viewOf(events.slice(0, half)))
        expect(foldTeamView(before, freeze(events.slice(half))).seq).toBe(events.length)
      }),
    )
  })

  it("has the shape the contract promises", () => {
    const isTeamView = Schema.is(TeamView)
    fc.assert(
      fc.property(choices, (chosen) => {
        expect(isTeamView(viewOf(feedOf(historyOf(chosen))))).toBe(true)
      }),
    )
  })

  it("numbers tasks 1, 2, 3 … in the order of the log", () => {
    fc.assert(
      fc.property(choices, (chosen) => {
        const events = feedOf(historyOf(chosen))
        const dispatched = events.filter((event) => event.type === "TaskDispatched")
        const view = viewOf(events)
        expect(dispatched.map((event) => view.tasks[entityId(event.stream)]?.number)).toEqual(
          dispatched.map((_, index) => index + 1),
        )
        expect(view.team?.taskCount).toBe(dispatched.length)
      }),
    )
  })

  it("records one outcome for each finished run", () => {
    fc.assert(
      fc.property(choices, (chosen) => {
        for (const task of Object.values(viewOf(feedOf(historyOf(chosen))).tasks)) {
          const runs = task.runs.map((run) => run.run)
          expect(runs).toEqual(Array.from({ length: isClosed(task.phase) ? task.run : task.run - 1 }, (_, i) => i + 1))
        }
      }),
    )
  })

  it("passes over events of a newer version, but counts them", () => {
    const events = feedOf(historyOf([1, 2, 3]))
    const view = viewOf(events)
    const last = events.at(-1) as FeedEvent
    const strange = { ...last, seq: view.seq + 1, position: "99" as FeedEvent["position"], type: "TaskTeleported" }
    expect(foldTeamView(view, [strange])).toEqual({ ...view, seq: view.seq + 1, position: "99" })
  })

  it("keeps all open tasks, and of closed tasks and chat the newest up to its limits", () => {
    const [team, ...rest] = feedOf(historyOf(Array.from({ length: 400 }, (_, n) => n)))
    const dispatched = rest.find((event) => event.type === "TaskDispatched") as FeedEvent
    const chat = rest.find((event) => event.type === "ChatMessagePosted") as FeedEvent
    const count = Math.max(CLOSED_TASKS_KEPT, CHAT_MESSAGES_KEPT) + 5
    const many = Array.from({ length: count }, (_, n) => {
      const stream = `task-00000000-0000-7000-9000-${String(n).padStart(12, "0")}`
      const data = { ...(dispatched.data as object), taskId: stream.slice(5) }
      const cancelled = { ...dispatched, stream, revision: 2, type: "TaskCancelled", data: { reason: "" } }
      return [{ ...dispatched, stream, data }, ...(n % 2 === 0 && n < 4 ? [] : [cancelled]), chat]
    })
    const events = [team as FeedEvent, ...many.flat()].map((event, index) => ({ ...event, seq: index + 1 }))
    const view = viewOf(events)
    const tasks = Object.values(view.tasks)
    expect(tasks.filter((task) => isClosed(task.phase))).toHaveLength(CLOSED_TASKS_KEPT)
    expect(tasks.filter((task) => !isClosed(task.phase)).map((task) => task.number)).toEqual([1, 3])
    expect(view.closed).toHaveLength(CLOSED_TASKS_KEPT)
    expect(view.tasks[view.closed[0] ?? ""]?.number).toBe(count - CLOSED_TASKS_KEPT + 1)
    expect(view.chat).toHaveLength(CHAT_MESSAGES_KEPT)
  })
})
