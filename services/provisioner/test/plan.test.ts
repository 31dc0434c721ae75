import { randomUUID } from "node:crypto"
import type { InstanceStatus } from "@muster/drivers"
import { describe, expect, test } from "vitest"
import { DEFAULT_TIMINGS } from "#src/limits.ts"
import { type Desired, type Look, type Memories, plan } from "#src/plan.ts"

const member = (): Desired =>
  ({ memberId: randomUUID(), teamId: randomUUID(), orgId: randomUUID() }) as unknown as Desired
const status = (of: Desired | string, more: Partial<InstanceStatus> = {}): InstanceStatus => ({
  id: typeof of === "string" ? of : of.memberId,
  state: "stopped",
  pid: undefined,
  isEnrolled: true,
  lastExit: undefined,
  ...more,
})
const ended = (code: number | undefined) => ({ lastExit: { code, reason: "", at: "" } })
const { restartFirstMillis, restartMaxMillis, restartResetMillis, retiredRetryMillis } = DEFAULT_TIMINGS

const look = (more: Partial<Look>): Look => ({
  desired: [],
  actual: [],
  memories: new Map(),
  nowMillis: 1_000_000,
  random: () => 1,
  timings: DEFAULT_TIMINGS,
  ...more,
})

describe("given nothing runs", () => {
  test("a wanted member without credentials is started with an invitation, one with credentials without", () => {
    const [a, b] = [member(), member()]
    const { actions } = plan(look({ desired: [a, b], actual: [status(b)] }))
    expect(actions).toEqual([
      { kind: "start", member: a, needsInvitation: true },
      { kind: "start", member: b, needsInvitation: false },
    ])
  })
})

describe("given a wanted member runs", () => {
  test("nothing is done, however often it is looked at", () => {
    const a = member()
    let memories: Memories = new Map()
    for (let times = 0; times < 3; times += 1) {
      const planned = plan(look({ desired: [a], actual: [status(a, { state: "running" })], memories }))
      expect(planned.actions).toEqual([])
      memories = planned.memories
    }
  })

  test("each end by itself doubles the pause up to its maximum; a long run makes it short again", () => {
    const a = member()
    let nowMillis = 1_000_000
    let memories: Memories = plan(look({ desired: [a], actual: [status(a, { state: "running" })], nowMillis })).memories
    const pauses: number[] = []
    for (let ends = 0; ends < 12; ends += 1) {
      const down = plan(look({ desired: [a], actual: [status(a, ended(1))], memories, nowMillis }))
      expect(down.actions).toEqual([])
      const again = plan(look({ desired: [a], actual: [status(a, ended(1))], memories: down.memories, nowMillis }))
      expect(again.nextMillis).toBe(down.nextMillis) // looking twice counts once
      pauses.push((down.nextMillis ?? 0) - nowMillis)
      nowMillis = down.nextMillis ?? 0
      const up = plan(look({ desired: [a], actual: [status(a, ended(1))], memories: down.memories, nowMillis }))
      expect(up.actions).toHaveLength(1)
      memories = up.memories
    }
    expect(pauses.slice(0, 3)).toEqual([restartFirstMillis, restartFirstMillis * 2, restartFirstMillis * 4])
    expect(pauses.at(-1)).toBe(restartMaxMillis)
    nowMillis += restartResetMillis
    const steady = plan(look({ desired: [a], actual: [status(a, { state: "running" })], memories, nowMillis }))
    const next = plan(look({ desired: [a], actual: [status(a, ended(1))], memories: steady.memories, nowMillis }))
    expect((next.nextMillis ?? 0) - nowMillis).toBe(restartFirstMillis)
  })

  test("one whose place was taken elsewhere is left alone for long", () => {
    const a = member()
    const { memories } = plan(look({ desired: [a], actual: [status(a, { state: "running" })] }))
    const retired = plan(look({ desired: [a], actual: [status(a, { ...ended(78), isEnrolled: false })], memories }))
    expect(retired.actions).toEqual([])
    expect(retired.nextMillis).toBe(1_000_000 + retiredRetryMillis)
  })

  test("one whose credentials are void gets a new invitation after the pause", () => {
    const a = member()
    const { memories } = plan(look({ desired: [a], actual: [status(a, { state: "running" })] }))
    const actual = [status(a, { ...ended(77), isEnrolled: false })]
    const down = plan(look({ desired: [a], actual, memories }))
    const up = plan(look({ desired: [a], actual, memories: down.memories, nowMillis: down.nextMillis ?? 0 }))
    expect(up.actions).toEqual([{ kind: "start", member: a, needsInvitation: true }])
  })
})

test("what nobody wants is questioned, running or not, and never simply stopped", () => {
  const [x, y] = [randomUUID(), randomUUID()]
  expect(plan(look({ actual: [status(x, { state: "running" }), status(y)] })).actions).toEqual([
    { kind: "question", id: x, isRunning: true },
    { kind: "question", id: y, isRunning: false },
  ])
})
