import type { TaskDoc, TeamView } from "@muster/contracts"
import { t } from "#src/i18n/index.ts"
import { memberLabel } from "#src/team/names.ts"

/** Why a queued task does not begin; undefined for a task that is not queued. */
export function whyItWaits(task: TaskDoc, view: TeamView): string | undefined {
  const member = view.members[task.memberId]
  if (task.phase !== "queued" || member === undefined) return undefined
  const label = { member: memberLabel(view, task.memberId) }
  if (view.team?.isPaused === true) return t("panel.waits-team")
  if (member.isPaused) return t("panel.waits-paused", label)
  return member.presence === "online" ? t("panel.waits-busy", label) : t("panel.waits-offline", label)
}
