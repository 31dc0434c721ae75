import { accept, fact, MessageId, streams, type TeamId } from "@muster/domain"
import { createdId } from "#src/commands/keys.ts"
import { accepted, requireOpenTeam } from "#src/handlers/accepted.ts"
import type { Desk } from "#src/handlers/desk.ts"
import { requireMember } from "#src/handlers/roster.ts"
import { attachmentsOf } from "#src/files/uploads.ts"
import { speakTo } from "#src/handlers/turns.ts"
import type { NewChatMessage } from "@muster/contracts"
import type { CommandContext } from "#src/commands/execute.ts"
import type { Handlers, PersonSubject } from "#src/http/calls.ts"
import { ProblemError } from "#src/http/problem.ts"

/**
 * Puts a message into a team's chat. `speaker`: the person whose message is a turn of the agents it mentions; without one they are only
 * named. Fails with `archived`, `unknown-member`, `unknown-task` or `unknown-file`.
 */
export const makePost = (desk: Desk) => {
  const { execute, streams: readers, places } = desk
  return async (
    team: TeamId,
    body: typeof NewChatMessage.Type,
    context: CommandContext,
    { speaker }: { readonly speaker?: PersonSubject } = {},
  ) => {
    const messageId = MessageId.make(createdId(context.commandId, "message"))
    const { text, mentions = [], taskId, to } = body
    const attached = await attachmentsOf(desk, team, body.attachments)
    const attachments = attached.length === 0 ? {} : { attachments: attached }
    let spoken: Awaited<ReturnType<typeof speakTo>> | undefined
    const outcome = await execute({
      stream: streams.chat(team),
      reader: readers.chat,
      context,
      decide: async (conversations) => {
        await requireOpenTeam(readers, team)
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
        if (to !== undefined) await requireMember(desk, team, to)
        // Asked again when somebody else wrote in between: its turns stay in the conversation they were dispatched for.
        if (speaker !== undefined)
          spoken ??= await speakTo(
            desk,
            {
              teamId: team,
              messageId,
              text,
              partners: to === undefined ? mentions : [to],
              isDirect: to !== undefined,
              subject: speaker,
              context,
              ...attachments,
            },
            conversations,
          )
        const begins = spoken ?? []
        return accept(
          fact("ChatMessagePosted", {
            messageId,
            text,
            mentions,
            ...(taskId === undefined ? {} : { taskId }),
            ...(to === undefined || speaker === undefined ? {} : { direct: { userId: speaker.userId, memberId: to } }),
            ...(begins.length === 0 ? {} : { begins }),
            ...attachments,
          }),
        )
      },
    })
    return accepted(messageId, outcome)
  }
}

export const postChat = (desk: Desk): Handlers["postChat"] => {
  const post = makePost(desk)
  return ({ params: { team }, body, subject, context }) => post(team, body, context, { speaker: subject })
}
