import type { OfferedTool } from "#src/conversation.ts"
import type { JsonObject } from "#src/json.ts"

/** What agents call the tool that runs a command. */
const SHELLS = ["exec", "bash", "shell", "run_shell_command", "execute_command", "terminal", "local_shell"]

const byName = (tools: readonly OfferedTool[], matches: (name: string) => boolean): OfferedTool | undefined =>
  tools.find(({ name }) => matches(name.toLowerCase()))

/**
 * The offered tool that a script means: by its name, by the end of it (agents put the name of the server before: `team_`, `team__`,
 * `mcp__team__`), and `shell` for whatever runs commands.
 */
export const findTool = (tools: readonly OfferedTool[], wanted: string): OfferedTool | undefined => {
  const name = wanted.toLowerCase()
  return (
    tools.find((tool) => tool.name === wanted) ??
    byName(tools, (offered) => offered === name) ??
    byName(tools, (offered) => offered.endsWith(`_${name}`)) ??
    (name === "shell" ? byName(tools, (offered) => SHELLS.includes(offered)) : undefined)
  )
}

/** Some tools that run commands want words about it, which a script for any agent does not know. */
export const completeArgs = ({ required }: OfferedTool, args: JsonObject): JsonObject =>
  required.includes("description") && !("description" in args) && typeof args["command"] === "string"
    ? { ...args, description: args["command"] }
    : args
