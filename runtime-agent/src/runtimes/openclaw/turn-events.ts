import { STEP_DETAIL_MAX_CHARS, STEP_ID_MAX_CHARS, STEP_TITLE_MAX_CHARS, type TaskStep } from "@muster/domain"
import type { OutputQueue } from "#src/runtimes/acp/output-queue.ts"
import { cutTo, firstLine, shown } from "#src/runtimes/acp/texts.ts"
import type { SessionHost } from "#src/runtimes/contract.ts"
import { type Fields, fieldsOf, listOf, textOf } from "#src/runtimes/openclaw/fields.ts"

/** What a session's events say, on its way into the record. */
export interface TurnEvents {
  readonly take: (event: string, payload: Fields) => void
  /** Resolves when the end of this turn was heard. */
  readonly ended: (runId: string) => Promise<void>
  /** What was being said is complete. `reply` is how the turn ended: told here, when it was not heard. */
  readonly finish: (reply: string) => void
  /** The reason of the last error that was told. */
  readonly lastError: () => string | undefined
}

interface Call {
  readonly title: string
  readonly args: string
  /** Its output so far. */
  readonly said: string
  readonly isShown: boolean
  readonly isOver: boolean
}

const NEW_CALL: Call = { title: "", args: "", said: "", isShown: false, isOver: false }

const resultText = (result: unknown): string => {
  const parts = listOf(fieldsOf(result)["content"]).flatMap((part) => textOf(fieldsOf(part)["text"]) ?? [])
  return parts.length > 0 ? parts.join("\n") : result === undefined ? "" : shown(result)
}

export const turnEvents = (host: Pick<SessionHost, "step">, output: Pick<OutputQueue, "push">): TurnEvents => {
  const calls = new Map<string, Call>()
  let message: { readonly id: string; text: string } | undefined
  let lastError: string | undefined
  let endsWithNewline = true
  /** Since the turn began, or the last tool ended. */
  let hasSpoken = false
  const endedTurns = new Set<string>()
  const waiting = new Map<string, () => void>()

  const say = (text: string): void => {
    if (text === "") return
    endsWithNewline = text.endsWith("\n")
    output.push(text)
  }
  const newLine = (): void => {
    if (!endsWithNewline) say("\n")
  }

  const record = (id: string, status: TaskStep["status"], { title, args }: Call, result = ""): void => {
    const detail = [args, result].filter((text) => text !== "").join("\n\n")
    host.step({
      stepId: id.slice(0, STEP_ID_MAX_CHARS),
      kind: "tool",
      status,
      title: cutTo(title || "a tool", STEP_TITLE_MAX_CHARS),
      ...(detail === "" ? {} : { detail: cutTo(detail, STEP_DETAIL_MAX_CHARS) }),
    })
  }
  const change = (id: string, more: Partial<Call>): Call => {
    const call = { ...(calls.get(id) ?? NEW_CALL), ...more }
    calls.set(id, call)
    return call
  }
  const turnEnded = (runId: string | undefined): void => {
    if (runId === undefined) return
    endedTurns.add(runId)
    waiting.get(runId)?.()
  }
  const complete = (): void => {
    if (message === undefined) return
    const { id, text } = message
    message = undefined
    newLine()
    const title = cutTo(firstLine(text), STEP_TITLE_MAX_CHARS)
    if (title === "") return
    host.step({
      stepId: id.slice(0, STEP_ID_MAX_CHARS),
      kind: "message",
      status: "completed",
      title,
      detail: cutTo(text, STEP_DETAIL_MAX_CHARS),
    })
  }

  /** Comes on every connection; what a tool got and gave comes only on the one that started the turn. */
  const item = (data: Fields): void => {
    const id = textOf(data["toolCallId"])
    if (id === undefined || data["kind"] !== "tool") return
    complete()
    hasSpoken = false
    const call = change(id, { title: textOf(data["title"]) ?? textOf(data["name"]) ?? "" })
    // What a tool gets comes right behind its start; later than that it does not come any more.
    if (data["phase"] === "update" && !call.isShown) record(id, "running", change(id, { isShown: true }))
    if (data["phase"] !== "end" || call.isOver) return
    record(id, data["status"] === "completed" ? "completed" : "failed", call)
    change(id, { isOver: true })
  }
  const tool = (data: Fields): void => {
    const id = textOf(data["toolCallId"])
    if (id === undefined) return
    if (data["phase"] === "start") {
      const { args } = data
      const title = calls.get(id)?.title || textOf(data["name"]) || ""
      record(id, "running", change(id, { title, isShown: true, args: args === undefined ? "" : shown(args) }))
    }
    const call = calls.get(id)
    if (data["phase"] !== "result" || call === undefined || call.isOver) return
    record(id, data["isError"] === true ? "failed" : "completed", call, resultText(data["result"]))
    change(id, { isOver: true })
  }
  /** Each piece repeats what came before, or goes on from it; the last one is the whole. */
  const commandOutput = (data: Fields): void => {
    const id = textOf(data["toolCallId"])
    const text = textOf(data["output"])
    if (id === undefined || text === undefined) return
    const before = calls.get(id)?.said ?? ""
    const isRepeated = text.startsWith(before)
    if (data["phase"] === "end" && !isRepeated) return newLine()
    say(isRepeated ? text.slice(before.length) : text)
    change(id, { said: isRepeated ? text : before + text })
    if (data["phase"] === "end") newLine()
  }
  const assistant = (data: Fields): void => {
    const id = textOf(data["itemId"]) ?? "message"
    if (message !== undefined && message.id !== id) complete()
    hasSpoken = true
    message ??= { id, text: "" }
    const whole = textOf(data["text"])
    const delta = textOf(data["delta"]) ?? ""
    const isRepeated = whole !== undefined && whole.startsWith(message.text)
    const more = isRepeated ? whole.slice(message.text.length) : delta
    message.text += more
    say(more)
  }

  const streams: Readonly<Record<string, (data: Fields) => void>> = {
    item,
    tool,
    command_output: commandOutput,
    assistant,
    lifecycle: (data) => {
      if (data["phase"] === "start") hasSpoken = false
      if (data["phase"] === "end" || data["phase"] === "error") complete()
      lastError = textOf(data["error"]) ?? lastError
    },
  }
  return {
    take: (event, payload) => {
      if (event === "agent") {
        const data = fieldsOf(payload["data"])
        streams[textOf(payload["stream"]) ?? ""]?.(data)
        if (payload["stream"] === "lifecycle" && data["phase"] === "end") turnEnded(textOf(payload["runId"]))
      } else if (event === "chat" && payload["state"] === "error")
        lastError = textOf(payload["errorMessage"]) ?? textOf(payload["errorDetail"]) ?? lastError
    },
    ended: (runId) =>
      new Promise((resolve) => {
        if (endedTurns.has(runId)) return resolve()
        waiting.set(runId, resolve)
      }),
    finish: (reply) => {
      if (!hasSpoken && reply !== "") assistant({ text: reply })
      complete()
    },
    lastError: () => lastError,
  }
}
