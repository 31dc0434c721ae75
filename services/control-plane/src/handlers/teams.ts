import { decideTeam, streams, type TeamCommand, type TeamId, type TeamState } from "@muster/domain"
import type { CommandContext } from "#src/commands/execute.ts"
import { accepted } from "#src/handlers/accepted.ts"
import type { Desk } from "#src/handlers/desk.ts"
import { createTeam } from "#src/handlers/new-team.ts"
import type { Handlers } from "#src/http/calls.ts"

type TeamRoutes = "createTeam" | "editTeam" | "archiveTeam" | "restoreTeam" | "pauseTeam" | "drainTeam" | "resumeTeam"

export const teamHandlers = (desk: Desk): Pick<Handlers, TeamRoutes> => {
  const { execute, streams: readers } = desk
  const command = async (teamId: TeamId, context: CommandContext, commandOf: (state: TeamState) => TeamCommand) =>
    accepted(
      teamId,
      await execute({
        stream: streams.team(teamId),
        reader: readers.team,
        context: { ...context, teamId },
        decide: (state) => decideTeam(state, commandOf(state)),
      }),
    )
  return {
    createTeam: createTeam(desk),
    editTeam: ({ params, body, context }) =>
      command(params.team, context, (state) => ({ kind: "edit", profile: { ...state.profile, ...body } })),
    archiveTeam: ({ params, body, context }) =>
      command(params.team, context, () => ({ kind: "archive", reason: body.reason ?? "" })),
    restoreTeam: ({ params, context }) => command(params.team, context, () => ({ kind: "restore" })),
    pauseTeam: ({ params, body, context }) =>
      command(params.team, context, () => ({ kind: "pause", reason: body.reason ?? "" })),
    drainTeam: ({ params, body, context }) =>
      command(params.team, context, () => ({ kind: "drain", reason: body.reason ?? "" })),
    resumeTeam: ({ params, context }) => command(params.team, context, () => ({ kind: "resume" })),
  }
}
