import { contextOf, type Handlers, type PersonSubject } from "@muster/control-plane/testing"
import type { Handle, MemberId, TeamId, UserId } from "@muster/domain"
import type { OrgId } from "@muster/domain"
import type { MadeTeam, TeamInput } from "./open.ts"

/** About 150 bytes, as much as the peers' jobs carry. */
export const INSTRUCTIONS =
  "Look through the folder, find every file that nobody has touched for a year, and list them with their sizes, largest first."

/** Who gives the commands. */
export const leaderOf = (orgId: OrgId): PersonSubject => ({
  kind: "person",
  userId: "00000000-0000-7000-8000-00000000be9c" as UserId,
  orgId,
  role: "owner",
  name: "Bench",
})

export interface Commands {
  readonly makeTeam: (team: TeamInput) => Promise<MadeTeam>
  /** Ids of tasks that members carry out in no time. */
  readonly dispatch: (team: MadeTeam, index: number) => Promise<string>
  readonly post: (team: MadeTeam, text: string) => Promise<void>
  readonly invite: (member: {
    readonly teamId: string
    readonly memberId: string
  }) => Promise<{ readonly token: string }>
}

/** Commands as they come out of decoding and authorisation. */
export const makeCommands = (handlers: Handlers, subject: PersonSubject): Commands => {
  const rest = {
    subject,
    sessionId: undefined,
    source: "127.0.0.1",
    setSession: () => undefined,
    query: undefined,
    bytes: undefined,
  }
  return {
    makeTeam: async ({ name, members, slots, placement }) => {
      const team = { name }
      const made = await handlers.createTeam({
        ...rest,
        params: undefined,
        body: team,
        context: contextOf("createTeam", subject, { body: team }),
      })
      const teamId = made.id as TeamId
      const memberIds: string[] = []
      for (let index = 0; index < members; index += 1) {
        const body = {
          handle: `bench-${index + 1}` as typeof Handle.Type,
          runtime: "simulated" as const,
          // A script of no steps: what is measured is the way, not the work.
          runtimeOptions: { simulated: { steps: [] } },
          slots,
          placement,
        }
        const context = contextOf("addMember", subject, { team: teamId, body })
        memberIds.push((await handlers.addMember({ ...rest, params: { team: teamId }, body, context })).id)
      }
      return { teamId, memberIds }
    },
    dispatch: async ({ teamId, memberIds }, index) => {
      const team = teamId as TeamId
      const memberId = memberIds[index % memberIds.length] as MemberId
      const body = { title: `Task ${index}`, instructions: INSTRUCTIONS, memberId }
      const context = contextOf("dispatchTask", subject, { team, body })
      return (await handlers.dispatchTask({ ...rest, params: { team }, body, context })).id
    },
    post: async ({ teamId }, text) => {
      const team = teamId as TeamId
      const body = { text }
      const context = contextOf("postChat", subject, { team, body })
      await handlers.postChat({ ...rest, params: { team }, body, context })
    },
    invite: async ({ teamId, memberId }) => {
      const params = { team: teamId as TeamId, member: memberId as MemberId }
      const context = contextOf("enrollMember", subject, { team: params.team, body: {} })
      return handlers.enrollMember({ ...rest, params, body: {}, context })
    },
  }
}
