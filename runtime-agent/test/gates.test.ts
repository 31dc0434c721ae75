import { join } from "node:path"
import { setImmediate } from "node:timers/promises"
import type { ReportEnvelope } from "@muster/contracts"
import {
  type AssignmentId,
  type IncarnationId,
  STEPS_MAX,
  type TaskId,
  type TaskStep,
  TaskStep as StepSchema,
} from "@muster/domain"
import { tempDir, type TempDir } from "@muster/platform/testing"
import { Schema } from "effect"
import fc from "fast-check"
import { afterEach, beforeEach, describe, expect, test } from "vitest"
import { type Journal, openJournal } from "#src/journal/journal.ts"
import { DEFAULT_OUTBOX_CAPS, type OutboxCaps, STEPS_UNACKED_MAX } from "#src/limits.ts"
import { createOutbox, type Outbox } from "#src/outbox/outbox.ts"
import { createStepGate, type StepGate } from "#src/outbox/step-gate.ts"
import { createUsageGate } from "#src/outbox/usage-gate.ts"
import { storableStep, storableUsage } from "#src/work/activity.ts"
import { quietLog } from "#test/support/quiet.ts"

const incarnation = "00000000-0000-7000-8000-000000000001" as IncarnationId
const ids = {
  assignmentId: "00000000-0000-7000-8000-000000000002" as AssignmentId,
  taskId: "00000000-0000-7000-8000-000000000003" as TaskId,
}

let dir: TempDir
let journal: Journal
beforeEach(async () => {
  dir = tempDir("muster-test-gates-")
  const timings = { retryFirstMillis: 1, retryMaxMillis: 5 }
  journal = await openJournal({ path: join(dir.path, "journal.ndjson"), incarnation, timings, log: quietLog })
})
afterEach(async () => {
  await journal.close()
  dir.remove()
})

const fail = (error: unknown) => {
  throw error
}
const outboxOf = (caps: OutboxCaps = DEFAULT_OUTBOX_CAPS): Outbox =>
  createOutbox({
    journal,
    incarnation,
    send: async (_envelopes: readonly ReportEnvelope[]) => undefined,
    caps,
    timings: { ackTimeoutMillis: 60_000, retryFirstMillis: 1, retryMaxMillis: 5 },
    log: quietLog,
  })
const gateOf = (outbox: Outbox): StepGate => createStepGate(outbox, (seq) => journal.state.unacked.has(seq), fail)
const step = (stepId: string, status: TaskStep["status"] = "running"): TaskStep => ({
  stepId,
  kind: "tool",
  status,
  title: `does ${stepId}`,
})
/** Everything that was reported and is not acknowledged, in order. */
const waiting = () => [...journal.state.unacked.values()].map(({ seq, report }) => ({ seq, report }))
const said = () => waiting().flatMap(({ report }) => (report.kind === "step" ? [report.step] : []))
/** What was said is on the disk, and whoever waited for that has gone on. */
const settled = async () => {
  await journal.append({ k: "acked", seqs: [] })
  await setImmediate()
}

