import type { ChatMessageDoc, MemberDoc, TaskDoc } from "@muster/contracts"
import { describe, expect, it } from "vitest"
import { CHAT_GROUP_MILLIS } from "#src/limits.ts"
import { completed, taskChoices, typedAt } from "#src/team/chat/complete.ts"
import { completeMention, mentionAt, mentionChoices, mentionedMembers, taskNumbersIn } from "#src/team/chat/mentions.ts"
import { stillPending } from "#src/team/chat/overlay.ts"
import { staysAtEnd } from "#src/team/chat/follow-end.ts"
import { lineCount } from "#src/team/chat/line-count.ts"
import type { PendingMessage } from "#src/team/chat/overlay.ts"
import { phaseCounts } from "#src/team/chat/phase-counts.ts"
import { chatRows, reuseRows, unreadCount } from "#src/team/chat/rows.ts"
import { readSlash, unescaped } from "#src/team/chat/slash/parse.ts"
import type { SlashContext } from "#src/team/chat/slash/parse.ts"
import { SLASH_COMMANDS } from "#src/team/chat/slash/words.ts"
import { threadOf, threadsOf } from "#src/team/chat/turns.ts"

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
  files: [],
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

describe("tasks between the messages", () => {
  const START = START_MILLIS
  const task = (number: number, afterMillis: number): TaskDoc =>
    ({ id: `task-${number}`, number, createdAt: new Date(START + afterMillis).toISOString() }) as unknown as TaskDoc
  const shape = (tasks: ReadonlyArray<TaskDoc>, messages: ReadonlyArray<ChatMessageDoc> = [], hasOlder = false) =>
    chatRows({ messages, pending: [], hasOlder, readUpTo: undefined, userId: ME, tasks }).map((row) =>
      row.kind === "tasks" ? row.taskIds.length : row.kind,
    )

  it("stand where they began, by their time", () => {
    expect(shape([task(1, 1_500), task(2, 9_000)], [message(1, "a"), message(2, "a")])).toEqual([
      "message",
      "task",
      "message",
      "task",
    ])
  })

  it("fold into one line when there are many, and the newest stay in sight", () => {
    const many = (count: number) => Array.from({ length: count }, (_, n) => task(n + 1, n))
    expect(shape(many(4))).toEqual(["task", "task", "task", "task"])
    expect(shape(many(5))).toEqual([2, "task", "task", "task"])
    expect(shape(many(500))).toEqual([497, "task", "task", "task"])
    expect(shape([...many(5), task(6, 2_500)], [message(1, "a", "x", 2_000)])).toEqual([
      2,
      "task",
      "task",
      "task",
      "message",
      "task",
    ])
  })

  it("do not stand above messages that are still to be read", () => {
    expect(shape([task(1, 0), task(2, 1_500)], [message(1, "a"), message(2, "a")], true)).toEqual([
      "older",
      "message",
      "task",
      "message",
    ])
  })

  it("part the messages of one author", () => {
    const rows = chatRows({
      messages: [message(1, "a"), message(2, "a")],
      pending: [],
      hasOlder: false,
      readUpTo: undefined,
      userId: ME,
      tasks: [task(1, 1_500)],
    })
    expect(rows.map((row) => row.kind === "message" && row.isFollowUp)).toEqual([false, false, false])
  })
})

describe("replies in the thread of a task", () => {
  const at = (n: number, taskId: string | null, text: string, kind = "person") =>
    ({ ...message(n, kind === "person" ? "a" : "ada", text), taskId, author: { kind, id: "a" } }) as ChatMessageDoc
  const tasks = {
    t: { id: "t", number: 12 },
    turn: { id: "turn", number: 13, conversation: { conversationId: "c", messageId: "message-2" } },
  } as unknown as Record<string, TaskDoc>

  it("fold into one line with what agents answer in it; who names the task speaks to everybody", () => {
    const messages = [
      at(1, "t", "see T-12"),
      at(2, "t", "@ada how far are you?"),
      at(3, "turn", "half way", "member"),
      at(4, "t", "posted by a tool", "member"),
      at(5, null, "lunch?"),
    ]
    const rows = chatRows({
      messages,
      pending: [],
      hasOlder: false,
      readUpTo: "1",
      userId: ME,
      threadOf: ({ id }) => threadsOf(messages, tasks).get(id),
    })
    expect(rows.map((row) => (row.kind === "thread" ? row.messages.length : row.kind))).toEqual([
      "message",
      "unread",
      2,
      "message",
      "message",
    ])
  })

  it("are the task's thread with the answers to them", () => {
    const chat = [at(1, "t", "see T-12"), at(2, "t", "@ada?"), at(3, "turn", "here", "member"), at(5, null, "lunch?")]
    const { t } = tasks
    expect(t && threadOf(t, chat, tasks).map(({ id }) => id)).toEqual(["message-1", "message-2", "message-3"])
  })
})

