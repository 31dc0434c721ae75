import type { ChatMessageDoc, DeadLetter, UserDoc } from "@muster/contracts"
import type { KnownEvent, MemberId, TeamId } from "@muster/domain"
import { entityId } from "#src/draft.ts"

/** A chat message is written once and never changes. */
export const chatMessageDoc = (event: Extract<KnownEvent, { type: "ChatMessagePosted" }>): ChatMessageDoc => ({
  id: event.data.messageId,
  teamId: event.meta.team ?? (entityId(event.stream) as TeamId),
  text: event.data.text,
  author: event.meta.actor,
  mentions: event.data.mentions,
  taskId: event.data.taskId ?? null,
  ...(event.data.direct === undefined ? {} : { direct: event.data.direct }),
  ...(event.data.attachments === undefined ? {} : { attachments: event.data.attachments }),
  commandId: event.meta.commandId,
  at: event.at,
  position: event.position,
})

export const userDoc = (event: Extract<KnownEvent, { type: "UserRegistered" }>): UserDoc => ({
  id: event.data.userId,
  orgId: event.meta.org,
  name: event.data.name,
  role: event.data.role,
  createdAt: event.at,
  position: event.position,
})

/** An entry of the bus that nobody understood, as it was set aside. What becomes of it later are other events. */
export const deadLetterDoc = (event: Extract<KnownEvent, { type: "MemberEntryDeadLettered" }>): DeadLetter => {
  const { stream, entryId, reason, raw = null, isRawTruncated = false, taskId = null, attempt = null } = event.data
  return {
    memberId: entityId(event.stream) as MemberId,
    stream,
    entryId,
    reason,
    raw,
    isRawTruncated,
    taskId,
    attempt,
    at: event.at,
    state: "kept",
    settledAt: null,
    position: event.position,
  }
}
