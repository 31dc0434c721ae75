import type { TaskDoc, TeamView } from "@muster/contracts"
import { waitReason } from "@muster/projections"
import { t } from "#src/i18n/index.ts"
import { targetLabel } from "#src/team/names.ts"

/** Why a queued task does not begin; undefined for a task that is not queued. */
export function whyItWaits(task: TaskDoc, view: TeamView): string | undefined {
  const reason = waitReason(task, view)
  if (reason === undefined) return undefined
  if (task.pool !== null && reason === "busy") return t("panel.waits.pool-busy", { pool: targetLabel(view, task) })
  switch (reason) {
    case "team-halted":
    case "team-paused":
    case "team-draining":
      return t(`panel.waits.${reason}`)
    case "nobody-has-skills":
    case "nobody-online":
      return t(`panel.waits.${reason}`, { pool: targetLabel(view, task) })
    case "member-blocked": {
      const blocked = view.members[task.memberId ?? ""]?.blockedReason ?? ""
      return t("panel.waits.member-blocked", { member: targetLabel(view, task), reason: blocked })
    }
    default:
      return t(`panel.waits.${reason}`, { member: targetLabel(view, task) })
  }
}
