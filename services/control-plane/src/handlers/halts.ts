import {
  decideOrganisation,
  decideTeam,
  type OrganisationCommand,
  type OrgId,
  type Position,
  streams,
  type TeamCommand,
  type TeamId,
} from "@muster/domain"
import type { CommandContext } from "#src/commands/execute.ts"
import { accepted } from "#src/handlers/accepted.ts"
import type { Desk } from "#src/handlers/desk.ts"
import { forEach, furthestOf } from "#src/handlers/verdicts.ts"
import type { Handlers } from "#src/http/calls.ts"
import { ProblemError } from "#src/http/problem.ts"
import { READ_MODEL_WAIT_MILLIS } from "#src/limits.ts"

type HaltRoutes = "haltTeam" | "releaseTeam" | "readOrganisation" | "haltOrganisation" | "releaseOrganisation"

/** Held while teams of an organisation come to be or are halted together, so that none slips through. */
export const teamsLock = (orgId: OrgId): string => `teams:${orgId}`

/** Fails with ProblemError `halted`. */
export const requireNoHalt = async ({ streams: readers }: Desk, orgId: OrgId): Promise<void> => {
  const { state } = await readers.org.load(streams.org(orgId))
  if (state.isHalted) throw new ProblemError("halted", "Lift the kill switch of the organisation first.")
}

/**
 * Kill switches. The organisation's is an event of its own and one for each of its teams, so that whoever looks at a team sees it;
 * repeating the command with its key goes on where it was broken off.
 */
export const haltHandlers = (desk: Desk): Pick<Handlers, HaltRoutes> => {
  const { execute, streams: readers, reads, state } = desk

  const onTeam = async (teamId: TeamId, context: CommandContext, order: TeamCommand) =>
    execute({
      stream: streams.team(teamId),
      reader: readers.team,
      context: { ...context, teamId },
      decide: (team) => decideTeam(team, order),
    })

  const teamsOf = async (orgId: OrgId): Promise<readonly TeamId[]> =>
    (await reads.system.teams()).filter((team) => team.orgId === orgId).map(({ id }) => id)

  const onOrganisation = (context: CommandContext, order: OrganisationCommand, ofTeam: TeamCommand) =>
    state.locks.exclusively(teamsLock(context.orgId), async () => {
      const { orgId } = context
      const { position } = await execute({
        stream: streams.org(orgId),
        reader: readers.org,
        context,
        decide: (organisation) => decideOrganisation(organisation, order),
      })
      const positions: Position[] = [position]
      const done = new Set<TeamId>()
      const reach = async () => {
        const teams = (await teamsOf(orgId)).filter((teamId) => !done.has(teamId))
        const outcomes = await forEach(teams, (teamId) => onTeam(teamId, context, ofTeam))
        for (const teamId of teams) done.add(teamId)
        positions.push(...outcomes.map((outcome) => outcome.position))
      }
      // At once whatever is known; then those that came to be just before.
      await reach()
      if (!(await reads.waitFor(position, READ_MODEL_WAIT_MILLIS)))
        throw new ProblemError("read-model-behind", "Not all teams can be seen; repeat with the same key.", {
          retryAfterSeconds: 1,
        })
      await reach()
      return accepted(orgId, { position: furthestOf(positions) ?? position })
    })

  return {
    haltTeam: async ({ params: { team }, body: { reason, cancelQueued = false }, context }) =>
      accepted(team, await onTeam(team, context, { kind: "halt", by: "team", reason, cancelQueued })),
    releaseTeam: async ({ params: { team }, body: { reason }, context }) =>
      accepted(team, await onTeam(team, context, { kind: "release", by: "team", reason })),
    readOrganisation: async ({ subject: { orgId } }) => {
      const { state: organisation } = await readers.org.load(streams.org(orgId))
      const { name = "", isHalted, haltReason } = organisation
      return { id: orgId, name, isHalted, haltReason }
    },
    haltOrganisation: ({ body: { reason, cancelQueued = false }, context }) =>
      onOrganisation(
        context,
        { kind: "halt", reason, cancelQueued },
        { kind: "halt", by: "organisation", reason, cancelQueued },
      ),
    releaseOrganisation: ({ body: { reason }, context }) =>
      onOrganisation(context, { kind: "release", reason }, { kind: "release", by: "organisation", reason }),
  }
}
