import { postChat } from "#src/handlers/chat.ts"
import type { Desk } from "#src/handlers/desk.ts"
import { dispatchTask } from "#src/handlers/dispatch.ts"
import { dispatchTasks } from "#src/handlers/dispatch-bulk.ts"
import { fileHandlers } from "#src/handlers/files.ts"
import { memberHandlers } from "#src/handlers/members.ts"
import { queryHandlers } from "#src/handlers/queries.ts"
import { sessionHandlers } from "#src/handlers/session.ts"
import { taskHandlers } from "#src/handlers/task-commands.ts"
import { teamHandlers } from "#src/handlers/teams.ts"
import type { Handlers } from "#src/http/calls.ts"

/** A handler for every route of the contract. */
export const makeHandlers = (desk: Desk): Handlers => ({
  ...sessionHandlers(desk),
  ...teamHandlers(desk),
  ...memberHandlers(desk),
  ...taskHandlers(desk),
  ...queryHandlers(desk),
  ...fileHandlers(desk),
  dispatchTask: dispatchTask(desk),
  dispatchTasks: dispatchTasks(desk),
  postChat: postChat(desk),
})
