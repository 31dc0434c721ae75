import type { ChatMessageDoc, TaskDoc } from "@muster/contracts"
import { isClosed } from "@muster/domain"
import { taskNumbersIn } from "#src/team/chat/mentions.ts"

type Tasks = Readonly<Record<string, TaskDoc>>

/** The turns that a message asked for, by its id, in the order of their numbers. */
export function turnsByMessage(tasks: Tasks): ReadonlyMap<string, ReadonlyArray<string>> {
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

/** Tasks that stand in the chat by themselves, in the order they began: not turns, which stand at their message, nor parts of others. */
export const tasksInChat = (tasks: Tasks): ReadonlyArray<TaskDoc> =>
  Object.values(tasks)
    .filter((task) => task.conversation === undefined && task.parentTaskId === null)
    .toSorted((a, b) => a.number - b.number)

/** How far the parts of a task are: the tasks that its agent dispatched. */
export interface PartsDone {
  readonly done: number
  readonly of: number
}

/** The parts of every task that has some, in one pass. */
export function partsByTask(tasks: Tasks): ReadonlyMap<string, PartsDone> {
  const parts = new Map<string, PartsDone>()
  for (const { parentTaskId, phase } of Object.values(tasks)) {
    if (parentTaskId === null) continue
    const { done, of } = parts.get(parentTaskId) ?? { done: 0, of: 0 }
    parts.set(parentTaskId, { done: done + Number(isClosed(phase)), of: of + 1 })
  }
  return parts
}

/**
 * In which task's thread messages were said, by their ids. A person's is in one when it was said at the task and does not name it: who names a task in
 * the chat speaks to everybody. What an agent answers to a message of a thread is in it, too.
 */
export function threadsOf(messages: ReadonlyArray<ChatMessageDoc>, tasks: Tasks): ReadonlyMap<string, string> {
  const threads = new Map<string, string>()
  for (const { id, author, taskId, text } of messages) {
    const task = taskId === null ? undefined : tasks[taskId]
    if (task === undefined) continue
    if (task.conversation !== undefined && author.kind === "member") {
      const asked = threads.get(task.conversation.messageId)
      if (asked !== undefined) threads.set(id, asked)
    } else if (author.kind === "person" && !taskNumbersIn(text).includes(task.number)) threads.set(id, task.id)
  }
  return threads
}

/** What was said about a task: the message that it answers, those that point at it, and what agents answered to these. */
export function threadOf(
  task: TaskDoc,
  chat: ReadonlyArray<ChatMessageDoc>,
  tasks: Tasks = {},
): ReadonlyArray<ChatMessageDoc> {
  const said = new Set<string>()
  return chat.filter(({ id, taskId }) => {
    const asked = tasks[taskId ?? ""]?.conversation?.messageId
    const isOfIt = taskId === task.id || id === task.conversation?.messageId || (asked !== undefined && said.has(asked))
    if (isOfIt) said.add(id)
    return isOfIt
  })
}

/** What a chat shows: that of the team, or what a person and a member say to each other. */
export const chatWith =
  (memberId: string | undefined, userId: string) =>
  ({ direct }: ChatMessageDoc): boolean =>
    memberId === undefined ? direct === undefined : direct?.memberId === memberId && direct.userId === userId
