import { NAME_MAX_CHARS, RequiredText, TaskDraft, TaskTemplateId } from "@muster/domain"
import { Schema } from "effect"
import { Accepted, Empty } from "#src/http-bodies.ts"
import { P, route, team } from "#src/routes/route.ts"

/** Templates are read with their team. */
export const taskTemplatesRoutes = {
  saveTaskTemplate: route({
    method: "POST",
    path: "/teams/:team/task-templates",
    action: "template.manage",
    summary: "Keep a draft of a task under a name, in place of one that has it",
    params: P(team),
    body: Schema.Struct({ name: RequiredText(NAME_MAX_CHARS), draft: TaskDraft }),
    reply: Accepted,
    status: 201,
  }),
  deleteTaskTemplate: route({
    method: "POST",
    path: "/teams/:team/task-templates/:template/delete",
    action: "template.manage",
    summary: "Delete a template",
    params: P({ ...team, template: TaskTemplateId }),
    body: Empty,
    reply: Accepted,
    status: 200,
  }),
} as const
