import type { Texts } from "#src/i18n/en.ts"
import { attachmentTexts } from "#src/i18n/zh/attachments.ts"
import { chatTexts } from "#src/i18n/zh/chat.ts"
import { dispatchTexts } from "#src/i18n/zh/dispatch.ts"
import { historyTexts } from "#src/i18n/zh/history.ts"
import { historyViewTexts } from "#src/i18n/zh/history-views.ts"
import { liveTexts } from "#src/i18n/zh/live.ts"
import { memberTexts } from "#src/i18n/zh/members.ts"
import { modelTexts } from "#src/i18n/zh/models.ts"
import { needsTexts } from "#src/i18n/zh/needs-you.ts"
import { replayTexts } from "#src/i18n/zh/replay.ts"
import { scheduleTexts } from "#src/i18n/zh/schedules.ts"
import { sheetTexts } from "#src/i18n/zh/sheet.ts"
import { shellTexts } from "#src/i18n/zh/shell.ts"
import { taskViewTexts } from "#src/i18n/zh/task-views.ts"
import { slashTexts } from "#src/i18n/zh/slash.ts"
import { taskTexts } from "#src/i18n/zh/tasks.ts"
import { keepingTexts } from "#src/i18n/zh/team-keeping.ts"
import { wizardTexts } from "#src/i18n/zh/team-wizard.ts"
import { teamTexts } from "#src/i18n/zh/teams.ts"
import { timelineTexts } from "#src/i18n/zh/timeline.ts"
import { workspaceTexts } from "#src/i18n/zh/workspace.ts"

/** Every text of the dashboard in simplified Chinese. A chunk of its own, loaded when the language is chosen. */
export const zh: Texts = {
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
}
