import { eventually } from "@muster/platform/testing"
import { keys } from "@muster/team-bus"
import { describe, expect, test } from "vitest"
import { isControlLost } from "#src/mailroom.ts"
import { house } from "./support/each-test.ts"

const questionId = "0190b0a0-0000-7000-8000-000000000009" as never

describe("a control stream that is deleted alone", () => {
  test("is noticed, and what a person said is said again", async () => {
    const crew = await house.crew()
    const taskId = await house.dispatch(crew)
    const task = await crew.agent.task()
    await crew.agent.report(task, { kind: "question", questionId, text: "Which?", choices: [] })
    await house.reaches(taskId, "needs-input")
    await house.taskCommand(crew, taskId, { kind: "answer", questionId, answer: "this" })
    await crew.agent.hears("answer")
    const kinds = async (): Promise<readonly string[]> => {
      const controls = await house.redis.xrange(keys.control(crew), "-", "+")
      return controls.map(([, fields]) => (JSON.parse(fields[1] ?? "{}") as { kind: string }).kind)
    }
    await house.redis.del(keys.control(crew))
    await eventually("it is said again", async () => (await kinds()).includes("answer"))
    expect(await kinds()).toEqual(expect.arrayContaining(["settings", "answer"]))
  })

  test.for([
    ["is gone", { lastId: undefined, firstId: undefined, hasAll: true }, "5-0", true],
    ["never was", { lastId: undefined, firstId: undefined, hasAll: true }, undefined, true],
    ["ends below what was seen", { lastId: "4-9", firstId: "4-0", hasAll: true }, "5-0", true],
    ["begins above what was seen", { lastId: "6-1", firstId: "6-0", hasAll: true }, "5-0", true],
    ["goes on from what was seen", { lastId: "6-1", firstId: "1-0", hasAll: true }, "5-0", false],
    ["was cut to its newest entries", { lastId: "6-1", firstId: "6-0", hasAll: false }, "5-0", false],
    ["was not looked at before", { lastId: "6-1", firstId: "6-0", hasAll: true }, undefined, false],
    ["stands where it stood", { lastId: "10-2", firstId: "9-0", hasAll: false }, "10-2", false],
  ] as const)("one that %s is judged by its ids", ([, state, seenId, isLost]) => {
    expect(isControlLost(state, seenId)).toBe(isLost)
  })
})
