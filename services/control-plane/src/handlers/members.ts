import type { MemberPatch, NewMember } from "@muster/contracts"
import {
  decideMember,
  type MemberCommand,
  MemberId,
  type MemberProfile,
  type MemberState,
  SLOTS_DEFAULT,
  streams,
  type TeamId,
} from "@muster/domain"
import { createdId } from "#src/commands/keys.ts"
import type { CommandContext, Execution } from "#src/commands/execute.ts"
import { accepted, requireOpenTeam } from "#src/handlers/accepted.ts"
import type { Desk } from "#src/handlers/desk.ts"
import { changingRoster, requireMember, requireRoom } from "#src/handlers/roster.ts"
import type { Handlers } from "#src/http/calls.ts"
import { ENROLLMENT_TTL_MILLIS } from "#src/limits.ts"

/** What a person leaves out is filled in here, so that the log never depends on defaults of a version. */
export const profileOf = (body: NewMember): MemberProfile => ({
  handle: body.handle,
  name: body.name ?? body.handle,
  role: body.role ?? "member",
  runtime: body.runtime,
  runtimeOptions: body.runtimeOptions ?? {},
  slots: body.slots ?? SLOTS_DEFAULT,
  skills: body.skills ?? [],
  placement: body.placement ?? "local",
  ...(body.briefing === undefined ? {} : { briefing: body.briefing }),
})

const touchesRoster = (patch: typeof MemberPatch.Type) => patch.handle !== undefined || patch.role !== undefined

type MemberRoutes =
  | "addMember"
  | "editMember"
  | "removeMember"
  | "pauseMember"
  | "drainMember"
  | "resumeMember"
  | "enrollMember"

export const memberHandlers = (desk: Desk): Pick<Handlers, MemberRoutes> => {
  const { execute, streams: readers, state } = desk
  const command = async (memberId: MemberId, context: CommandContext, decide: Execution<MemberState>["decide"]) =>
    accepted(memberId, await execute({ stream: streams.member(memberId), reader: readers.member, context, decide }))
  const whileOpen = (
    { team, member: memberId }: { readonly team: TeamId; readonly member: MemberId },
    context: CommandContext,
    order: MemberCommand,
  ) =>
    command(memberId, context, async (member) => {
      await requireOpenTeam(readers, team)
      return decideMember(member, order)
    })
  return {
    addMember: ({ params: { team }, body, subject, context }) => {
      const memberId = MemberId.make(createdId(context.commandId, "member"))
      const profile = profileOf(body)
      return changingRoster(desk, subject, team, (others) =>
        command(memberId, context, async (member) => {
          await requireOpenTeam(readers, team)
          requireRoom(await others(), memberId, profile)
          const { requestHash } = context
          return decideMember(member, { kind: "add", memberId, teamId: team, profile, requestHash })
        }),
      )
    },

    editMember: async ({ params: { team, member: memberId }, body, subject, context }) => {
      const edit = (check: (profile: MemberProfile) => Promise<void>) =>
        command(memberId, context, async (member) => {
          await requireOpenTeam(readers, team)
          if (member.profile === undefined) throw new Error("invariant: an added member has a profile")
          const profile = { ...member.profile, ...body }
          if (!member.isRemoved) await check(profile)
          return decideMember(member, { kind: "edit", profile })
        })
      return touchesRoster(body)
        ? changingRoster(desk, subject, team, (others) =>
            edit(async (profile) => requireRoom(await others(), memberId, profile)),
          )
        : edit(() => Promise.resolve())
    },

    removeMember: async ({ params: { member: memberId }, body, context }) => {
      // Also from an archived team: who is removed must not keep its credentials.
      const answer = await command(memberId, context, (member) =>
        decideMember(member, { kind: "remove", reason: body.reason ?? "" }),
      )
      // The log says that it is gone; from here on nothing opens for it. A repeat of the command repeats this too.
      const username = await state.agents.revoke(memberId)
      if (username !== null) {
        try {
          await desk.busUsers.revoke(username)
        } catch (error) {
          desk.logger.warn({ memberId, err: error }, "bus user not deleted yet; the dispatcher reconciles it")
        }
      }
      return answer
    },

    pauseMember: ({ params, body, context }) =>
      whileOpen(params, context, { kind: "pause", reason: body.reason ?? "" }),
    drainMember: ({ params, body, context }) =>
      whileOpen(params, context, { kind: "drain", reason: body.reason ?? "" }),
    resumeMember: ({ params, context }) => whileOpen(params, context, { kind: "resume" }),

    enrollMember: async ({ params: { team, member: memberId }, context }) => {
      await requireOpenTeam(readers, team)
      await requireMember(desk, team, memberId)
      const { token, expiresAt } = await state.enrollments.mint({
        memberId,
        teamId: team,
        orgId: context.orgId,
        ttlMillis: ENROLLMENT_TTL_MILLIS,
      })
      return { token, expiresAt, controlPlaneUrl: desk.agentUrl() }
    },
  }
}
