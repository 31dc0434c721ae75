import { Schema } from "effect"
import { describe, expect, it } from "vitest"
import {
  CHAT_MAX_CHARS,
  type ConversationId,
  fact,
  lastWords,
  type MessageId,
  TaskSpec,
  TITLE_MAX_CHARS,
  turnTitle,
  type UserId,
  wishOf,
} from "#src/index.ts"
import { assignment, member, spec, task, uuid } from "./arbitrary.ts"

const conversation = { conversationId: uuid(7) as ConversationId, messageId: uuid(8) as MessageId }
const turn = { spec: spec({ conversation }) }
const output = { bytes: 0, isTruncated: false }
const succeeded = (summary: string) =>
  fact("TaskSucceeded", { assignmentId: assignment(1), result: { summary, output } })

describe("a message to agents", () => {
  it.each([
    ["@ada, please look", { kind: "say", text: "please look" }],
    ["@ada @bob: look\n@carl is away", { kind: "say", text: "look\n@carl is away" }],
    ["please look, @ada", { kind: "say", text: "please look, @ada" }],
    ["@ada@example.org wrote", { kind: "say", text: "@ada@example.org wrote" }],
    ["@ada", { kind: "say", text: "@ada" }],
    ["@ada /new", { kind: "new", text: "" }],
    ["/new @ada  begin here", { kind: "new", text: "begin here" }],
    ["@ada /NEW\nbegin\nhere", { kind: "new", text: "begin\nhere" }],
    ["@ada /stop now", { kind: "stop" }],
    ["/stop @ada", { kind: "stop" }],
    ["@ada /stopwatch", { kind: "say", text: "/stopwatch" }],
    ["@ada what does /stop do?", { kind: "say", text: "what does /stop do?" }],
  ])("%j is read as what it wants", (message, wish) => {
    expect(wishOf(message)).toEqual(wish)
  })

  it("gives its turn a title of one line that a task may have", () => {
    expect(turnTitle("\n  Look at this \nand that")).toBe("Look at this")
    const long = turnTitle("😀".repeat(TITLE_MAX_CHARS))
    expect(long.length).toBeLessThanOrEqual(TITLE_MAX_CHARS)
    expect(Schema.is(TaskSpec)(spec({ title: long }))).toBe(true)
  })
})

describe("the last words of a turn", () => {
  it("become a message of the chat with the id of the assignment, at the turn", () => {
    expect(lastWords(task, turn, [fact("TaskStarted", { assignmentId: assignment(1) }), succeeded(" Done. ")])).toEqual(
      [
        fact("ChatMessagePosted", {
          messageId: assignment(1) as string as MessageId,
          text: "Done.",
          mentions: [],
          taskId: task,
        }),
      ],
    )
  })

  it("stay between the person and the member that talk directly", () => {
    const direct = { spec: spec({ conversation: { ...conversation, direct: uuid(9) as UserId } }) }
    expect(lastWords(task, direct, [succeeded("Done.")])[0]?.data.direct).toEqual({ userId: uuid(9), memberId: member })
  })

  it("are cut to what a message may hold", () => {
    const [said] = lastWords(task, turn, [succeeded("a".repeat(CHAT_MAX_CHARS + 1))])
    expect(said?.data.text).toHaveLength(CHAT_MAX_CHARS)
  })

  it("are none of another task, of another end, and of an end without a word", () => {
    expect(lastWords(task, { spec: spec() }, [succeeded("Done.")])).toEqual([])
    expect(lastWords(task, turn, [succeeded(" \n")])).toEqual([])
    expect(lastWords(task, turn, [fact("TaskCancelled", { assignmentId: assignment(1), reason: "" })])).toEqual([])
  })
})
