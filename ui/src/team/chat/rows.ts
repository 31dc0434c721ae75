import type { ChatMessageDoc } from "@muster/contracts"
import { comparePositions } from "@muster/domain"
import { CHAT_GROUP_MILLIS } from "#src/limits.ts"
import { millisOf } from "#src/lib/time.ts"
import type { PendingMessage } from "#src/team/chat/overlay.ts"

export type ChatRow =
  | { readonly kind: "older"; readonly key: string }
  | { readonly kind: "unread"; readonly key: string }
  | { readonly kind: "message"; readonly key: string; readonly message: ChatMessageDoc; readonly isFollowUp: boolean }
  | { readonly kind: "pending"; readonly key: string; readonly pending: PendingMessage }

export interface ChatRowsInput {
  readonly messages: ReadonlyArray<ChatMessageDoc>
  readonly pending: ReadonlyArray<PendingMessage>
  readonly hasOlder: boolean
  /** The last position that had been read when the chat was opened; undefined shows no line. */
  readonly readUpTo: string | undefined
  readonly userId: string
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

/** The chat as rows, oldest first, with the line before the first unread message of somebody else. */
export function chatRows(input: ChatRowsInput): ReadonlyArray<ChatRow> {
  const { messages, readUpTo, userId } = input
  const firstUnread =
    readUpTo === undefined
      ? undefined
      : messages.find((message) => comparePositions(message.position, readUpTo) > 0 && !isOwn(message, userId))
  const rows: Array<ChatRow> = input.hasOlder ? [{ kind: "older", key: "older" }] : []
  for (const [index, message] of messages.entries()) {
    const isFirstUnread = message === firstUnread
    if (isFirstUnread) rows.push({ kind: "unread", key: "unread" })
    const isFollowUp = !isFirstUnread && continues(messages[index - 1], message)
    rows.push({ kind: "message", key: message.id, message, isFollowUp })
  }
  for (const pending of input.pending) rows.push({ kind: "pending", key: pending.key, pending })
  return rows
}

const isSameRow = (a: ChatRow, b: ChatRow): boolean => {
  if (a.kind === "message" && b.kind === "message") return a.message === b.message && a.isFollowUp === b.isFollowUp
  if (a.kind === "pending" && b.kind === "pending") return a.pending === b.pending
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
