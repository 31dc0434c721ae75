import { apiTokensRoutes } from "#src/routes/api-tokens.ts"
import { bulkRoutes } from "#src/routes/bulk.ts"
import { filesRoutes } from "#src/routes/files.ts"
import { historyRoutes } from "#src/routes/history.ts"
import { membersRoutes } from "#src/routes/members.ts"
import { replayRoutes } from "#src/routes/replay.ts"
import { organisationRoutes } from "#src/routes/organisation.ts"
import { modelsRoutes } from "#src/routes/models.ts"
import { needsRoutes } from "#src/routes/needs.ts"
import type { Route } from "#src/routes/route.ts"
import { runtimesRoutes } from "#src/routes/runtimes.ts"
import { schedulesRoutes } from "#src/routes/schedules.ts"
import { taskTemplatesRoutes } from "#src/routes/task-templates.ts"
import { tasksRoutes } from "#src/routes/tasks.ts"
import { teamsRoutes } from "#src/routes/teams.ts"

export type { Route } from "#src/routes/route.ts"

/** Every route of the HTTP API as data. The server registers from it, the client calls from it, OpenAPI is printed from it. */
export const routes = {
  ...organisationRoutes,
  ...teamsRoutes,
  ...membersRoutes,
  ...tasksRoutes,
  ...bulkRoutes,
  ...taskTemplatesRoutes,
  ...schedulesRoutes,
  ...historyRoutes,
  ...replayRoutes,
  ...filesRoutes,
  ...apiTokensRoutes,
  ...modelsRoutes,
  ...needsRoutes,
  ...runtimesRoutes,
} as const satisfies Record<string, Route>
export type RouteName = keyof typeof routes
