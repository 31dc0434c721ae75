import { foundOf, positionOf } from "#src/kurrentdb/events.ts"
import type { JSONEventType, RecordedEvent, ResolvedEvent } from "@eventstore/db-client"
import { newEvent } from "@muster/event-store/testing"
import { describe, expect, test } from "vitest"

const UNTOLD = 2n ** 64n - 1n

const recorded = (fields: Partial<RecordedEvent<JSONEventType>> = {}): RecordedEvent<JSONEventType> => ({
  streamId: "task-1",
  id: newEvent().id,
  isJson: true,
  revision: 4n,
  type: "SomethingHappened",
  created: new Date("2026-01-02T03:04:05.678Z"),
  data: { note: "something" },
  metadata: { schema: 1, meta: newEvent().meta, call: "c" },
  position: { commit: 1234n, prepare: 1234n },
  ...fields,
})
const found = (fields: Partial<RecordedEvent<JSONEventType>>) =>
  foundOf({ event: recorded(fields) } as ResolvedEvent)?.event

describe("a record of the server", () => {
  test("is an event with revisions from 1 and its address as position", () => {
    expect(found({})).toMatchObject({ revision: 5, position: "1234", at: "2026-01-02T03:04:05.678Z" })
  })

  test.each([
    ["stands in a stream of the server", { streamId: "$stats" }],
    ["stands in the engine's own stream", { streamId: "muster-log-generation" }],
    ["has no metadata", { metadata: undefined }],
    ["has somebody else's metadata", { metadata: { schema: 1 } }],
  ])("that %s is no event of the log", (_, fields) => {
    expect(found(fields)).toBeUndefined()
  })

  test.each([
    ["that shares its commit with others", { commit: 2000n, prepare: 1234n }],
    ["that an old server does not tell", { commit: UNTOLD, prepare: UNTOLD }],
    ["that is the beginning itself", { commit: 0n, prepare: 0n }],
  ])("is refused with a position %s: a reader could pass over another", (_, position) => {
    expect(() => positionOf(recorded({ position }))).toThrow("position of its own")
  })
})
