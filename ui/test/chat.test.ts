import type { ChatMessageDoc, MemberDoc } from "@muster/contracts"
import { describe, expect, it } from "vitest"
import { CHAT_GROUP_MILLIS } from "#src/limits.ts"
import { completeMention, mentionAt, mentionChoices, mentionedMembers, taskNumbersIn } from "#src/team/chat/mentions.ts"
import { stillPending } from "#src/team/chat/overlay.ts"
import type { PendingMessage } from "#src/team/chat/overlay.ts"
import { chatRows, reuseRows, unreadCount } from "#src/team/chat/rows.ts"

const ME = "me"
const START_MILLIS = Date.UTC(2026, 0, 1)

const message = (n: number, from: string, text = `text ${n}`, afterMillis = n * 1_000): ChatMessageDoc =>
  ({
    id: `message-${n}`,
    text,
    author: { kind: "person", id: from, via: "web" },
    mentions: [],
    taskId: null,
    commandId: `command-${n}`,
    at: new Date(START_MILLIS + afterMillis).toISOString(),
    position: String(n),
  }) as unknown as ChatMessageDoc

const pending = (key: string, text: string, part: Partial<PendingMessage> = {}): PendingMessage => ({
  key,
  text,
  mentions: [],
  taskId: undefined,
  sentAtMillis: 0,
  since: "5",
  messageId: undefined,
  failure: undefined,
  ...part,
})

describe("one's own message before the log has it", () => {
  it("is pending until the message with its id arrives", () => {
    const item = pending("a", "hello", { messageId: "message-6" })
    expect(stillPending([item], [message(5, ME, "hello")], ME)).toEqual([item])
    expect(stillPending([item], [message(5, ME), message(6, ME, "hello")], ME)).toEqual([])
  })

  it("is not shown twice when the event comes before the answer", () => {
    expect(stillPending([pending("a", "hello")], [message(6, ME, "hello")], ME)).toEqual([])
  })

  it("is not taken for an older message, or one of somebody else, with the same text", () => {
    const item = pending("a", "ok")
    expect(stillPending([item], [message(5, ME, "ok"), message(6, "other", "ok")], ME)).toEqual([item])
  })

  it("settles message by message when the same text was sent twice", () => {
    const [first, second] = [pending("a", "ok"), pending("b", "ok")]
    expect(stillPending([first, second], [message(6, ME, "ok")], ME)).toEqual([second])
  })
})

describe("mentions", () => {
  const members = ["lead", "scout", "scribe"].map((handle) => ({ id: handle, handle, name: handle.toUpperCase() }))
  const docs = members as unknown as ReadonlyArray<MemberDoc>

  it.each([
    ["@", 1, ""],
    ["hi @sc", 6, "sc"],
    ["hi @sc there", 6, "sc"],
    ["mail a@b.c", 8, undefined],
    ["hi @sc there", 9, undefined],
    ["no", 2, undefined],
  ])("in %s at %i is %s", (text, caret, query) => {
    expect(mentionAt(text, caret)?.query).toBe(query)
  })

  it("are completed in place, with one space behind", () => {
    const mention = mentionAt("hi @sc there", 6)
    expect(mention && completeMention("hi @sc there", mention, 6, "scout")).toEqual({
      text: "hi @scout there",
      caret: "hi @scout ".length,
    })
  })

  it("offer members by handle and by name", () => {
    expect(mentionChoices(docs, "sc").map((member) => member.handle)).toEqual(["scout", "scribe"])
  })

  it("are sent for members alone, each once", () => {
    const found = mentionedMembers("@scout and @SCOUT, not a@lead.com, @nobody", docs)
    expect(found.map((member) => member.handle)).toEqual(["scout"])
  })

  it("find tasks by number, not inside other words", () => {
    expect(taskNumbersIn("T-12 then T-3, T-12; not PORT-8 or T-x")).toEqual([12, 3])
  })
})

describe("the rows of the chat", () => {
  const rowsOf = (messages: ReadonlyArray<ChatMessageDoc>, readUpTo?: string) =>
    chatRows({ messages, pending: [], hasOlder: false, readUpTo, userId: ME })
  const kinds = (messages: ReadonlyArray<ChatMessageDoc>, readUpTo?: string) =>
    rowsOf(messages, readUpTo).map((row) => row.kind)

  it("draw the line before the first unread message of somebody else", () => {
    const messages = [message(1, "other"), message(2, ME), message(3, "other")]
    expect(kinds(messages, "1")).toEqual(["message", "message", "unread", "message"])
    expect(kinds(messages, "3")).toEqual(["message", "message", "message"])
    expect(kinds(messages)).toEqual(["message", "message", "message"])
  })

  it("count what others wrote after the mark", () => {
    expect(unreadCount([message(1, "a"), message(2, ME), message(3, "a")], "1", ME)).toBe(1)
    expect(unreadCount([message(9, "a"), message(10, "a")], "9", ME)).toBe(1)
  })

  it("put messages of one author in a row under one name, until a while passes", () => {
    const rows = rowsOf([
      message(1, "a"),
      message(2, "a"),
      message(3, "b"),
      message(4, "b", "later", 3_000 + CHAT_GROUP_MILLIS),
    ])
    expect(rows.map((row) => row.kind === "message" && row.isFollowUp)).toEqual([false, true, false, false])
  })

  it("keep the rows that did not change, so that what is drawn of them stays", () => {
    const first = message(1, "a")
    const before = rowsOf([first])
    const after = reuseRows(before, rowsOf([first, message(2, "b")]))
    expect(after[0]).toBe(before[0])
    expect(after).toHaveLength(2)
  })
})