describe("steps on their way", () => {
  test("leave at once, in order, when they begin and when they end", async () => {
    const gate = gateOf(outboxOf())
    for (const each of [step("a"), step("b"), step("a", "completed"), step("b", "failed")]) gate.offer(ids, each)
    await settled()
    expect(said().map(({ stepId, status }) => [stepId, status])).toEqual([
      ["a", "running"],
      ["b", "running"],
      ["a", "completed"],
      ["b", "failed"],
    ])
  })

  test("wait while many are not acknowledged, folded together by id; a short one that waited is told once, by its end", async () => {
    const outbox = outboxOf()
    const gate = gateOf(outbox)
    for (let n = 0; n < STEPS_UNACKED_MAX; n += 1) gate.offer(ids, step(`first-${n}`, "completed"))
    for (let n = 0; n < 5; n += 1) {
      gate.offer(ids, step(`late-${n}`))
      gate.offer(ids, step(`late-${n}`, "completed"))
    }
    await settled()
    expect(said()).toHaveLength(STEPS_UNACKED_MAX)
    outbox.acked(waiting().map(({ seq }) => seq))
    await settled()
    expect(said().map(({ stepId, status }) => [stepId, status])).toEqual(
      Array.from({ length: 5 }, (_, n) => [`late-${n}`, "completed"]),
    )
  })

  test("that wait leave before the outcome", async () => {
    const gate = gateOf(outboxOf())
    for (let n = 0; n < STEPS_UNACKED_MAX + 7; n += 1) gate.offer(ids, step(`s${n}`, "completed"))
    gate.flush(ids.assignmentId)
    gate.close(ids.assignmentId)
    await settled()
    expect(said()).toHaveLength(STEPS_UNACKED_MAX + 7)
  })

  test("leave a full outbox its room for outcomes", async () => {
    const gate = gateOf(outboxOf({ ...DEFAULT_OUTBOX_CAPS, maxEntries: 3 }))
    for (let n = 0; n < 10; n += 1) gate.offer(ids, step(`s${n}`, "completed"))
    gate.flush(ids.assignmentId)
    await settled()
    expect(said()).toHaveLength(3)
  })

  test("that have ended do not begin again, and a flood of different ones is cut off", async () => {
    const outbox = outboxOf()
    const gate = gateOf(outbox)
    gate.offer(ids, step("a", "completed"))
    gate.offer(ids, step("a"))
    for (let n = 0; n < 10 * STEPS_MAX; n += 1) gate.offer(ids, step(`s${n}`))
    let told = 0
    for (;;) {
      await settled()
      const now = waiting()
      if (now.length === 0) break
      told += now.length
      outbox.acked(now.map(({ seq }) => seq))
    }
    // One more than are recorded: the log makes of it the step that says so.
    expect(told).toBe(STEPS_MAX + 1)
  })
})

describe("usage on its way", () => {
  test("the newest totals wait for their time, and leave before the outcome", async () => {
    const outbox = outboxOf()
    const gate = createUsageGate(outbox, journal.state, 60_000, fail)
    for (const inputTokens of [1, 2, 3]) gate.offer(ids, { inputTokens, outputTokens: 0 })
    await settled()
    outbox.acked(waiting().map(({ seq }) => seq))
    gate.flush(ids.assignmentId)
    gate.close(ids.assignmentId)
    await settled()
    expect(waiting().map(({ report }) => report)).toEqual([
      { kind: "usage", ...ids, usage: { inputTokens: 3, outputTokens: 0 } },
    ])
  })
})

describe("whatever a runtime says", () => {
  test("becomes a step that the log can hold; different ids stay different", () => {
    const isStep = (value: unknown) => Schema.decodeUnknownResult(StepSchema)(value)._tag === "Success"
    const text = fc.oneof(
      fc.string({ unit: "binary", maxLength: 20 }),
      fc.string({ minLength: 4_500, maxLength: 5_000 }),
    )
    fc.assert(
      fc.property(text, text, text, (stepId, title, detail) => {
        const stored = storableStep({ stepId, kind: "tool", status: "running", title, detail })
        expect(isStep(stored)).toBe(true)
      }),
    )
    const long = "x".repeat(200)
    const idsOf = ["", "a\u0000", `${long}1`, `${long}2`, "a"].map((stepId) => storableStep(step(stepId)).stepId)
    expect(new Set(idsOf).size).toBe(idsOf.length)
  })

  test("a text that is too long is cut with a mark", () => {
    const { title, detail } = storableStep({ ...step("a"), title: "t".repeat(600), detail: "d".repeat(5_000) })
    expect(title).toHaveLength(500)
    expect(title.endsWith("…")).toBe(true)
    expect(detail).toHaveLength(4_000)
  })

  test("becomes counts that are whole numbers from 0", () => {
    expect(storableUsage({ model: " ", inputTokens: 1.6, outputTokens: -3, costMicros: Number.NaN })).toEqual({
      inputTokens: 2,
      outputTokens: 0,
      costMicros: 0,
    })
    expect(storableUsage({ inputTokens: 1, outputTokens: 1, isAtLeast: true })).toHaveProperty("isAtLeast", true)
  })
})