describe("what is being typed", () => {
  it.each([
    ["/dis", 4, "command", "dis"],
    ["@ada /st", 8, "command", "st"],
    ["look at #12", 11, "task", "12"],
    ["look at #not", 12, "task", "not"],
    ["hi @sc", 6, "member", "sc"],
    ["a/b", 3, undefined, undefined],
    ["C#", 2, undefined, undefined],
    ["/etc/hosts", 10, undefined, undefined],
  ])("in %s at %i is a %s %s", (text, caret, kind, query) => {
    const typed = typedAt(text, caret)
    expect([typed?.kind, typed?.query]).toEqual([kind, query])
  })

  it("is completed in place, with one space behind", () => {
    const text = "look at #no please"
    const typed = typedAt(text, 11)
    const choice = { insert: "T-12", label: "", detail: "" }
    expect(typed && completed(text, typed, 11, choice)).toEqual({ text: "look at T-12 please", caret: 13 })
  })

  it("finds tasks by number before tasks by title, the newest first", () => {
    const tasks = [
      { number: 1, title: "Write 2 notes" },
      { number: 2, title: "Sum" },
      { number: 21, title: "Notes" },
    ] as unknown as ReadonlyArray<TaskDoc>
    expect(taskChoices(tasks, "2", 5).map(({ insert }) => insert)).toEqual(["T-21", "T-2", "T-1"])
    expect(taskChoices(tasks, "notes", 1).map(({ insert }) => insert)).toEqual(["T-21"])
  })
})

describe("commands of the chat", () => {
  const members = ["lead", "scout"].map((handle) => ({
    id: handle,
    handle,
    name: handle,
  })) as unknown as ReadonlyArray<MemberDoc>
  const tasks = [{ id: "t12", number: 12 }] as unknown as ReadonlyArray<TaskDoc>
  const read = (text: string, more: Partial<SlashContext> = {}) =>
    readSlash(text, { members, tasks, isDirect: false, may: () => true, ...more })
  const given = (text: string, more?: Partial<SlashContext>) => {
    const found = read(text, more)
    if (found.kind !== "command") return found
    const { name, words, members: named, task } = found.given
    return { name, words, members: named.map(({ id }) => id), task: task?.id }
  }

  it.each(["hello", "/etc/hosts is gone", "//dispatch it", "see /dispatch", "7/8"])("%s is words", (text) => {
    expect(read(text).kind).toBe("words")
  })

  it.each([
    ["/dispatch @scout count them", { name: "dispatch", words: "count them", members: ["scout"], task: undefined }],
    ["/Dispatch count them\nwell", { name: "dispatch", words: "count them\nwell", members: [], task: undefined }],
    ["@scout /stop", { name: "stop", members: ["scout"] }],
    ["/new @lead what now?", { name: "new", members: ["lead"] }],
    ["/steer T-12 in euros", { name: "steer", words: "in euros", task: "t12" }],
    ["/interrupt #12: stop that", { name: "interrupt", words: "stop that", task: "t12" }],
    ["/cancel 12 no longer needed", { name: "cancel", words: "no longer needed", task: "t12" }],
    ["/pause @scout", { name: "pause", members: ["scout"], task: undefined }],
    ["/resume T-12", { name: "resume", task: "t12" }],
    ["/who", { name: "who" }],
  ])("%s is read", (text, wanted) => expect(given(text)).toMatchObject(wanted))

  it.each([
    ["/explode", { kind: "unknown", name: "explode" }],
    ["/stop", { kind: "needs-member", name: "stop" }],
    ["/stop @nobody", { kind: "no-such-member", handle: "nobody" }],
    ["/dispatch @nobody do it", { kind: "no-such-member", handle: "nobody" }],
    ["/retry", { kind: "needs-task", name: "retry" }],
    ["/retry T-99", { kind: "no-such-task", label: "T-99" }],
    ["/steer T-12", { kind: "needs-words", name: "steer" }],
    ["/pause", { kind: "needs-target", name: "pause" }],
  ])("%s is refused with a reason, and nothing is sent", (text, fault) =>
    expect(read(text)).toEqual({ kind: "fault", fault }),
  )

  it("to agents need no mention where one talks with one of them alone", () => {
    expect(given("/stop", { isDirect: true })).toMatchObject({ name: "stop" })
  })

  it("that a role does not allow are refused", () => {
    expect(read("/cancel T-12", { may: ({ name }) => name !== "cancel" })).toEqual({
      kind: "fault",
      fault: { kind: "forbidden", name: "cancel" },
    })
  })

  it("are each once in the table, and a message that begins with two slashes loses one", () => {
    const names = SLASH_COMMANDS.map(({ name }) => name)
    expect(new Set(names).size).toBe(names.length)
    expect(unescaped("//dispatch it")).toBe("/dispatch it")
    expect(unescaped("/etc")).toBe("/etc")
  })
})

describe("who looks at the end of the chat", () => {
  it("stays there while rows come and grow, and leaves only by going up", () => {
    expect(staysAtEnd(true, { isAtEnd: false, top: 100, topBefore: 100 })).toBe(true)
    expect(staysAtEnd(true, { isAtEnd: false, top: 180, topBefore: 100 })).toBe(true)
    expect(staysAtEnd(true, { isAtEnd: false, top: 60, topBefore: 100 })).toBe(false)
    expect(staysAtEnd(false, { isAtEnd: false, top: 180, topBefore: 100 })).toBe(false)
    expect(staysAtEnd(false, { isAtEnd: true, top: 500, topBefore: 100 })).toBe(true)
  })
})

describe("a long message", () => {
  it("is told by the lines it takes, those that wrap included", () => {
    expect([lineCount("one"), lineCount("a\nb\n"), lineCount("x".repeat(161))]).toEqual([1, 3, 3])
  })
})

describe("how some tasks stand", () => {
  it("is counted by what a person must know", () => {
    const of = (phase: string) => ({ phase }) as unknown as TaskDoc
    const tasks = { a: of("running"), b: of("needs-input"), c: of("succeeded"), d: of("failed"), e: of("cancelled") }
    expect(phaseCounts(tasks, ["a", "b", "c", "d", "e", "gone"])).toEqual({ needsYou: 1, open: 1, done: 1, failed: 2 })
  })
})
