import { appendFileSync, readFileSync, statSync, writeFileSync } from "node:fs"
import { join } from "node:path"
import type { AssignmentId, IncarnationId, TaskId } from "@muster/domain"
import { tempDir, type TempDir } from "@muster/platform/testing"
import fc from "fast-check"
import { afterEach, beforeEach, expect, test } from "vitest"
import { emptyJournal, fold, type JournalState, liveAssignments, recordsOf } from "#src/journal/fold.ts"
import { type Journal, openJournal } from "#src/journal/journal.ts"
import type { JournalRecord } from "#src/journal/records.ts"
import { FINISHED_REMEMBERED_MAX, JOURNAL_COMPACT_MIN_BYTES } from "#src/limits.ts"
import { quietLog } from "#test/support/quiet.ts"

const uuid = (n: number): string => `00000000-0000-7000-8000-${String(n).padStart(12, "0")}`
const incarnation = uuid(1) as IncarnationId
const assignment = (n: number) => uuid(100 + n) as AssignmentId
const taskId = uuid(2) as TaskId
const at = "2026-01-01T00:00:00.000Z"

let dir: TempDir
beforeEach(() => {
  dir = tempDir("muster-test-journal-")
})
afterEach(() => dir.remove())
const path = () => join(dir.path, "journal.ndjson")
const open = (of = incarnation): Promise<Journal> =>
  openJournal({ path: path(), incarnation: of, timings: { retryFirstMillis: 1, retryMaxMillis: 5 }, log: quietLog })

const plain = (state: JournalState) => ({
  nextSeq: state.nextSeq,
  open: [...state.open.values()],
  finished: [...state.finished],
  unacked: [...state.unacked.values()],
  unackedBytes: state.unackedBytes,
})

const ids = fc.integer({ min: 0, max: 5 }).map((n) => ({ assignmentId: assignment(n), taskId }))
const step = fc.oneof(
  ids.map((of) => ({ kind: "taken" as const, ...of })),
  ids.map((of) => ({ kind: "started" as const, ...of })),
  ids.map((of) => ({ kind: "concluded" as const, ...of })),
  ids.map((of) => ({ kind: "artifact" as const, ...of })),
  ids.map((of) => ({ kind: "ended" as const, ...of })),
  fc.integer({ min: 1, max: 30 }).map((seq) => ({ kind: "acked" as const, seq })),
)
type Step = typeof step extends fc.Arbitrary<infer S> ? S : never

const recordOf = (each: Step, state: JournalState): JournalRecord => {
  // The outbox notes only what it waits for: an acknowledgement never comes before its report.
  if (each.kind === "acked") return { k: "acked", seqs: state.unacked.has(each.seq) ? [each.seq] : [] }
  const { assignmentId } = each
  switch (each.kind) {
    case "taken":
      return { k: "taken", assignmentId, taskId, entryId: "1-0" }
    case "started":
      return { k: "report", seq: state.nextSeq, at, report: { kind: "started", assignmentId, taskId } }
    case "concluded":
      return { k: "concluded", assignmentId, outcome: { kind: "cancelled" }, isTruncated: true }
    case "artifact":
      return { k: "artifact", assignmentId, artifact: { name: "a", sha256: "0", size: 1, mediaType: "text/plain" } }
    case "ended":
      return { k: "report", seq: state.nextSeq, at, report: { kind: "cancelled", assignmentId, taskId } }
    default:
      return each satisfies never
  }
}

const foldAll = (records: readonly JournalRecord[]): JournalState => {
  const state = emptyJournal()
  for (const record of records) fold(state, record)
  return state
}

const history = (steps: readonly Step[]): readonly JournalRecord[] => {
  const state = emptyJournal()
  return steps.map((each) => {
    const record = recordOf(each, state)
    fold(state, record)
    return record
  })
}

test("a rewritten journal says what the history said", () => {
  fc.assert(
    fc.property(fc.array(step, { maxLength: 60 }), (steps) => {
      const state = foldAll(history(steps))
      expect(plain(foldAll(recordsOf(state, incarnation)))).toEqual(plain(state))
    }),
  )
})

