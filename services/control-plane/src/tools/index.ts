import { teamTools, type TeamToolName } from "@muster/contracts"
import type { Schema } from "effect"
import type { Desk } from "#src/handlers/desk.ts"
import { decoder } from "#src/http/decode.ts"
import { requireToolRight, type ToolCall } from "#src/tools/caller.ts"
import { cancelByTool } from "#src/tools/cancel.ts"
import { postByTool, readContext } from "#src/tools/chat.ts"
import { dispatchByTool } from "#src/tools/dispatch.ts"
import { readResult } from "#src/tools/result.ts"
import { listMembers } from "#src/tools/roster.ts"
import { taskStatus } from "#src/tools/status.ts"

const tool = <T>(
  { input }: { readonly input: Schema.Top & { readonly Type: T } },
  carryOut: (desk: Desk, call: ToolCall, input: T) => Promise<object>,
) => {
  const decode = decoder(input, { root: "", problem: "validation" })
  return (desk: Desk, call: ToolCall, body: unknown): Promise<object> => carryOut(desk, call, decode(body))
}

const tools = {
  dispatch_task: tool(teamTools.dispatch_task, dispatchByTool),
  list_members: tool(teamTools.list_members, listMembers),
  task_status: tool(teamTools.task_status, taskStatus),
  read_result: tool(teamTools.read_result, readResult),
  cancel_task: tool(teamTools.cancel_task, cancelByTool),
  post_chat: tool(teamTools.post_chat, postByTool),
  read_context: tool(teamTools.read_context, readContext),
} as const satisfies Record<TeamToolName, (desk: Desk, call: ToolCall, body: unknown) => Promise<object>>

/** Uses one of the team tools: an ordinary command or query under the policy. Fails with ProblemError. */
export const useTool = async (desk: Desk, name: TeamToolName, call: ToolCall, input: unknown): Promise<object> => {
  await requireToolRight(desk, call.caller, name)
  return tools[name](desk, call, input)
}
