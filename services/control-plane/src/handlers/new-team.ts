import type { MemberDoc, NewMember } from "@muster/contracts"
import { decideMember, decideTeam, MemberId, type Position, streams, TeamId } from "@muster/domain"
import type { CommandContext } from "#src/commands/execute.ts"
import { createdId } from "#src/commands/keys.ts"
import { accepted, requireOpenTeam } from "#src/handlers/accepted.ts"
import type { Desk } from "#src/handlers/desk.ts"
import { requireNoHalt, teamsLock } from "#src/handlers/halts.ts"
import { profileOf } from "#src/handlers/members.ts"
import { changingRoster, requireRoom } from "#src/handlers/roster.ts"
import { forEach, furthestOf } from "#src/handlers/verdicts.ts"
import type { Handlers } from "#src/http/calls.ts"

/**
 * Creates a team and those who are in it from the beginning. Each has a stream of its own, so this is an ordered set of writes: the team,
 * then its members. All ids follow from the idempotency key: repeated with it, what was broken off in the middle is completed, and what is
 * there is left as it is. Fails as `execute` does, with `halted`, and on such a repeat with `handle-taken`, `second-leader` or `archived`,
 * when others changed the team meanwhile.
 */
export const createTeam = (desk: Desk): Handlers["createTeam"] => {
  const { execute, streams: readers, state } = desk

  const create = (
    teamId: TeamId,
    { name, description = "" }: { name: string; description?: string },
    context: CommandContext,
  ) =>
    // Not while the kill switch of the organisation is being thrown: the team would slip through.
    state.locks.exclusively(teamsLock(context.orgId), async () => {
      await requireNoHalt(desk, context.orgId)
      const { requestHash } = context
      return execute({
        stream: streams.team(teamId),
        reader: readers.team,
        context,
        decide: (team) => decideTeam(team, { kind: "create", teamId, profile: { name, description }, requestHash }),
      })
    })

  const add = async (teamId: TeamId, member: NewMember, others: readonly MemberDoc[], context: CommandContext) => {
    const memberId = MemberId.make(createdId(context.commandId, `member:${member.handle}`))
    const profile = profileOf(member)
    const { requestHash } = context
    const { position } = await execute({
      stream: streams.member(memberId),
      reader: readers.member,
      context,
      decide: async (known) => {
        await requireOpenTeam(readers, teamId)
        requireRoom(others, memberId, profile)
        return decideMember(known, { kind: "add", memberId, teamId, profile, requestHash })
      },
    })
    return position
  }

  return async ({ body, subject, context }) => {
    const { members = [], ...profile } = body
    const teamId = TeamId.make(createdId(context.commandId, "team"))
    const inTeam = { ...context, teamId }
    const team = await create(teamId, profile, inTeam)
    if (members.length === 0) return accepted(teamId, team)
    return changingRoster(desk, subject, teamId, async (others) => {
      // Nobody else knows of a team that came to be this moment; of one that was there before, somebody may.
      const rest = team.doc.revision === 0 ? [] : await others()
      const positions = await forEach<NewMember, Position>(members, (member) => add(teamId, member, rest, inTeam))
      return accepted(teamId, { position: furthestOf([team.position, ...positions]) ?? team.position })
    })
  }
}
