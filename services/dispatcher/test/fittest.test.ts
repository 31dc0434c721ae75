import type { MemberId, PoolTarget } from "@muster/domain"
import fc from "fast-check"
import { describe, expect, test } from "vitest"
import { planTeam, type Room } from "#src/model/fittest.ts"
import { Pools } from "#src/model/pool.ts"

const TEAM = "t"
const rust: PoolTarget = { skills: ["rust"] }
const queued = (taskId: string, position: number, priority = 5) => ({ taskId, priority, position: String(position) })
const room = (memberId: string, over: Partial<Room> = {}): Room => ({
  memberId: memberId as MemberId,
  skills: ["rust"],
  credit: 2,
  free: 1,
  held: 0,
  own: [],
  ...over,
})
const pools = (...tasks: readonly Work[]) => {
  const all = new Pools()
  for (const [target, task] of tasks) all.add(TEAM, target, task)
  return all.of(TEAM)
}
type Work = readonly [PoolTarget, ReturnType<typeof queued>]
const who = (rooms: readonly Room[], ...tasks: readonly Work[]) =>
  planTeam(rooms, pools(...tasks)).map(({ taskId, memberId }) => `${taskId}→${memberId}`)

describe("work of a pool is given", () => {
  test("to a member with all the skills and a free slot, and to nobody else", () => {
    expect(who([room("a", { skills: [] }), room("b")], [rust, queued("1", 1)])).toEqual(["1→b"])
    expect(who([room("a", { free: 0, held: 1, credit: 1 })], [rust, queued("1", 1)])).toEqual([])
    expect(who([room("a", { credit: 0, free: 0 })], [rust, queued("1", 1)])).toEqual([])
  })
  test("to whom has the most free slots, then to the least busy, then by id", () => {
    expect(who([room("a"), room("b", { free: 2, credit: 3 })], [rust, queued("1", 1)])).toEqual(["1→b"])
    expect(who([room("a", { held: 3 }), room("b", { held: 1 })], [rust, queued("1", 1)])).toEqual(["1→b"])
    expect(who([room("b"), room("a")], [rust, queued("1", 1)])).toEqual(["1→a"])
  })
  test("so that many tasks spread over those who are free", () => {
    const rooms = [room("a", { free: 2, credit: 3 }), room("b", { free: 2, credit: 3 })]
    const tasks = [1, 2, 3, 4, 5].map((n) => [rust, queued(String(n), n)] as const)
    expect(who(rooms, ...tasks)).toEqual(["1→a", "2→b", "3→a", "4→b"])
  })
  test("in one order with a member's own work: by priority, then by age", () => {
    const own = [queued("own", 1, 5)]
    expect(who([room("a", { own })], [rust, queued("pool", 2, 9)])).toEqual(["pool→a", "own→a"])
    expect(who([room("a", { own })], [rust, queued("pool", 2, 5)])).toEqual(["own→a"])
  })
  test("although others wait for skills that nobody has", () => {
    const nobody: PoolTarget = { skills: ["cobol"] }
    const stuck = Array.from({ length: 50 }, (_, n) => [nobody, queued(`stuck-${n}`, n + 1)] as const)
    expect(who([room("a")], ...stuck, [rust, queued("1", 100)])).toEqual(["1→a"])
  })
})

test("a plan is never beyond credit or free slots, gives no task twice, and depends on nothing but the question", () => {
  const skills = fc.subarray(["rust", "go", "review"])
  const rooms = fc.array(
    fc.record({ skills, slots: fc.integer({ min: 1, max: 3 }), held: fc.integer({ min: 0, max: 4 }) }),
    {
      maxLength: 5,
    },
  )
  const tasks = fc.array(
    fc.tuple(fc.subarray(["rust", "go", "review"], { minLength: 1 }), fc.integer({ min: 0, max: 9 })),
    {
      maxLength: 12,
    },
  )
  fc.assert(
    fc.property(rooms, tasks, (people, wanted) => {
      const all = people.map(({ skills, slots, held }, index) =>
        room(String(index), { skills, held, credit: Math.max(0, slots + 1 - held), free: Math.max(0, slots - held) }),
      )
      const work = wanted.map(
        ([names, priority], index) => [{ skills: names }, queued(`t${index}`, index + 1, priority)] as const,
      )
      const planned = planTeam(all, pools(...work))
      expect(planTeam(all.toReversed(), pools(...work.toReversed()))).toEqual(planned)
      expect(new Set(planned.map(({ taskId }) => taskId)).size).toBe(planned.length)
      for (const { memberId, free, skills } of all) {
        const given = planned.filter((one) => one.memberId === memberId)
        expect(given.length).toBeLessThanOrEqual(free)
        for (const { taskId } of given)
          expect(skills).toEqual(
            expect.arrayContaining(work.find(([, task]) => task.taskId === taskId)?.[0].skills ?? []),
          )
      }
      // Nobody who could take something that waits stays free.
      const left = work.filter(([, task]) => !planned.some(({ taskId }) => taskId === task.taskId))
      for (const [{ skills }] of left)
        for (const one of all) {
          const isAble = skills.every((skill) => one.skills.includes(skill))
          if (isAble) expect(planned.filter(({ memberId }) => memberId === one.memberId).length).toBe(one.free)
        }
    }),
  )
})
