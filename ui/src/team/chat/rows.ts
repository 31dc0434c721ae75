import type { ChatMessageDoc, TaskDoc } from "@muster/contracts"
import { comparePositions } from "@muster/domain"
import { areSame } from "#src/lib/same.ts"
import { CHAT_GROUP_MILLIS, TASK_CARDS_TOGETHER } from "#src/limits.ts"
import { millisOf } from "#src/lib/time.ts"
import type { PendingMessage } from "#src/team/chat/overlay.ts"

export type ChatRow =
  | { readonly kind: "older"; readonly key: string }
  | { readonly kind: "unread"; readonly key: string }
  | { readonly kind: "message"; readonly key: string; readonly message: ChatMessageDoc; readonly isFollowUp: boolean }
  /** A task that was dispatched here: its card stands where it began and shows how it is now. */
  | { readonly kind: "task"; readonly key: string; readonly taskId: string }
  /** Many that were dispatched one after the other. */
  | { readonly kind: "tasks"; readonly key: string; readonly taskIds: ReadonlyArray<string> }
  /** What was said in a task's own thread, folded. */
  | {
      readonly kind: "thread"
      readonly key: string
      readonly taskId: string
      readonly messages: ReadonlyArray<ChatMessageDoc>
    }
  | { readonly kind: "pending"; readonly key: string; readonly pending: PendingMessage }

export interface ChatRowsInput {
  readonly messages: ReadonlyArray<ChatMessageDoc>
  readonly pending: ReadonlyArray<PendingMessage>
  readonly hasOlder: boolean
  /** The last position that had been read when the chat was opened; undefined shows no line. */
  readonly readUpTo: string | undefined
  readonly userId: string
  /** Tasks whose cards stand between the messages, in the order they began. */
  readonly tasks?: ReadonlyArray<TaskDoc>
  /** The task in whose thread a message was said; undefined for one that was said to everybody. */
  readonly threadOf?: (message: ChatMessageDoc) => string | undefined
}

const isOwn = (message: ChatMessageDoc, userId: string): boolean =>
  message.author.kind === "person" && message.author.id === userId

const continues = (before: ChatMessageDoc | undefined, message: ChatMessageDoc): boolean =>
  before !== undefined &&
  before.author.id === message.author.id &&
  millisOf(message.at) - millisOf(before.at) < CHAT_GROUP_MILLIS

/** Messages of others after the mark. */
export const unreadCount = (messages: ReadonlyArray<ChatMessageDoc>, readUpTo: string, userId: string): number =>
  messages.filter((message) => comparePositions(message.position, readUpTo) > 0 && !isOwn(message, userId)).length

const noThread = (): undefined => undefined

/** Puts cards of tasks at the end of the rows. The newest few stay cards; those before them fold into one line, once there are two of them. */
function cardsInto(rows: Array<ChatRow>): (task: TaskDoc) => void {
  /** Of the line in front of the cards at the end: it only grows, however many there are. */
  let folded: Array<string> | undefined
  return ({ id }) => {
    if (rows.at(-1)?.kind !== "task") folded = undefined
    rows.push({ kind: "task", key: `task-${id}`, taskId: id })
    const from = rows.findLastIndex((row) => row.kind !== "task") + 1
    const tooMany = rows.length - from - TASK_CARDS_TOGETHER
    if (tooMany < (folded === undefined ? 2 : 1)) return
    const taken = rows.splice(from, tooMany).flatMap((row) => (row.kind === "task" ? [row.taskId] : []))
    if (folded !== undefined) {
      folded.push(...taken)
      return
    }
    folded = taken
    rows.splice(from, 0, { kind: "tasks", key: `tasks-${taken[0]}`, taskIds: taken })
  }
}

const putMessage = (rows: Array<ChatRow>, message: ChatMessageDoc, taskId: string | undefined): void => {
  const before = rows.at(-1)
  if (taskId !== undefined) {
    if (before?.kind === "thread" && before.taskId === taskId)
      rows.splice(-1, 1, { ...before, messages: [...before.messages, message] })
    else rows.push({ kind: "thread", key: `thread-${message.id}`, taskId, messages: [message] })
    return
  }
  const isFollowUp = before?.kind === "message" && continues(before.message, message)
  rows.push({ kind: "message", key: message.id, message, isFollowUp })
}

/**
 * The chat as rows, oldest first, with the line before the first unread message of somebody else. Messages keep the order of the log and
 * tasks that of their numbers; between each other they stand by their times. While older messages can be read, no card stands above the
 * first message that is shown: it would move when they come.
 */
export function chatRows(input: ChatRowsInput): ReadonlyArray<ChatRow> {
  const { messages, readUpTo, userId, tasks = [], threadOf = noThread } = input
  const firstUnread =
    readUpTo === undefined
      ? undefined
      : messages.find((message) => comparePositions(message.position, readUpTo) > 0 && !isOwn(message, userId))
  const rows: Array<ChatRow> = input.hasOlder ? [{ kind: "older", key: "older" }] : []
  const [first] = messages
  const from = input.hasOlder && first !== undefined ? millisOf(first.at) : Number.NEGATIVE_INFINITY
  const cards = tasks.filter((task) => millisOf(task.createdAt) >= from)
  const putCard = cardsInto(rows)
  let next = 0
  for (const message of messages) {
    const at = millisOf(message.at)
    for (let card = cards[next]; card !== undefined && millisOf(card.createdAt) < at; card = cards[next]) {
      putCard(card)
      next += 1
    }
    if (message === firstUnread) rows.push({ kind: "unread", key: "unread" })
    putMessage(rows, message, threadOf(message))
  }
  for (const card of cards.slice(next)) putCard(card)
  for (const pending of input.pending) rows.push({ kind: "pending", key: pending.key, pending })
  return rows
}

const isSameRow = (a: ChatRow, b: ChatRow): boolean => {
  if (a.kind === "message" && b.kind === "message") return a.message === b.message && a.isFollowUp === b.isFollowUp
  if (a.kind === "pending" && b.kind === "pending") return a.pending === b.pending
  if (a.kind === "tasks" && b.kind === "tasks") return areSame(a.taskIds, b.taskIds)
  if (a.kind === "thread" && b.kind === "thread") return areSame(a.messages, b.messages)
  return a.kind === b.kind
}

/** Takes over the rows that did not change, so that what is drawn of them stays. */
export function reuseRows(before: ReadonlyArray<ChatRow>, after: ReadonlyArray<ChatRow>): ReadonlyArray<ChatRow> {
  const known = new Map(before.map((row) => [row.key, row]))
  return after.map((row) => {
    const old = known.get(row.key)
    return old !== undefined && isSameRow(old, row) ? old : row
  })
}
