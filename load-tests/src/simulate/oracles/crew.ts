import type { KnownEvent } from "@muster/domain"
import { millisOf } from "./instants.ts"
import type { MemberRecord, TeamRecord } from "./records.ts"

/** Folds an event of a team's own stream. */
export const takeTeam = (teams: Map<string, TeamRecord>, id: string, event: KnownEvent): void => {
  const team: TeamRecord = teams.get(id) ?? {
    id,
    pausedPosition: undefined,
    drainingPosition: undefined,
    haltedPosition: undefined,
    releasedMillis: 0,
  }
  teams.set(id, team)
  const position = Number(event.position)
  if (event.type === "TeamPaused") team.pausedPosition = position
  if (event.type === "TeamDrainStarted") team.drainingPosition = position
  if (event.type === "TeamHalted") team.haltedPosition ??= position
  if (event.type === "TeamReleased") {
    team.haltedPosition = undefined
    team.releasedMillis = millisOf(event.at)
  }
  if (event.type !== "TeamResumed") return
  team.pausedPosition = undefined
  team.drainingPosition = undefined
}

/** Folds an event of a member's own stream; false when there is no such member. */
export const takeMember = (members: Map<string, MemberRecord>, id: string, event: KnownEvent): boolean => {
  const millis = millisOf(event.at)
  if (event.type === "MemberAdded") {
    members.set(id, {
      id,
      teamId: event.data.teamId,
      slots: [{ millis, count: event.data.profile.slots }],
      skills: [{ millis, names: event.data.profile.skills }],
      pausedPosition: undefined,
      drainingPosition: undefined,
      removedPosition: undefined,
      removedMillis: 0,
      incarnation: undefined,
      isPresent: false,
    })
    return true
  }
  const member = members.get(id)
  if (member === undefined) return false
  switch (event.type) {
    case "MemberEdited":
      member.slots.push({ millis, count: event.data.profile.slots })
      member.skills.push({ millis, names: event.data.profile.skills })
      break
    case "MemberPaused":
      member.pausedPosition = Number(event.position)
      break
    case "MemberDrainStarted":
      member.drainingPosition = Number(event.position)
      break
    case "MemberResumed":
      member.pausedPosition = undefined
      member.drainingPosition = undefined
      break
    case "MemberRemoved":
      member.removedPosition = Number(event.position)
      member.removedMillis = millis
      break
    case "MemberBound":
      member.incarnation = event.data.incarnation
      break
    case "MemberPresent":
      member.isPresent = true
      break
    case "MemberAbsent":
      member.isPresent = false
      break
    default:
  }
  return true
}
