import {
  fact,
  streams,
  toNewEvents,
  type Actor,
  type CommandId,
  type EventId,
  type Fact,
  type MemberId,
  type MemberProfile,
  type OrgId,
  type TeamId,
} from "@muster/domain"
import type { AppendRequest, EventStore } from "@muster/event-store"
import { v5 as uuidv5 } from "uuid"

const setup: Actor = { kind: "system", id: "setup", via: "service" }
const REQUEST_HASH = "starter-1"

export interface StarterOptions {
  readonly orgId: OrgId
  /** Whether this machine can confine programs: without that, the second member is scripted too. */
  readonly canRunCommands: boolean
}

const profile = (
  over: Pick<MemberProfile, "handle" | "name" | "role" | "runtime" | "skills" | "slots">,
): MemberProfile => ({
  runtimeOptions: {},
  placement: "local",
  ...over,
})

const members = ({ canRunCommands }: StarterOptions): readonly MemberProfile[] => [
  profile({ handle: "lead", name: "Lead", role: "leader", runtime: "simulated", slots: 2, skills: ["planning"] }),
  canRunCommands
    ? profile({ handle: "runner", name: "Runner", role: "member", runtime: "command", slots: 2, skills: ["shell"] })
    : profile({
        handle: "runner",
        name: "Runner",
        role: "member",
        runtime: "simulated",
        slots: 2,
        skills: ["rehearsal"],
      }),
  profile({ handle: "scout", name: "Scout", role: "member", runtime: "simulated", slots: 2, skills: ["research"] }),
]

/**
 * The ready-made team *Starter*: a leader and two members on this machine. All ids follow from the organisation's, and every
 * stream is made at expected revision 0, so that a second start (also after a crash half-way) adds nothing that is there.
 */
export const ensureStarterTeam = async (store: EventStore, options: StarterOptions): Promise<TeamId> => {
  const { orgId } = options
  const teamId = uuidv5("starter-team", orgId) as TeamId
  const commandId = uuidv5("starter-command", orgId) as CommandId
  const meta = { org: orgId, team: teamId, actor: setup, commandId, correlationId: commandId }
  const creation = (stream: string, created: Fact): AppendRequest => ({
    stream,
    expectedRevision: 0,
    events: toNewEvents([created], meta, (index) => uuidv5(`${stream}:${index}`, orgId) as EventId),
  })
  const description = "A ready-made team to try things with. Rename it, add members, or archive it."
  const team = { name: "Starter", description }
  const requests = [
    creation(streams.team(teamId), fact("TeamCreated", { teamId, profile: team, requestHash: REQUEST_HASH })),
    ...members(options).map((member) => {
      const memberId = uuidv5(`starter-${member.handle}`, teamId) as MemberId
      const added = fact("MemberAdded", { memberId, teamId, profile: member, requestHash: REQUEST_HASH })
      return creation(streams.member(memberId), added)
    }),
  ]
  for (const verdict of await store.append(requests))
    if (!verdict.ok && verdict.error._tag !== "WrongExpectedRevision") throw verdict.error
  return teamId
}
