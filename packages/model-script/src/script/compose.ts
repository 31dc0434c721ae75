import { randomUUID } from "node:crypto"
import { type Answer, countTokens, type ToolCall } from "#src/answer.ts"
import type { Conversation } from "#src/conversation.ts"
import type { JsonObject } from "#src/json.ts"
import { fill, fillText } from "#src/script/references.ts"
import type { TurnStep } from "#src/script/step.ts"
import { completeArgs, findTool } from "#src/script/tools.ts"

const freshId = (): string => randomUUID().replaceAll("-", "")

const callsOf = ({ tool, args, tools = [] }: TurnStep) => [
  ...(tool === undefined ? [] : [{ tool, ...(args === undefined ? {} : { args }) }]),
  ...tools,
]

/** An answer out of a step: references are filled in, tools are those that the agent offers. */
export const compose = (
  step: TurnStep,
  conversation: Conversation,
  results: readonly string[],
  label: string,
): Answer => {
  const toolCalls: ToolCall[] = []
  const missing: string[] = []
  for (const { tool, args = {} } of callsOf(step)) {
    const offered = findTool(conversation.tools, tool)
    if (offered === undefined) missing.push(tool)
    else
      toolCalls.push({
        id: freshId(),
        name: offered.name,
        argumentsJson: JSON.stringify(completeArgs(offered, fill(args, results) as JsonObject)),
      })
  }
  const said = step.text === undefined ? "" : fillText(step.text, results)
  // An agent that asks for a title or a summary offers no tools at all; that is no fault of the script.
  const names = conversation.tools.map(({ name }) => name).join(", ")
  const complaints = missing.map((tool) => `The script wants the tool “${tool}”; offered are: ${names || "none"}.`)
  const text = [said, ...complaints].filter((words) => words !== "").join("\n")
  const spoken = {
    thought: step.thought === undefined ? "" : fillText(step.thought, results),
    text: text === "" ? "" : label + text,
    toolCalls,
  }
  return {
    ...spoken,
    id: freshId(),
    model: conversation.model,
    createdSeconds: Math.floor(Date.now() / 1_000),
    usage: countTokens(conversation, spoken),
  }
}
