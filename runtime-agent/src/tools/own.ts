import { type OwnToolInput, type OwnToolName, ownTools } from "@muster/contracts"
import { ApprovalId, QuestionId } from "@muster/domain"
import { Schema, SchemaIssue } from "effect"
import { v7 } from "uuid"
import type { Completion, SessionHost } from "#src/runtimes/contract.ts"
import { refusedWith, told, type ToolAnswer } from "#src/tools/answer.ts"
import { OPEN_REQUESTS_MAX, PERSON_WAIT_DEFAULT_SECONDS } from "#src/tools/limits.ts"
import { makeRequests } from "#src/tools/requests.ts"

export interface OwnOptions {
  readonly host: Pick<SessionHost, "progress" | "question" | "approval" | "artifact">
  /** Open tasks that this one has dispatched, in words; undefined when there are none. */
  readonly unfinished: (signal: AbortSignal) => Promise<string | undefined>
}

const format = SchemaIssue.makeFormatterStandardSchemaV1()
/** A tool that says what is wrong with what it was given. */
const tool = <T>(
  { input: schema }: { readonly input: Schema.Top & { readonly Type: T } },
  carryOut: (input: T, signal: AbortSignal) => Promise<ToolAnswer>,
) => {
  const decode = Schema.decodeUnknownResult(schema as unknown as Schema.Codec<T, unknown>)
  return async (input: unknown, signal: AbortSignal): Promise<ToolAnswer> => {
    const decoded = decode(input, { errors: "all", onExcessProperty: "error" })
    if (decoded._tag === "Success") return carryOut(decoded.success, signal)
    const faults = format(decoded.failure.issue).issues.map(
      ({ path, message }) => `${(path ?? []).map(String).join(".") || "arguments"}: ${message}`,
    )
    return refusedWith(faults.join("; "))
  }
}

const SECOND_MILLIS = 1_000
const TOO_MANY = `${OPEN_REQUESTS_MAX} of your questions and requests wait for people already. Wait for them first.`
const isBase64 = (text: string): boolean =>
  /^(?:[A-Za-z0-9+/]{4})*(?:[A-Za-z0-9+/]{2}==|[A-Za-z0-9+/]{3}=)?$/u.test(text)

/** The tools about the task at hand, for one assignment. What they say goes through the agent's journal like all that it reports. */
export const makeOwnTools = ({ host, unfinished }: OwnOptions) => {
  const questions = makeRequests<{ readonly text: string }>()
  const approvals = makeRequests<{ readonly isApproved: boolean; readonly comment: string }>()
  let completion: Completion | undefined
  const isCrowded = () => questions.waiting() + approvals.waiting() >= OPEN_REQUESTS_MAX
  const millisOf = (seconds: number | undefined) => (seconds ?? PERSON_WAIT_DEFAULT_SECONDS) * SECOND_MILLIS

  const ask = async (input: OwnToolInput<"ask_question">, signal: AbortSignal): Promise<ToolAnswer> => {
    const { text, choices = [], question_id, wait_seconds } = input
    if (question_id !== undefined && !questions.isKnown(question_id))
      return refusedWith("You have asked no such question in this task. Leave question_id out to ask.")
    if (question_id === undefined && text === undefined)
      return refusedWith("text is missing: what do you want to know?")
    if (question_id === undefined && isCrowded()) return refusedWith(TOO_MANY)
    const questionId = question_id ?? QuestionId.make(v7())
    if (question_id === undefined) {
      questions.open(questionId)
      await host.question({ questionId, text: text ?? "", choices })
    }
    const reply = await questions.wait(questionId, millisOf(wait_seconds), signal)
    return reply === undefined
      ? told({ status: "waiting", question_id: questionId, next: "Call ask_question again with this question_id." })
      : told({ status: "answered", question_id: questionId, answer: reply.text })
  }

  const requestLeave = async (input: OwnToolInput<"request_approval">, signal: AbortSignal): Promise<ToolAnswer> => {
    const { action, detail = "", approval_id, wait_seconds } = input
    if (approval_id !== undefined && !approvals.isKnown(approval_id))
      return refusedWith("You have made no such request in this task. Leave approval_id out to make one.")
    if (approval_id === undefined && action === undefined)
      return refusedWith("action is missing: what do you want to do?")
    if (approval_id === undefined && isCrowded()) return refusedWith(TOO_MANY)
    const approvalId = approval_id ?? ApprovalId.make(v7())
    if (approval_id === undefined) {
      approvals.open(approvalId)
      await host.approval({ approvalId, action: action ?? "", detail })
    }
    const reply = await approvals.wait(approvalId, millisOf(wait_seconds), signal)
    if (reply === undefined)
      return told({
        status: "waiting",
        approval_id: approvalId,
        next: "Not allowed yet. Call request_approval again with this approval_id.",
      })
    const { isApproved, comment } = reply
    return told({ status: isApproved ? "approved" : "denied", approval_id: approvalId, comment })
  }

  const keep = async ({ name, content, encoding }: OwnToolInput<"write_artifact">): Promise<ToolAnswer> => {
    if (encoding === "base64" && !isBase64(content)) return refusedWith("content is not base64.")
    const bytes = Buffer.from(content, encoding ?? "utf8")
    const { skipped } = await host.artifact({ name, bytes: [bytes] })
    return skipped === undefined
      ? told({ name, bytes: bytes.length })
      : refusedWith(`The file was not kept: ${skipped}.`)
  }

  const complete = async (input: OwnToolInput<"complete">, signal: AbortSignal): Promise<ToolAnswer> => {
    const open = await unfinished(signal)
    if (open !== undefined)
      return refusedWith(`Not yet: ${open}. Wait for them with task_status, or stop them with cancel_task.`)
    // Asked twice at the same time, the first one counts.
    completion ??= input
    return told({ status: completion.status, next: "Your task is complete. Stop now." })
  }

  const tools = {
    report_progress: tool(ownTools.report_progress, async ({ percent, note }) => {
      host.progress({ ...(percent === undefined ? {} : { percent }), ...(note === undefined ? {} : { note }) })
      return told({ status: "reported" })
    }),
    ask_question: tool(ownTools.ask_question, ask),
    request_approval: tool(ownTools.request_approval, requestLeave),
    write_artifact: tool(ownTools.write_artifact, keep),
    complete: tool(ownTools.complete, complete),
  } as const satisfies Record<OwnToolName, ReturnType<typeof tool>>

  return {
    use: async (name: OwnToolName, input: unknown, signal: AbortSignal): Promise<ToolAnswer> => {
      if (completion !== undefined && name !== "complete") return refusedWith("You have completed your task. Stop now.")
      return tools[name](input, signal)
    },
    completion: () => completion,
    answer: (questionId: string, text: string) => questions.settle(questionId, { text }),
    decide: (approvalId: string, isApproved: boolean, comment: string) =>
      approvals.settle(approvalId, { isApproved, comment }),
  }
}
