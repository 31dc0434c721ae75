import {
  accept,
  type Attachment,
  type ChatWish,
  ConversationId,
  decideTask,
  isClosed,
  type MemberId,
  type MessageId,
  streams,
  TaskId,
  type TaskSpec,
  type TeamId,
  turnTitle,
  wishOf,
} from "@muster/domain"
import type { CommandContext } from "#src/commands/execute.ts"
import { nameId } from "#src/commands/name-id.ts"
import { conversationKey, type Conversations } from "#src/commands/streams-of.ts"
import type { Desk } from "#src/handlers/desk.ts"
import { dispatchSpec, specOf } from "#src/handlers/dispatch.ts"
import { awaitHead } from "#src/handlers/roster.ts"
import type { PersonSubject } from "#src/http/calls.ts"
import { TURNS_STOPPED_MAX } from "#src/limits.ts"

const STOPPED = "stopped in the chat"

/** A message of a person to agents. */
interface Address {
  readonly teamId: TeamId
  readonly messageId: MessageId
  readonly text: string
  readonly partners: readonly MemberId[]
  /** Said to its partner alone. */
  readonly isDirect: boolean
  readonly subject: PersonSubject
  readonly context: CommandContext
  /** Files that came with it: each of the agents gets them. */
  readonly attachments?: readonly Attachment[]
}

interface Partner {
  readonly memberId: MemberId
  readonly conversationId: ConversationId
  /** It begins with this message. */
  readonly isNew: boolean
}

const personOf = ({ isDirect, subject }: Address) => (isDirect ? subject.userId : undefined)

/** With whom the message goes on, and in which conversation. Who was removed is not spoken to. */
const partnersOf = async (
  { streams: readers }: Desk,
  address: Address,
  wish: ChatWish,
  conversations: Conversations,
): Promise<readonly Partner[]> => {
  const members = await Promise.all(
    [...new Set(address.partners)].map(async (memberId) => ({
      memberId,
      state: (await readers.member.load(streams.member(memberId))).state,
    })),
  )
  return members
    .filter(({ state }) => !state.isRemoved)
    .map(({ memberId }) => {
      const current = wish.kind === "new" ? undefined : conversations.get(conversationKey(memberId, personOf(address)))
      const conversationId = current ?? ConversationId.make(nameId(`conversation:${memberId}`, address.messageId))
      return { memberId, conversationId, isNew: current === undefined }
    })
}

/** A turn is an ordinary task whose id follows from the message: the same message again dispatches nothing again. */
const dispatchTurn = async (desk: Desk, address: Address, partner: Partner, text: string): Promise<void> => {
  const { teamId, messageId, context, attachments } = address
  const { memberId, conversationId } = partner
  const direct = personOf(address)
  const taskId = TaskId.make(nameId(`turn:${memberId}`, messageId))
  const spec: TaskSpec = {
    ...specOf({ title: turnTitle(text), instructions: text }, { memberId }),
    conversation: { conversationId, messageId, ...(direct === undefined ? {} : { direct }) },
    ...(attachments === undefined ? {} : { attachments }),
  }
  await dispatchSpec(desk, context, { taskId, teamId, spec })
}

/** Cancels what a member still does or is to do in the conversation. Fails with `read-model-behind`. */
const stopTurns = async (desk: Desk, address: Address, { memberId, conversationId }: Partner): Promise<void> => {
  const { teamId, subject, context } = address
  const open = await desk.reads.tasks.list(subject, teamId, { state: "open", memberId, limit: TURNS_STOPPED_MAX })
  for (const { id, conversation } of open) {
    if (conversation?.conversationId !== conversationId) continue
    await desk.execute({
      stream: streams.task(id),
      reader: desk.streams.task,
      context,
      decide: ({ task }) => (isClosed(task.phase) ? accept() : decideTask(task, { kind: "cancel", reason: STOPPED })),
    })
  }
}

/**
 * Does what a person's message asks of the agents it mentions, before the message itself is recorded: whoever sees it finds its turns in the
 * log. Each part has its effect once, however often the message is sent. Answers with the conversations that begin with it.
 */
export const speakTo = async (desk: Desk, address: Address, conversations: Conversations) => {
  if (address.partners.length === 0) return []
  const wish = wishOf(address.text)
  const partners = await partnersOf(desk, address, wish, conversations)
  if (wish.kind === "stop") {
    await awaitHead(desk)
    for (const partner of partners) if (!partner.isNew) await stopTurns(desk, address, partner)
    return []
  }
  if (wish.text !== "") for (const partner of partners) await dispatchTurn(desk, address, partner, wish.text)
  return partners.filter(({ isNew }) => isNew).map(({ memberId, conversationId }) => ({ memberId, conversationId }))
}
