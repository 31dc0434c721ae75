import type { ToolCallContent, ToolCallUpdate } from "@agentclientprotocol/sdk"
import { ACP_TOOL_CALLS_MAX } from "#src/runtimes/acp/limits.ts"
import { shown } from "#src/runtimes/acp/texts.ts"

/** What is known of a tool call: later messages add to it and leave out what has not changed. */
export interface ToolCallState {
  readonly id: string
  title: string
  kind: string | undefined
  status: string | undefined
  input: unknown
  output: unknown
  content: readonly ToolCallContent[]
  locations: readonly string[]
  /** Its beginning was recorded. */
  isShown: boolean
}

const isEmpty = (value: unknown): boolean =>
  value === undefined ||
  value === null ||
  value === "" ||
  (typeof value === "object" && Object.keys(value).length === 0)

export interface ToolCalls {
  readonly merge: (update: ToolCallUpdate) => ToolCallState
  readonly forget: (id: string) => void
  readonly open: () => readonly ToolCallState[]
}

export const toolCalls = (): ToolCalls => {
  const known = new Map<string, ToolCallState>()
  const fresh = (id: string): ToolCallState => {
    const oldest = known.keys().next().value
    if (known.size >= ACP_TOOL_CALLS_MAX && oldest !== undefined) known.delete(oldest)
    const state: ToolCallState = {
      id,
      title: "",
      kind: undefined,
      status: undefined,
      input: undefined,
      output: undefined,
      content: [],
      locations: [],
      isShown: false,
    }
    known.set(id, state)
    return state
  }
  return {
    merge: (update) => {
      const call = known.get(update.toolCallId) ?? fresh(update.toolCallId)
      if (typeof update.title === "string" && update.title !== "") call.title = update.title
      if (typeof update.kind === "string") call.kind = update.kind
      if (typeof update.status === "string") call.status = update.status
      if (!isEmpty(update.rawInput)) call.input = update.rawInput
      if (!isEmpty(update.rawOutput)) call.output = update.rawOutput
      if (Array.isArray(update.content)) call.content = update.content
      if (Array.isArray(update.locations)) call.locations = update.locations.map(({ path }) => path)
      return call
    },
    forget: (id) => void known.delete(id),
    open: () => [...known.values()],
  }
}

const contentText = (content: readonly ToolCallContent[]): string =>
  content
    .map((item) => {
      if (item.type === "diff") return `--- ${item.path}\n+++ ${item.path}\n${item.newText}`
      if (item.type === "content" && item.content.type === "text") return item.content.text
      return ""
    })
    .filter((text) => text !== "")
    .join("\n")

/** The exact arguments, as a person is to see them who decides about the call. */
export const inputText = (call: ToolCallState): string => {
  const parts: string[] = [isEmpty(call.input) ? "" : shown(call.input)]
  for (const item of call.content) if (item.type === "diff") parts.push(`${item.path}:\n${item.newText}`)
  if (!parts.some((part) => part !== "")) parts.push(contentText(call.content), call.locations.join("\n"))
  return parts.filter((part) => part !== "").join("\n\n")
}

export const resultText = (call: ToolCallState): string => {
  const text = contentText(call.content)
  return text !== "" || isEmpty(call.output) ? text : shown(call.output)
}
