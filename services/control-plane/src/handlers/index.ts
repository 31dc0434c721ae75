import { postChat } from "#src/handlers/chat.ts"
import { apiTokenHandlers } from "#src/handlers/api-tokens.ts"
import { bulkHandlers } from "#src/handlers/bulk-tasks.ts"
import { deadLetterHandlers } from "#src/handlers/dead-letters.ts"
import type { Desk } from "#src/handlers/desk.ts"
import { dispatchTask } from "#src/handlers/dispatch.ts"
import { dispatchTasks } from "#src/handlers/dispatch-bulk.ts"
import { fileHandlers } from "#src/handlers/files.ts"
import { haltHandlers } from "#src/handlers/halts.ts"
import { memberHandlers } from "#src/handlers/members.ts"
import { modelHandlers } from "#src/handlers/models.ts"
import { needHandlers } from "#src/handlers/needs.ts"
import { newTeamHelp } from "#src/handlers/new-team-help.ts"
import { queryHandlers } from "#src/handlers/queries.ts"
import { replayHandlers } from "#src/handlers/replay.ts"
import { scheduleHandlers } from "#src/handlers/schedules.ts"
import { sessionHandlers } from "#src/handlers/session.ts"
import { taskHandlers } from "#src/handlers/task-commands.ts"
import { taskTemplateHandlers } from "#src/handlers/task-templates.ts"
import { teamHandlers } from "#src/handlers/teams.ts"
import type { Handlers } from "#src/http/calls.ts"

/** A handler for every route of the contract. */
export const makeHandlers = (desk: Desk): Handlers => ({
  ...sessionHandlers(desk),
  ...apiTokenHandlers(desk),
  ...teamHandlers(desk),
  ...memberHandlers(desk),
  ...taskHandlers(desk),
  ...queryHandlers(desk),
  ...replayHandlers(desk),
  ...fileHandlers(desk),
  ...bulkHandlers(desk),
  ...deadLetterHandlers(desk),
  ...haltHandlers(desk),
  ...scheduleHandlers(desk),
  ...taskTemplateHandlers(desk),
  ...modelHandlers(desk),
  ...needHandlers(desk),
  ...newTeamHelp(desk),
  dispatchTask: dispatchTask(desk),
  dispatchTasks: dispatchTasks(desk),
  postChat: postChat(desk),
})
