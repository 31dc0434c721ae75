import type { MemberDoc } from "@muster/contracts"
import { type MemberId, type MemberProfile, type MemberState, streams, type TeamId } from "@muster/domain"
import type { Desk } from "#src/handlers/desk.ts"
import type { PersonSubject } from "#src/http/calls.ts"
import { ProblemError } from "#src/http/problem.ts"
import { READ_MODEL_WAIT_MILLIS } from "#src/limits.ts"

/** Waits until the read models show all that is in the log now. Fails with ProblemError `read-model-behind`. */
export const awaitHead = async ({ log, reads }: Pick<Desk, "log" | "reads">): Promise<void> => {
  if (!(await reads.waitFor(await log.head(), READ_MODEL_WAIT_MILLIS)))
    throw new ProblemError("read-model-behind", "The team cannot be seen whole right now; try again.", {
      retryAfterSeconds: 1,
    })
}

const live = (members: readonly MemberDoc[]) => members.filter((member) => !member.isRemoved)

/**
 * Runs a change of who is in a team while no other one runs, on any replica, with the team as it is at that moment: the only way
 * in which handles stay unique, since each member has a stream of its own.
 */
export const changingRoster = <T>(
  desk: Desk,
  subject: PersonSubject,
  teamId: TeamId,
  change: (others: () => Promise<readonly MemberDoc[]>) => Promise<T>,
): Promise<T> =>
  desk.state.locks.exclusively(`roster:${teamId}`, () =>
    change(async () => {
      await awaitHead(desk)
      return live(await desk.reads.members.list(subject, teamId))
    }),
  )

/** Fails with ProblemError `handle-taken` or `second-leader`. */
export const requireRoom = (others: readonly MemberDoc[], memberId: MemberId, profile: MemberProfile): void => {
  const rest = others.filter((member) => member.id !== memberId)
  if (rest.some((member) => member.handle === profile.handle))
    throw new ProblemError("handle-taken", `@${profile.handle} is another member of this team.`)
  const leader = rest.find((member) => member.role === "leader")
  if (profile.role === "leader" && leader !== undefined)
    throw new ProblemError("second-leader", `@${leader.handle} leads this team; change its role first.`)
}

const requireLive = (state: MemberState, teamId: TeamId): void => {
  if (!state.isAdded || state.teamId !== teamId)
    throw new ProblemError("unknown-member", "Choose a member of this team.", {
      errors: [{ pointer: "/memberId", detail: "no such member in this team" }],
    })
  if (state.isRemoved) throw new ProblemError("removed", "This member was removed from the team; choose another one.")
}

/** Fails with ProblemError `unknown-member` or `removed`. */
export const requireMember = async ({ streams: readers }: Desk, teamId: TeamId, memberId: MemberId): Promise<void> => {
  requireLive((await readers.member.load(streams.member(memberId))).state, teamId)
}

/** The member who leads the team. Fails with ProblemError `no-leader`. */
export const leaderOf = async (desk: Desk, subject: PersonSubject, teamId: TeamId): Promise<MemberId> => {
  const find = async () => {
    const leader = live(await desk.reads.members.list(subject, teamId)).find((member) => member.role === "leader")
    if (leader === undefined) return undefined
    const { state } = await desk.streams.member.load(streams.member(leader.id))
    return state.isRemoved || state.profile?.role !== "leader" ? undefined : leader.id
  }
  const seen = await find()
  if (seen !== undefined) return seen
  await awaitHead(desk)
  const leader = await find()
  if (leader === undefined)
    throw new ProblemError("no-leader", "Name a member, or make one the leader.", {
      errors: [{ pointer: "/memberId", detail: "needed, because the team has no leader" }],
    })
  return leader
}
