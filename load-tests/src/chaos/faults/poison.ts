import type { Redis } from "ioredis"
import { keys } from "@muster/team-bus"
import type { Random } from "../random.ts"

interface Member {
  readonly teamId: string
  readonly memberId: string
}

const DEEP_LEVELS = 5_000
const LARGE_CHARS = 2 * 1024 * 1024

/** Bodies that nobody can make sense of, each broken in its own way. */
const bodies: readonly ((member: Member) => string)[] = [
  () => "poison",
  () => "",
  () => "{",
  () => "null",
  () => "[]",
  () => `${"[".repeat(DEEP_LEVELS)}${"]".repeat(DEEP_LEVELS)}`,
  () => JSON.stringify({ v: 99, kind: "cancel" }),
  () => `{"v":1,"taskId":"\u0000"}`,
  () => JSON.stringify({ v: 1, __proto__: null, constructor: { prototype: {} } }),
  () => "x".repeat(LARGE_CHARS),
  // Looks right and names things that are not there.
  ({ memberId }) =>
    JSON.stringify({
      v: 1,
      incarnation: memberId,
      seq: 1,
      at: "2020-01-01T00:00:00.000Z",
      report: { kind: "succeeded", assignmentId: memberId, taskId: memberId, result: { summary: "never happened" } },
    }),
]

const POISONED_AT_ONCE = 3

const fieldsOf = (body: string, random: Random): readonly string[] =>
  random.pick([
    ["d", body],
    ["x", body],
    ["d", body, "d", body],
  ])

const add = async (redis: Redis, key: string, members: readonly Member[], random: Random): Promise<void> => {
  const member = random.pick(members)
  // `*` gives the entry the time as its id, which in an inbox lies beyond the position of every task to come.
  for (let count = 0; count < POISONED_AT_ONCE; count++)
    await redis.xadd(key, "*", ...fieldsOf(random.pick(bodies)(member), random))
}

export const poison = async (
  redis: Redis,
  stream: "inbox" | "control" | "outbox",
  members: readonly Member[],
  random: Random,
): Promise<void> => {
  await add(redis, keys[stream](random.pick(members)), members, random)
}
