import { type EventData, fact, type Fact, type TaskFact } from "#src/events/index.ts"
import { MessageId, type TaskId } from "#src/ids.ts"
import { CHAT_MAX_CHARS } from "#src/limits.ts"
import type { TaskState } from "#src/task/state.ts"

/** What is said in the chat. */
export type ChatFact = Extract<Fact, { readonly type: "ChatMessagePosted" }>

const cut = (text: string): string =>
  text.length <= CHAT_MAX_CHARS ? text : `${text.slice(0, CHAT_MAX_CHARS - 1).toWellFormed()}…`

/**
 * What an agent says in the chat with the end of its turn: its last words, to be recorded in one request with the outcome in `facts`. Its id
 * is the assignment's: an assignment has one end. Nothing for any other task, another end, or an end without a word.
 */
export const lastWords = (
  taskId: TaskId,
  { spec }: Pick<TaskState, "spec">,
  facts: readonly TaskFact[],
): readonly ChatFact[] => {
  if (spec?.conversation === undefined) return []
  const { direct: userId } = spec.conversation
  const end = facts.find((each) => each.type === "TaskSucceeded")
  const text = end?.data.result.summary.trim() ?? ""
  if (end === undefined || text === "") return []
  const data: EventData<"ChatMessagePosted"> = {
    messageId: MessageId.make(end.data.assignmentId),
    text: cut(text),
    mentions: [],
    taskId,
    ...(userId === undefined || spec.memberId === undefined ? {} : { direct: { userId, memberId: spec.memberId } }),
  }
  return [fact("ChatMessagePosted", data)]
}
