import type { SessionUpdate } from "@agentclientprotocol/sdk"
import { STEP_DETAIL_MAX_CHARS, STEP_ID_MAX_CHARS, STEP_TITLE_MAX_CHARS } from "@muster/domain"
import type { OutputQueue } from "#src/runtimes/acp/output-queue.ts"
import { cutTo, firstLine } from "#src/runtimes/acp/texts.ts"
import { inputText, resultText, type ToolCalls, type ToolCallState } from "#src/runtimes/acp/tool-calls.ts"
import type { SessionHost } from "#src/runtimes/contract.ts"
import { tail } from "#src/runtimes/shared/tail.ts"
import { storable } from "#src/work/storable.ts"

export interface UpdatesOptions {
  readonly host: Pick<SessionHost, "step" | "progress">
  readonly output: Pick<OutputQueue, "push">
  readonly calls: ToolCalls
}

/** What an agent shows of its work, as steps, progress and output. */
export interface Updates {
  readonly take: (params: unknown) => void
  /** Messages that were begun are complete now; tools that still run were given up. */
  readonly finish: () => void
  /** The last words of the agent. */
  readonly lastMessage: () => string
  /** Tool calls and messages so far. */
  readonly count: () => { readonly messages: number; readonly tools: number }
  /** US dollars of the session so far, as the agent reckons them. */
  readonly costUsd: () => number | undefined
}

interface Telling {
  readonly kind: "message" | "thought"
  readonly messageId: string | undefined
  text: string
}

const ended = new Set(["completed", "failed"])

/** Malformed parts of an update are left out; they are the agent's business. */
const updateOf = (params: unknown): SessionUpdate | undefined => {
  if (typeof params !== "object" || params === null || !("update" in params)) return undefined
  const { update } = params
  return typeof update === "object" && update !== null && "sessionUpdate" in update
    ? (update as SessionUpdate)
    : undefined
}

interface PlanEntry {
  readonly content: string
  readonly status: string
}

/** Some agents keep their plan by a tool of their own and send no plan. */
const todosOf = (input: unknown): readonly PlanEntry[] | undefined => {
  if (typeof input !== "object" || input === null || !("todos" in input) || !Array.isArray(input.todos))
    return undefined
  const todos: readonly unknown[] = input.todos
  return todos.every((todo) => typeof todo === "object" && todo !== null && "content" in todo && "status" in todo)
    ? (todos as readonly PlanEntry[])
    : undefined
}

/** What came over the wire was not checked: a text that is none counts as empty. */
const textOf = (content: { readonly text?: unknown }): string => (typeof content.text === "string" ? content.text : "")

export const readUpdates = ({ host, output, calls }: UpdatesOptions): Updates => {
  let telling: Telling | undefined
  let told = 0
  let messages = 0
  let tools = 0
  let last = ""
  let spoken = tail()
  let endsLine = true
  let costUsd: number | undefined

  const flush = (): void => {
    if (telling === undefined) return
    const { kind, text } = telling
    telling = undefined
    if (text.trim() === "") return
    told += 1
    host.step({
      stepId: `${kind}-${told}`,
      kind,
      status: "completed",
      title: cutTo(firstLine(text), STEP_TITLE_MAX_CHARS),
      detail: cutTo(text.trim(), STEP_DETAIL_MAX_CHARS),
    })
    if (kind === "thought") return
    messages += 1
    last = spoken.text().trim()
    if (!endsLine) output.push("\n")
    endsLine = true
  }

  const tell = (kind: Telling["kind"], text: string, messageId: string | undefined): void => {
    if (telling !== undefined && (telling.kind !== kind || telling.messageId !== messageId)) flush()
    if (telling === undefined) {
      telling = { kind, messageId, text: "" }
      if (kind === "message") spoken = tail()
    }
    // More than a step can hold is in the output.
    if (telling.text.length <= STEP_DETAIL_MAX_CHARS) telling.text += text
    if (kind === "thought" || text === "") return
    spoken.push(Buffer.from(text))
    output.push(text)
    endsLine = text.endsWith("\n")
  }

  const showTool = (call: ToolCallState, status: "running" | "completed" | "failed"): void => {
    const title = cutTo(firstLine(call.title) || call.kind || "tool", STEP_TITLE_MAX_CHARS)
    const result = status === "running" ? "" : resultText(call)
    const detail = [inputText(call), result].filter((part) => part !== "").join("\n\n→ ")
    host.step({
      stepId: storable(`tool-${call.id}`, STEP_ID_MAX_CHARS),
      kind: "tool",
      status,
      title,
      ...(detail === "" ? {} : { detail: cutTo(detail, STEP_DETAIL_MAX_CHARS) }),
    })
    if (status === "running") output.push(`[tool] ${title}\n`)
    else if (result !== "") output.push(result.endsWith("\n") ? result : `${result}\n`)
  }

  const takeTool = (call: ToolCallState): void => {
    flush()
    const isOver = call.status !== undefined && ended.has(call.status)
    // Agents announce a call before they know what it is about; its beginning is shown when it begins.
    if (!call.isShown && (isOver || call.status === "in_progress")) {
      call.isShown = true
      tools += 1
      showTool(call, "running")
    }
    if (!isOver) return
    showTool(call, call.status === "failed" ? "failed" : "completed")
    const todos = todosOf(call.input)
    if (todos !== undefined && call.status === "completed") takePlan(todos)
    calls.forget(call.id)
  }

  const takePlan = (entries: readonly PlanEntry[]): void => {
    flush()
    const done = entries.filter(({ status }) => status === "completed").length
    const current = entries.find(({ status }) => status === "in_progress")
    const isDone = done === entries.length
    host.step({
      stepId: "plan",
      kind: "plan",
      status: isDone ? "completed" : "running",
      title: cutTo(`${done} of ${entries.length} done${current ? `: ${current.content}` : ""}`, STEP_TITLE_MAX_CHARS),
      detail: cutTo(
        entries.map(({ content, status }) => `- [${status === "completed" ? "x" : " "}] ${content}`).join("\n"),
        STEP_DETAIL_MAX_CHARS,
      ),
    })
    if (entries.length > 0)
      host.progress({ percent: (100 * done) / entries.length, ...(current ? { note: current.content } : {}) })
  }

  const take = (update: SessionUpdate): void => {
    switch (update.sessionUpdate) {
      case "agent_message_chunk":
      case "agent_thought_chunk": {
        const kind = update.sessionUpdate === "agent_message_chunk" ? "message" : "thought"
        if (update.content.type === "text") tell(kind, textOf(update.content), update.messageId ?? undefined)
        return
      }
      case "tool_call":
      case "tool_call_update":
        if (typeof update.toolCallId === "string") takeTool(calls.merge(update))
        return
      case "plan":
        return takePlan(update.entries)
      case "usage_update":
        if (update.cost?.currency === "USD") costUsd = update.cost.amount
        return
      default: // modes, commands, titles of sessions: nothing of the work
    }
  }

  return {
    take: (params) => {
      const update = updateOf(params)
      if (update === undefined) return
      try {
        take(update)
      } catch (error) {
        // An update of the wrong shape is the agent's fault and costs nothing but itself.
        if (!(error instanceof TypeError)) throw error
        output.push(`[muster] an update of the agent could not be read: ${error.message}\n`)
      }
    },
    finish: () => {
      flush()
      for (const call of calls.open()) {
        if (call.isShown) showTool(call, "failed")
        calls.forget(call.id)
      }
    },
    lastMessage: () => last,
    count: () => ({ messages, tools }),
    costUsd: () => costUsd,
  }
}
