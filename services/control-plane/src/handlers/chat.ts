import { accept, fact, MessageId, streams, type TeamId } from "@muster/domain"
import { createdId } from "#src/commands/keys.ts"
import { accepted, requireOpen } from "#src/handlers/accepted.ts"
import type { Desk } from "#src/handlers/desk.ts"
import type { NewChatMessage } from "@muster/contracts"
import type { CommandContext } from "#src/commands/execute.ts"
import type { Handlers } from "#src/http/calls.ts"
import { ProblemError } from "#src/http/problem.ts"

/** Puts a message into a team's chat. Fails with `archived`, `unknown-member` or `unknown-task`. */
export const makePost =
  ({ execute, streams: readers, places }: Desk) =>
  async (team: TeamId, body: typeof NewChatMessage.Type, context: CommandContext) => {
    const messageId = MessageId.make(createdId(context.commandId, "message"))
    const { text, mentions = [], taskId } = body
    const outcome = await execute({
      stream: streams.chat(team),
      reader: readers.chat,
      context,
      decide: async () => {
        requireOpen((await readers.team.load(streams.team(team))).state)
        const found = await Promise.all(mentions.map((id) => places.member(id)))
        const unknown = found.findIndex((place) => place?.teamId !== team)
        if (unknown !== -1)
          throw new ProblemError("unknown-member", "Only members of this team can be mentioned.", {
            errors: [{ pointer: `/mentions/${unknown}`, detail: "no such member in this team" }],
          })
        if (taskId !== undefined && (await places.task(taskId))?.teamId !== team)
          throw new ProblemError("unknown-task", "A message can only point at a task of its own team.", {
            errors: [{ pointer: "/taskId", detail: "no such task in this team" }],
          })
        return accept(
          fact("ChatMessagePosted", { messageId, text, mentions, ...(taskId === undefined ? {} : { taskId }) }),
        )
      },
    })
    return accepted(messageId, outcome)
  }

export const postChat = (desk: Desk): Handlers["postChat"] => {
  const post = makePost(desk)
  return ({ params: { team }, body, context }) => post(team, body, context)
}
