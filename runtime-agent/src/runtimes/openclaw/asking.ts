import { type ApprovalId, CHOICES_MAX, type QuestionId } from "@muster/domain"
import { v7 as uuidv7 } from "uuid"
import { cutTo, firstLine } from "#src/runtimes/acp/texts.ts"
import {
  APPROVAL_ACTION_MAX_CHARS,
  APPROVAL_DETAIL_MAX_CHARS,
  CHOICE_MAX_CHARS,
  QUESTION_MAX_CHARS,
} from "#src/runtimes/acp/limits.ts"
import type { SessionHost } from "#src/runtimes/contract.ts"
import { type Fields, fieldsOf, listOf, textOf } from "#src/runtimes/openclaw/fields.ts"
import { ASKED_MAX } from "#src/runtimes/openclaw/limits.ts"

interface Reply {
  readonly isApproved: boolean
  readonly text: string
}

export interface AskingOptions {
  readonly host: Pick<SessionHost, "approval" | "question">
  /** Tells the gateway. Failures are the caller's to log: a question may be over by then. */
  readonly resolve: (method: string, params: object) => void
  /** A person could not be asked. */
  readonly onFailure: (error: unknown) => void
}

/** What the agent in a session asks of people, and their answers. */
export interface Asking {
  /** True when the event was a question or a request for leave. */
  readonly take: (event: string, payload: Fields) => boolean
  readonly reply: (id: string, reply: Reply) => void
  /** The action that was denied last, while nothing has been allowed since. */
  readonly denied: () => string | undefined
}

export const makeAsking = ({ host, resolve, onFailure }: AskingOptions): Asking => {
  const replies = new Map<string, (reply: Reply) => void>()
  let denied: string | undefined

  const ask = async (id: string, tell: () => Promise<void>): Promise<Reply> => {
    // Listening before asking: the answer may be there before the question's promise settles.
    const reply = new Promise<Reply>((settle) => replies.set(id, settle))
    await tell()
    return reply
  }

  const approve = async (id: string, request: Fields): Promise<void> => {
    const command = textOf(request["command"]) ?? "use a tool"
    const action = cutTo(firstLine(command), APPROVAL_ACTION_MAX_CHARS)
    const place = textOf(request["cwd"])
    const detail = cutTo(`${command}${place === undefined ? "" : `\n\nin ${place}`}`, APPROVAL_DETAIL_MAX_CHARS)
    const approvalId = uuidv7() as ApprovalId
    const { isApproved, text } = await ask(approvalId, () => host.approval({ approvalId, action, detail }))
    denied = isApproved ? undefined : `${action}${text === "" ? "" : `: ${text}`}`
    resolve("exec.approval.resolve", { id, decision: isApproved ? "allow-once" : "deny" })
  }

  const question = async (id: string, questions: readonly unknown[]): Promise<void> => {
    const answers: Record<string, readonly string[]> = {}
    for (const entry of questions) {
      const { questionId: name, question: text, options } = fieldsOf(entry)
      const questionId = uuidv7() as QuestionId
      const choices = listOf(options)
        .map((option) => textOf(fieldsOf(option)["label"]) ?? "")
        .filter((label) => label !== "")
        .slice(0, CHOICES_MAX)
        .map((label) => cutTo(label, CHOICE_MAX_CHARS))
      const reply = await ask(questionId, () =>
        host.question({ questionId, text: cutTo(textOf(text) ?? "?", QUESTION_MAX_CHARS), choices }),
      )
      answers[textOf(name) ?? ""] = [reply.text]
    }
    resolve("question.resolve", { id, answers: { answers } })
  }

  return {
    take: (event, payload) => {
      const isApproval = event === "exec.approval.requested"
      if (!isApproval && event !== "question.requested") return false
      const id = textOf(payload["id"])
      // Left out: OpenClaw gives such a request up by itself after a while.
      if (id === undefined || replies.size >= ASKED_MAX) return true
      const asked = isApproval ? approve(id, fieldsOf(payload["request"])) : question(id, listOf(payload["questions"]))
      asked.catch(onFailure)
      return true
    },
    reply: (id, reply) => {
      replies.get(id)?.(reply)
      replies.delete(id)
    },
    denied: () => denied,
  }
}
