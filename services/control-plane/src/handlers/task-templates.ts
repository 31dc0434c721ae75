import { decideTeam, streams, type TeamCommand, TaskTemplateId, templateIdFor, type TeamId } from "@muster/domain"
import type { CommandContext } from "#src/commands/execute.ts"
import { createdId } from "#src/commands/keys.ts"
import { accepted } from "#src/handlers/accepted.ts"
import type { Desk } from "#src/handlers/desk.ts"
import type { Handlers } from "#src/http/calls.ts"

/** Drafts that a team keeps. Their names are unique in it, because one stream decides on all of them. */
export const taskTemplateHandlers = ({
  execute,
  streams: readers,
}: Desk): Pick<Handlers, "saveTaskTemplate" | "deleteTaskTemplate"> => {
  const command = (teamId: TeamId, context: CommandContext, order: TeamCommand) =>
    execute({
      stream: streams.team(teamId),
      reader: readers.team,
      context,
      decide: (state) => decideTeam(state, order),
    })
  return {
    saveTaskTemplate: async ({ params: { team }, body: { name, draft }, context }) => {
      const templateId = TaskTemplateId.make(createdId(context.commandId, "task-template"))
      const done = await command(team, context, { kind: "save-template", templateId, name, draft })
      return accepted(templateIdFor(done.doc.state.taskTemplates, name, templateId), done)
    },
    deleteTaskTemplate: async ({ params: { team, template }, context }) =>
      accepted(template, await command(team, context, { kind: "delete-template", templateId: template })),
  }
}
