import type { Server } from "@modelcontextprotocol/sdk/server/index.js"
import { CallToolRequestSchema, ListToolsRequestSchema } from "@modelcontextprotocol/sdk/types.js"
import { isTeamTool, listTools, peopleTools, teamIdOfCall, teamTools } from "@muster/contracts"
import { v7 } from "uuid"
import type { Desk } from "#src/handlers/desk.ts"
import type { PersonSubject } from "#src/http/calls.ts"
import { decoder } from "#src/http/decode.ts"
import { toProblem } from "#src/http/faults.ts"
import { ProblemError, toDocument } from "#src/http/problem.ts"
import { useTool } from "#src/tools/index.ts"

export interface ToolsOptions {
  readonly desk: Desk
  readonly subject: PersonSubject
  readonly signal: AbortSignal
}

const listed = [...listTools(peopleTools), ...listTools(teamTools, teamIdOfCall.fields)]
const decodeTeamId = decoder(teamIdOfCall, { root: "", problem: "validation" })

const call = async ({ desk, subject, signal }: ToolsOptions, name: string, input: Record<string, unknown>) => {
  if (name === "list_teams") {
    const teams = await desk.reads.teams.list(subject, { archived: false })
    return { teams: teams.map(({ id, name: title, description }) => ({ team_id: id, name: title, description })) }
  }
  if (!isTeamTool(name)) throw new ProblemError("not-found", `There is no tool ${name}.`)
  const { team_id, ...rest } = input
  const { team_id: teamId } = decodeTeamId({ team_id })
  const place = await desk.places.team(teamId)
  if (place === undefined || place.orgId !== subject.orgId)
    throw new ProblemError("not-found", `There is no team ${teamId}.`)
  const { orgId, userId } = subject
  const caller = { subject, orgId, teamId, actor: { kind: "person", id: userId, via: "api" } } as const
  // Programs do not say which call this is: only a key that the caller chose names it.
  return useTool(desk, name, { caller, key: v7(), signal }, rest)
}

const asText = (value: object, isError = false) => ({
  content: [{ type: "text" as const, text: JSON.stringify(value) }],
  ...(isError ? { isError } : {}),
})

/** Offers the tools on an MCP server. What goes wrong in one is its answer, in words. */
export const offerTools = (server: Server, options: ToolsOptions): void => {
  server.setRequestHandler(ListToolsRequestSchema, () => ({ tools: [...listed] }))
  server.setRequestHandler(CallToolRequestSchema, async ({ params }) => {
    try {
      return asText(await call(options, params.name, params.arguments ?? {}))
    } catch (error) {
      const problem = toProblem(error)
      if (problem.problem === "internal") options.desk.logger.error({ err: error, tool: params.name }, "a tool failed")
      return asText(toDocument(problem), true)
    }
  })
}
