import type { ChatMessageDoc, TaskDoc } from "@muster/contracts"

/** The turns that a message asked for, by its id, in the order of their numbers. */
export function turnsByMessage(tasks: Readonly<Record<string, TaskDoc>>): ReadonlyMap<string, ReadonlyArray<string>> {
  const turns = new Map<string, Array<TaskDoc>>()
  for (const task of Object.values(tasks)) {
    if (task.conversation === undefined) continue
    const { messageId } = task.conversation
    turns.set(messageId, [...(turns.get(messageId) ?? []), task])
  }
  return new Map(
    Array.from(turns, ([messageId, of]) => [messageId, of.toSorted((a, b) => a.number - b.number).map(({ id }) => id)]),
  )
}

/** What was said about a task: the message that it answers, and those that point at it. */
export const threadOf = (task: TaskDoc, chat: ReadonlyArray<ChatMessageDoc>): ReadonlyArray<ChatMessageDoc> =>
  chat.filter(({ id, taskId }) => taskId === task.id || id === task.conversation?.messageId)

/** What a chat shows: that of the team, or what a person and a member say to each other. */
export const chatWith =
  (memberId: string | undefined, userId: string) =>
  ({ direct }: ChatMessageDoc): boolean =>
    memberId === undefined ? direct === undefined : direct?.memberId === memberId && direct.userId === userId
