import { attachmentTexts } from "#src/i18n/en/attachments.ts"
import { chatTexts } from "#src/i18n/en/chat.ts"
import { dispatchTexts } from "#src/i18n/en/dispatch.ts"
import { historyTexts } from "#src/i18n/en/history.ts"
import { historyViewTexts } from "#src/i18n/en/history-views.ts"
import { liveTexts } from "#src/i18n/en/live.ts"
import { memberTexts } from "#src/i18n/en/members.ts"
import { modelTexts } from "#src/i18n/en/models.ts"
import { needsTexts } from "#src/i18n/en/needs-you.ts"
import { replayTexts } from "#src/i18n/en/replay.ts"
import { scheduleTexts } from "#src/i18n/en/schedules.ts"
import { sheetTexts } from "#src/i18n/en/sheet.ts"
import { shellTexts } from "#src/i18n/en/shell.ts"
import { taskViewTexts } from "#src/i18n/en/task-views.ts"
import { slashTexts } from "#src/i18n/en/slash.ts"
import { taskTexts } from "#src/i18n/en/tasks.ts"
import { keepingTexts } from "#src/i18n/en/team-keeping.ts"
import { wizardTexts } from "#src/i18n/en/team-wizard.ts"
import { teamTexts } from "#src/i18n/en/teams.ts"
import { timelineTexts } from "#src/i18n/en/timeline.ts"
import { workspaceTexts } from "#src/i18n/en/workspace.ts"

/** Every text of the dashboard. `{{ name }}` is filled in by `t`; `.one` and `.other` are picked by `tn`. */
export const en = {
  ...shellTexts,
  ...teamTexts,
  ...wizardTexts,
  ...keepingTexts,
  ...taskTexts,
  ...taskViewTexts,
  ...dispatchTexts,
  ...sheetTexts,
  ...memberTexts,
  ...liveTexts,
  ...chatTexts,
  ...attachmentTexts,
  ...slashTexts,
  ...historyTexts,
  ...historyViewTexts,
  ...replayTexts,
  ...timelineTexts,
  ...scheduleTexts,
  ...modelTexts,
  ...needsTexts,
  ...workspaceTexts,
} as const

/** Every text of the dashboard has one of these keys. */
export type TextKey = keyof typeof en

/** The dictionary of one language: complete, so that a missing text does not compile. */
export type Texts = Readonly<Record<TextKey, string>>