test("taking the end of a history twice changes nothing: a crash while rewriting is harmless", () => {
  fc.assert(
    fc.property(fc.array(step, { maxLength: 60 }), fc.nat(), (steps, cut) => {
      const records = history(steps)
      const whole = foldAll(records)
      const from = records.length === 0 ? 0 : cut % records.length
      const again = foldAll([...recordsOf(whole, incarnation), ...records.slice(from)])
      expect([...again.open.keys()].toSorted()).toEqual([...whole.open.keys()].toSorted())
      expect([...again.unacked.keys()]).toEqual([...whole.unacked.keys()])
      expect(again.nextSeq).toBe(whole.nextSeq)
    }),
  )
})

test("what was promised is there after a crash, whatever is torn at the end", async () => {
  const journal = await open()
  await journal.append({ k: "taken", assignmentId: assignment(1), taskId, entryId: "7-0" })
  const { seq, stored } = journal.report({ kind: "started", assignmentId: assignment(1), taskId })
  await stored
  expect(seq).toBe(1)
  expect(journal.storedSeq()).toBe(1)
  await journal.close()
  appendFileSync(path(), '{"k":"report","seq":2,"at":"2026-01-01T00:0')
  const again = await open()
  expect([...again.state.open.values()]).toMatchObject([{ assignmentId: assignment(1), entryId: "7-0" }])
  expect(liveAssignments(again.state)).toEqual([assignment(1)])
  expect(again.report({ kind: "lost", assignmentId: assignment(1), taskId }).seq).toBe(2)
  await again.close()
  expect(statSync(path()).mode & 0o777).toBe(0o600)
})

test("numbers go on after everything was acknowledged and the journal was rewritten", async () => {
  const journal = await open()
  for (let n = 1; n <= 3; n += 1) await journal.report({ kind: "started", assignmentId: assignment(n), taskId }).stored
  journal.note({ k: "acked", seqs: [1, 2, 3] })
  await journal.close()
  await (await open()).close()
  const again = await open()
  expect(again.state.unacked.size).toBe(0)
  expect(again.report({ kind: "started", assignmentId: assignment(4), taskId }).seq).toBe(4)
  await again.close()
})

test("a journal that is mostly history is rewritten, and stays small", async () => {
  const journal = await open()
  const note = "x".repeat(1_000)
  let written = 0
  while (written < JOURNAL_COMPACT_MIN_BYTES * 3) {
    const { seq, stored } = journal.report({ kind: "progress", assignmentId: assignment(1), taskId, note })
    await stored
    journal.note({ k: "acked", seqs: [seq] })
    written += note.length
  }
  const { nextSeq } = journal.state
  await journal.close()
  expect(statSync(path()).size).toBeLessThan(JOURNAL_COMPACT_MIN_BYTES * 1.5)
  const again = await open()
  expect(again.state.nextSeq).toBe(nextSeq)
  await again.close()
})

test("only so many ended assignments are remembered, the latest", () => {
  const state = emptyJournal()
  for (let n = 0; n < FINISHED_REMEMBERED_MAX + 10; n += 1) fold(state, { k: "ended", assignmentId: assignment(n) })
  expect(state.finished.size).toBe(FINISHED_REMEMBERED_MAX)
  expect(state.finished.has(assignment(0))).toBe(false)
  expect(state.finished.has(assignment(FINISHED_REMEMBERED_MAX + 9))).toBe(true)
})

test("the journal of another incarnation is set aside, not taken over", async () => {
  const journal = await open()
  await journal.append({ k: "taken", assignmentId: assignment(1), taskId, entryId: "1-0" })
  await journal.close()
  const next = await open(uuid(9) as IncarnationId)
  expect(next.state.open.size).toBe(0)
  expect(next.state.nextSeq).toBe(1)
  await next.close()
  expect(readFileSync(`${path()}.old`, "utf8")).toContain(assignment(1))
})

test("a file full of nonsense is an empty journal", async () => {
  writeFileSync(path(), 'null\n{"k":"what"}\n\u0000\u0001\n[]\n')
  const journal = await open()
  expect(plain(journal.state)).toEqual(plain(emptyJournal()))
  await journal.close()
})
