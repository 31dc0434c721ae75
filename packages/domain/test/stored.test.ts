import { readFileSync } from "node:fs"
import { Schema } from "effect"
import { describe, expect, it } from "vitest"
import {
  asKnown,
  catalogue,
  foldMember,
  foldTask,
  foldTeam,
  isEventType,
  type EventType,
  type RecordedEvent,
} from "#src/index.ts"

/** Whole streams as version 0.1 wrote them, before pools, schedules and kill switches. Never changed again. */
const stored = JSON.parse(readFileSync(new URL("stored/events-of-0.1.json", import.meta.url), "utf8")) as readonly {
  readonly stream: string
  readonly type: string
  readonly schema: number
  readonly data: unknown
}[]

const revisions = new Map<string, number>()
const events = stored.map((event): RecordedEvent => {
  const revision = (revisions.get(event.stream) ?? 0) + 1
  revisions.set(event.stream, revision)
  return { ...event, revision, position: "1", id: "", at: "", meta: {} } as unknown as RecordedEvent
})
const streamsOf = (prefix: string) =>
  Map.groupBy(
    events.filter(({ stream }) => stream.startsWith(prefix)),
    ({ stream }) => stream,
  )

/** Every type that version 0.1 knew. */
const TYPES_OF_0_1 = 44

describe("events that version 0.1 stored", () => {
  it("are all here, one of each type at least", () => {
    const types = new Set(stored.map(({ type }) => type).filter(isEventType))
    expect(types.size).toBe(TYPES_OF_0_1)
  })

  it("have the shape of today's catalogue", () => {
    for (const event of events) {
      const known = asKnown(event)
      if (known === undefined) {
        expect(isEventType(event.type)).toBe(false)
        continue
      }
      const { data } = catalogue[known.type as EventType]
      const decoded = Schema.decodeUnknownResult(data as unknown as Schema.Codec<unknown>)(known.data, {
        onExcessProperty: "error",
      })
      expect([event.type, decoded._tag]).toEqual([event.type, "Success"])
    }
  })

  it("fold into tasks that are for members and have no pool", () => {
    for (const [, own] of streamsOf("task-")) {
      const { state } = foldTask(own)
      expect(state.phase).not.toBe("absent")
      expect(state.memberId).not.toBe("")
      expect(state.pool).toBeUndefined()
    }
    expect(streamsOf("task-").size).toBeGreaterThan(3)
  })

  it("fold into teams and members that neither drain nor are halted", () => {
    for (const [, own] of streamsOf("team-"))
      expect(foldTeam(own).state).toMatchObject({ isCreated: true, isDraining: false, halts: [] })
    for (const [, own] of streamsOf("member-"))
      expect(foldMember(own).state).toMatchObject({ isAdded: true, isDraining: false, settledEntries: [] })
    expect(streamsOf("member-").size).toBeGreaterThan(0)
  })
})
