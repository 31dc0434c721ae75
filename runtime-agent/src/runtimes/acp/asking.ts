import type {
  CreateElicitationRequest,
  CreateElicitationResponse,
  PermissionOption,
  RequestPermissionRequest,
  RequestPermissionResponse,
} from "@agentclientprotocol/sdk"
import { type ApprovalId, CHOICES_MAX, type QuestionId } from "@muster/domain"
import { v7 as uuidv7 } from "uuid"
import { MessageUnreadable, MethodUnknown } from "#src/runtimes/acp/errors.ts"
import {
  ACP_ASKED_MAX,
  ACP_FORM_FIELDS_MAX,
  APPROVAL_ACTION_MAX_CHARS,
  APPROVAL_DETAIL_MAX_CHARS,
  CHOICE_MAX_CHARS,
  QUESTION_MAX_CHARS,
} from "#src/runtimes/acp/limits.ts"
import { isFormAsked, isPermissionAsked } from "#src/runtimes/acp/messages.ts"
import { cutTo, firstLine } from "#src/runtimes/acp/texts.ts"
import { inputText, type ToolCalls } from "#src/runtimes/acp/tool-calls.ts"
import type { SessionHost } from "#src/runtimes/contract.ts"

export interface AskingOptions {
  readonly host: Pick<SessionHost, "approval" | "question">
  readonly calls: ToolCalls
  readonly mode: "ask" | "allow"
  readonly onFailure: (error: unknown) => void
}

interface Reply {
  readonly isApproved: boolean
  readonly text: string
}

/** What an agent asks of people, and their answers. */
export interface Asking {
  /** Answers a request of the agent. Rejects with MethodUnknown or MessageUnreadable. */
  readonly answer: (method: string, params: unknown) => Promise<unknown>
  readonly reply: (id: string, reply: Reply) => void
  /** Nobody answers any more. */
  readonly end: () => void
  /** The action that was denied last, while the agent has not been allowed anything since. */
  readonly denied: () => string | undefined
}

const selected = (optionId: string): RequestPermissionResponse => ({ outcome: { outcome: "selected", optionId } })
const refused: RequestPermissionResponse = { outcome: { outcome: "cancelled" } }

/** Once rather than always: the next call is the next decision. */
export const optionFor = (options: readonly PermissionOption[], isApproved: boolean): PermissionOption | undefined => {
  const kinds = isApproved ? ["allow_once", "allow_always"] : ["reject_once", "reject_always"]
  return kinds.map((kind) => options.find((option) => option.kind === kind)).find((option) => option !== undefined)
}

interface Field {
  readonly name: string
  readonly text: string
  readonly choices: readonly { readonly value: string | boolean; readonly label: string }[]
  readonly read: (answer: string) => string | number | boolean | undefined
}

const numberOf = (answer: string): number | undefined => {
  const value = Number(answer.trim())
  return answer.trim() !== "" && Number.isFinite(value) ? value : undefined
}

/** A form of simple fields as questions; undefined when it holds something that no question can ask. */
export const fieldsOf = (request: CreateElicitationRequest): readonly Field[] | undefined => {
  if (request.mode !== "form" || !("requestedSchema" in request)) return undefined
  const schema = request.requestedSchema as {
    readonly properties?: Readonly<Record<string, Readonly<Record<string, unknown>>>>
  }
  const properties = Object.entries(schema.properties ?? {})
  if (properties.length > ACP_FORM_FIELDS_MAX) return undefined
  const fields: Field[] = []
  for (const [name, property] of properties) {
    const about = [property["title"], property["description"]].filter((part) => typeof part === "string").join(": ")
    const text = properties.length === 1 ? request.message : `${request.message}\n\n${about || name}`
    const plain = { name, text, choices: [], read: (answer: string) => answer }
    if (property["type"] === "boolean")
      fields.push({
        ...plain,
        choices: [
          { value: true, label: "Yes" },
          { value: false, label: "No" },
        ],
        read: (answer) => answer.trim().toLowerCase().startsWith("y"),
      })
    else if (property["type"] === "number" || property["type"] === "integer") fields.push({ ...plain, read: numberOf })
    else if (property["type"] === "string") {
      const titled = Array.isArray(property["oneOf"]) ? (property["oneOf"] as { const: string; title: string }[]) : []
      const named = Array.isArray(property["enum"]) ? (property["enum"] as string[]) : []
      const choices = [
        ...titled.map((option) => ({ value: option.const, label: option.title })),
        ...named.map((value) => ({ value, label: value })),
      ]
      fields.push({
        ...plain,
        choices,
        read: (answer) => choices.find(({ label, value }) => label === answer || value === answer)?.value ?? answer,
      })
    } else return undefined
  }
  return fields
}

