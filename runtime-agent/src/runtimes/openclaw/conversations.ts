import { lstat, readdir } from "node:fs/promises"
import { join } from "node:path"
import type { ConversationId } from "@muster/domain"
import { hasCode } from "#src/errors.ts"
import { agentOf } from "#src/runtimes/openclaw/config.ts"
import { OPENCLAW_CONVERSATIONS_KEPT_MAX } from "#src/runtimes/openclaw/limits.ts"
import { type GatewayHouse, tidyTask } from "#src/runtimes/openclaw/process.ts"
import { slotOfConversation } from "#src/runtimes/openclaw/slots.ts"

const PREFIX = "chat-"

/** The directory of a conversation, below those of tasks. While it is there the gateway keeps the session of the same name. */
export const placeOf = (id: ConversationId): string => `${PREFIX}${id}`

export const conversationKey = (id: ConversationId): string =>
  `agent:${agentOf(slotOfConversation(id))}:${placeOf(id)}`.toLowerCase()

/** True for the key of a conversation's session; others belong to one task each. */
export const isConversation = (key: string): boolean => key.split(":").at(-1)?.startsWith(PREFIX) === true

const lastUsedMillis = async (path: string): Promise<number | undefined> => {
  try {
    return (await lstat(path)).mtimeMs
  } catch (error) {
    if (hasCode(error, "ENOENT")) return undefined
    throw error
  }
}

/** Gives up the sessions and directories of the conversations that were not used for longest, beyond those that are kept. */
export const forgetOldest = async (house: GatewayHouse, forget: (key: string) => void): Promise<void> => {
  const names = (await readdir(house.dirs.work)).filter((name) => name.startsWith(PREFIX))
  if (names.length <= OPENCLAW_CONVERSATIONS_KEPT_MAX) return
  const aged = await Promise.all(
    names.map(async (name) => ({ name, usedMillis: await lastUsedMillis(join(house.dirs.work, name)) })),
  )
  const there = aged.flatMap(({ name, usedMillis }) => (usedMillis === undefined ? [] : [{ name, usedMillis }]))
  const surplus = there.toSorted((a, b) => b.usedMillis - a.usedMillis).slice(OPENCLAW_CONVERSATIONS_KEPT_MAX)
  for (const { name } of surplus) {
    forget(conversationKey(name.slice(PREFIX.length) as ConversationId))
    await tidyTask(house, name)
  }
}
