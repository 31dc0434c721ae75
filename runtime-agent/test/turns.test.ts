import type { ConversationId } from "@muster/domain"
import { describe, expect, test } from "vitest"
import { makeTurns, type Turns } from "#src/turns.ts"

const one = "00000000-0000-4000-8000-000000000001" as ConversationId
const other = "00000000-0000-4000-8000-000000000002" as ConversationId
const never = new AbortController().signal

/** Enters, and tells of it. */
const enter = (
  { enter: begin }: Turns<ConversationId>,
  id: ConversationId | undefined,
  name: string,
  told: string[],
  signal = never,
) => {
  const entered = begin(id, signal)
  const tell = async (): Promise<() => void> => {
    const leave = await entered
    told.push(name)
    return leave
  }
  return tell()
}
const settle = () => new Promise((resolve) => setImmediate(resolve))

describe("turns of a conversation", () => {
  test("follow each other in the order in which they came", async () => {
    const conversations = makeTurns<ConversationId>()
    const told: string[] = []
    const turns = ["a", "b", "c"].map((name) => enter(conversations, one, name, told))
    for (const [index, turn] of turns.entries()) {
      const leave = await turn
      await settle()
      expect(told).toEqual(["a", "b", "c"].slice(0, index + 1))
      leave()
    }
    expect(await enter(conversations, one, "d", told)).toBeTypeOf("function")
  })

  test("wait neither for another conversation nor for a task that stands alone", async () => {
    const conversations = makeTurns<ConversationId>()
    const told: string[] = []
    await enter(conversations, one, "a", told)
    await enter(conversations, other, "b", told)
    await enter(conversations, undefined, "c", told)
    await enter(conversations, undefined, "d", told)
    expect(told).toEqual(["a", "b", "c", "d"])
  })

  test("that are given up while they wait let nobody pass by the one at work", async () => {
    const conversations = makeTurns<ConversationId>()
    const told: string[] = []
    const leaveFirst = await enter(conversations, one, "a", told)
    const givenUp = new AbortController()
    const second = enter(conversations, one, "b", told, givenUp.signal)
    const third = enter(conversations, one, "c", told)
    givenUp.abort()
    const leaveSecond = await second
    leaveSecond()
    await settle()
    expect(told).toEqual(["a", "b"])
    leaveFirst()
    await third
    expect(told).toEqual(["a", "b", "c"])
  })
})