export const makeAsking = ({ host, calls, mode, onFailure }: AskingOptions): Asking => {
  const replies = new Map<string, (reply: Reply | undefined) => void>()
  let isOver = false
  let denied: string | undefined

  /** Listening before asking: the answer may be there before the question's promise settles. */
  const replyTo = async (id: string, ask: () => Promise<void>): Promise<Reply | undefined> => {
    if (isOver || replies.size >= ACP_ASKED_MAX) return undefined
    const reply = new Promise<Reply | undefined>((resolve) => replies.set(id, resolve))
    try {
      await ask()
    } catch (error) {
      replies.delete(id)
      onFailure(error)
      return undefined
    }
    return reply
  }

  const permission = async ({ toolCall, options }: RequestPermissionRequest): Promise<RequestPermissionResponse> => {
    const call = calls.merge(toolCall)
    if (mode === "allow") {
      const option = optionFor(options, true)
      return option === undefined ? refused : selected(option.optionId)
    }
    const action = cutTo(firstLine(call.title) || call.kind || "use a tool", APPROVAL_ACTION_MAX_CHARS)
    const detail = cutTo(inputText(call), APPROVAL_DETAIL_MAX_CHARS)
    const approvalId = uuidv7() as ApprovalId
    const reply = await replyTo(approvalId, () => host.approval({ approvalId, action, detail }))
    if (reply === undefined) return refused
    denied = reply.isApproved ? undefined : `${action}${reply.text === "" ? "" : `: ${reply.text}`}`
    const option = optionFor(options, reply.isApproved)
    return option === undefined ? refused : selected(option.optionId)
  }

  const elicitation = async (request: CreateElicitationRequest): Promise<CreateElicitationResponse> => {
    const fields = fieldsOf(request)
    if (fields === undefined) return { action: "decline" }
    const content: Record<string, string | number | boolean> = {}
    for (const { name, text, choices, read } of fields) {
      const questionId = uuidv7() as QuestionId
      const reply = await replyTo(questionId, () =>
        host.question({
          questionId,
          text: cutTo(text.trim() || name, QUESTION_MAX_CHARS),
          choices: choices.slice(0, CHOICES_MAX).map(({ label }) => cutTo(label, CHOICE_MAX_CHARS)),
        }),
      )
      if (reply === undefined) return { action: "cancel" }
      const value = read(reply.text)
      if (value === undefined) return { action: "decline" }
      content[name] = value
    }
    return { action: "accept", content }
  }

  return {
    answer: async (method, params) => {
      const unreadable = () => new MessageUnreadable({ message: `the parameters of ${method} can not be read` })
      switch (method) {
        case "session/request_permission":
          if (!isPermissionAsked(params)) throw unreadable()
          return permission(params as unknown as RequestPermissionRequest)
        case "elicitation/create":
          if (!isFormAsked(params)) throw unreadable()
          return elicitation(params as unknown as CreateElicitationRequest)
        default:
          throw new MethodUnknown({ method })
      }
    },
    reply: (id, reply) => {
      replies.get(id)?.(reply)
      replies.delete(id)
    },
    end: () => {
      isOver = true
      for (const resolve of replies.values()) resolve(undefined)
      replies.clear()
    },
    denied: () => denied,
  }
}
