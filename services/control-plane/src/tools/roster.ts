import type { MemberDoc } from "@muster/contracts"
import { heldPhases, isInPool, MemberId, type PoolTarget, streams } from "@muster/domain"
import { Schema } from "effect"
import type { Desk } from "#src/handlers/desk.ts"
import { requireMember } from "#src/handlers/roster.ts"
import { ProblemError } from "#src/http/problem.ts"
import { TOOL_OPEN_TASKS_COUNTED, TOOL_TITLES_SHOWN } from "#src/limits.ts"
import type { ToolCall, ToolCaller } from "#src/tools/caller.ts"

const isMemberId = Schema.is(MemberId)

/** Members that were not removed. */
export const membersOf = async ({ reads }: Desk, { subject, teamId }: ToolCaller): Promise<readonly MemberDoc[]> =>
  (await reads.members.list(subject, teamId)).filter((member) => !member.isRemoved)

/** The member with this @handle or id. Fails with ProblemError `unknown-member` or `removed`. */
export const memberNamed = async (desk: Desk, caller: ToolCaller, name: string): Promise<MemberId> => {
  if (isMemberId(name)) {
    await requireMember(desk, caller.teamId, name)
    return name
  }
  const handle = name.replace(/^@/u, "").toLowerCase()
  const members = await membersOf(desk, caller)
  const found = members.find((member) => member.handle === handle)
  if (found === undefined)
    throw new ProblemError(
      "unknown-member",
      `There is no @${handle} in this team. There are ${members.map((member) => `@${member.handle}`).join(", ")}.`,
    )
  await requireMember(desk, caller.teamId, found.id)
  return found.id
}

/** Those whom a task for this target could be given to. */
export const candidatesOf = async (
  desk: Desk,
  caller: ToolCaller,
  target: { readonly memberId: MemberId } | { readonly pool: PoolTarget },
) => {
  if ("memberId" in target) {
    const { profile } = (await desk.streams.member.load(streams.member(target.memberId))).state
    return profile === undefined ? [] : [{ ...target, handle: profile.handle, slots: profile.slots }]
  }
  return (await membersOf(desk, caller))
    .filter(({ skills }) => isInPool(skills, target.pool))
    .map(({ id, handle, slots }) => ({ memberId: id, handle, slots }))
}

/** `list_members`: who is there, and how much they have to do. */
export const listMembers = async (desk: Desk, { caller }: ToolCall) => {
  const { subject, teamId, work } = caller
  const [members, open] = await Promise.all([
    membersOf(desk, caller),
    desk.reads.tasks.list(subject, teamId, { state: "open", limit: TOOL_OPEN_TASKS_COUNTED }),
  ])
  const held = open.filter(({ phase }) => (heldPhases as readonly string[]).includes(phase))
  return {
    members: members.map((member) => {
      const { id, handle, name, role, skills, runtime, presence, isPaused, isDraining, blockedReason, slots } = member
      const { briefing = "" } = member
      const works = held.filter(({ memberId }) => memberId === id)
      return {
        id,
        handle: `@${handle}`,
        name,
        role,
        skills,
        runtime,
        agent: presence === "online" ? (isPaused || isDraining ? "takes nothing new" : "online") : "offline",
        ...(blockedReason === null ? {} : { blocked: blockedReason }),
        slots,
        works_on: works.length,
        ...(works.length === 0 ? {} : { doing: works.slice(0, TOOL_TITLES_SHOWN).map(({ title }) => title) }),
        ...(id === work?.memberId ? { is_you: true, ...(briefing === "" ? {} : { briefing }) } : {}),
      }
    }),
  }
}
