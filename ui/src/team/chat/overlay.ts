import type { ChatMessageDoc } from "@muster/contracts"
import { comparePositions } from "@muster/domain"
import type { Attachment } from "@muster/domain"

/** A message of one's own that the log may not show yet. */
export interface PendingMessage {
  /** Idempotency key: sending it again under this key can never post it twice. */
  readonly key: string
  readonly text: string
  readonly files: ReadonlyArray<Attachment>
  readonly mentions: ReadonlyArray<string>
  readonly taskId: string | undefined
  readonly sentAtMillis: number
  /** The log's position that the page showed when it was sent. */
  readonly since: string
  /** The id that the server gave it, once it has answered. */
  readonly messageId: string | undefined
  /** Why it was not taken; the text is kept until the person decides. */
  readonly failure: string | undefined
}

/**
 * The pending messages that the chat does not show yet. One is matched by its id, or, while the answer is still on its
 * way, by being the same text of the same person after it was sent; each message in the chat settles one at most.
 */
export function stillPending(
  pending: ReadonlyArray<PendingMessage>,
  chat: ReadonlyArray<ChatMessageDoc>,
  userId: string,
): ReadonlyArray<PendingMessage> {
  const claimed = new Set<string>()
  const settles = (item: PendingMessage, message: ChatMessageDoc): boolean =>
    item.messageId === undefined
      ? message.author.kind === "person" &&
        message.author.id === userId &&
        message.text === item.text &&
        comparePositions(message.position, item.since) > 0
      : message.id === item.messageId
  return pending.filter((item) => {
    const found = chat.find((message) => !claimed.has(message.id) && settles(item, message))
    if (found !== undefined) claimed.add(found.id)
    return found === undefined
  })
}
