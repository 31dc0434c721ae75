import type { ChatMessageDoc, TaskDoc } from "@muster/contracts"
import { describe, expect, it } from "vitest"
import { withText } from "#src/pages/team/dispatch/draft.ts"
import { chatWith, partsByTask, tasksInChat, threadOf, turnsByMessage } from "#src/team/chat/turns.ts"

const task = (number: number, messageId?: string): TaskDoc =>
  ({
    id: `task-${number}`,
    number,
    ...(messageId === undefined ? {} : { conversation: { conversationId: "c", messageId } }),
  }) as unknown as TaskDoc
const message = (id: string, taskId: string | null = null): ChatMessageDoc => ({ id, taskId }) as ChatMessageDoc

describe("turns of agents", () => {
  it("stand below the message that asked for them, in their order; other tasks below none", () => {
    const tasks = [task(3, "m1"), task(1, "m1"), task(2), task(4, "m2")]
    expect(turnsByMessage(Object.fromEntries(tasks.map((each) => [each.id, each])))).toEqual(
      new Map([
        ["m1", ["task-1", "task-3"]],
        ["m2", ["task-4"]],
      ]),
    )
  })
})

describe("tasks of the chat", () => {
  const of = (number: number, part: object = {}) =>
    ({ id: `task-${number}`, number, parentTaskId: null, phase: "running", ...part }) as unknown as TaskDoc
  const tasks = [
    of(2),
    of(1, { conversation: { messageId: "m1" } }),
    of(3, { parentTaskId: "task-2", phase: "succeeded" }),
    of(4, { parentTaskId: "task-2" }),
    of(0),
  ]
  const byId = Object.fromEntries(tasks.map((each) => [each.id, each]))

  it("are those that stand by themselves, in their order: no turns and no parts of others", () => {
    expect(tasksInChat(byId).map(({ number }) => number)).toEqual([0, 2])
  })

  it("know how far their parts are", () => {
    expect(partsByTask(byId)).toEqual(new Map([["task-2", { done: 1, of: 2 }]]))
  })
})

describe("the thread of a task", () => {
  it("is the message that it answers and all that was said at it", () => {
    const chat = [message("m1"), message("m2", "task-1"), message("m3", "task-2"), message("m4")]
    expect(threadOf(task(1, "m1"), chat).map(({ id }) => id)).toEqual(["m1", "m2"])
    expect(threadOf(task(2), chat).map(({ id }) => id)).toEqual(["m3"])
  })
})

describe("a chat", () => {
  it("of the team has nothing that was said directly; one with a member has only one's own", () => {
    const said = (id: string, userId?: string, memberId = "ada") =>
      ({ id, ...(userId === undefined ? {} : { direct: { userId, memberId } }) }) as unknown as ChatMessageDoc
    const chat = [said("m1"), said("m2", "me"), said("m3", "you"), said("m4", "me", "bob")]
    expect(chat.filter(chatWith(undefined, "me")).map(({ id }) => id)).toEqual(["m1"])
    expect(chat.filter(chatWith("ada", "me")).map(({ id }) => id)).toEqual(["m2"])
  })
})

describe("a message that becomes a task", () => {
  it("fills the instructions, keeps what was being written, and comes in once", () => {
    expect(withText(" ", "Paint the door")).toBe("Paint the door")
    expect(withText("In green.\n", "Paint the door")).toBe("In green.\n\nPaint the door")
    expect(withText("Paint the door in green", "Paint the door")).toBe("Paint the door in green")
  })
})
