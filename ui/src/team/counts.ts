import type { TeamView } from "@muster/contracts"
import { isHeld } from "@muster/domain"

export interface TeamCounts {
  readonly running: number
  readonly needsYou: number
  readonly online: number
  readonly members: number
}

/** The numbers of a team's header. */
export function teamCounts(view: TeamView): TeamCounts {
  let running = 0
  let needsYou = 0
  for (const task of Object.values(view.tasks)) {
    if (task.phase === "needs-input" || task.phase === "needs-approval") needsYou += 1
    else if (isHeld(task.phase)) running += 1
  }
  const members = Object.values(view.members).filter((member) => !member.isRemoved)
  const online = members.filter((member) => member.presence === "online").length
  return { running, needsYou, online, members: members.length }
}
