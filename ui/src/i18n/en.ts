import { chatTexts } from "#src/i18n/en/chat.ts"
import { dispatchTexts } from "#src/i18n/en/dispatch.ts"
import { historyTexts } from "#src/i18n/en/history.ts"
import { memberTexts } from "#src/i18n/en/members.ts"
import { modelTexts } from "#src/i18n/en/models.ts"
import { replayTexts } from "#src/i18n/en/replay.ts"
import { scheduleTexts } from "#src/i18n/en/schedules.ts"
import { shellTexts } from "#src/i18n/en/shell.ts"
import { taskTexts } from "#src/i18n/en/tasks.ts"
import { teamTexts } from "#src/i18n/en/teams.ts"

/** Every text of the dashboard. `{{ name }}` is filled in by `t`; `.one` and `.other` are picked by `tn`. */
export const en = {
  ...shellTexts,
  ...teamTexts,
  ...taskTexts,
  ...dispatchTexts,
  ...memberTexts,
  ...chatTexts,
  ...historyTexts,
  ...replayTexts,
  ...scheduleTexts,
  ...modelTexts,
} as const
