import type { ChatMessageDoc, UserDoc } from "@muster/contracts"
import type { KnownEvent, TeamId } from "@muster/domain"
import { entityId } from "#src/draft.ts"

/** A chat message is written once and never changes. */
export const chatMessageDoc = (event: Extract<KnownEvent, { type: "ChatMessagePosted" }>): ChatMessageDoc => ({
  id: event.data.messageId,
  teamId: event.meta.team ?? (entityId(event.stream) as TeamId),
  text: event.data.text,
  author: event.meta.actor,
  mentions: event.data.mentions,
  taskId: event.data.taskId ?? null,
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
