import type { ApprovalId, QuestionId, SimulatedStep } from "@muster/domain"
import { v7 as uuidv7 } from "uuid"
import type { Outcome, Runtime, RuntimeTask, Session, SessionHost } from "#src/runtimes/contract.ts"
import { heldClock } from "#src/runtimes/simulated/held-clock.ts"
import { builtInScript, SIMULATED_LABEL } from "#src/runtimes/simulated/script.ts"

interface Reply {
  readonly text: string
  readonly isApproved: boolean
}

const labelled = (title: string): string => `${SIMULATED_LABEL} ${title}`
const firstLine = (text: string): string => text.trim().split("\n", 1)[0] ?? ""

const cancelled: Outcome = { kind: "cancelled" }

/** Plays one script. Everything it shows says that it is simulated. */
const play = (task: RuntimeTask, host: SessionHost): Session => {
  const clock = heldClock()
  const stopping = new AbortController()
  const { signal } = stopping
  const replies = new Map<string, (reply: Reply) => void>()
  let steps = 0
  const nextStepId = (): string => `step-${(steps += 1)}`
  const say = (text: string) => host.output(Buffer.from(text))

  const replyTo = (id: string, ask: () => Promise<void>): Promise<Reply | undefined> => {
    const reply = new Promise<Reply | undefined>((resolve) => {
      replies.set(id, resolve)
      signal.addEventListener("abort", () => resolve(undefined), { once: true })
    })
    // Listening before asking: the answer may be there before the question's promise settles.
    return ask().then(() => reply)
  }

  const take = async (step: SimulatedStep): Promise<Outcome | undefined> => {
    switch (step.kind) {
      case "progress": {
        await clock.wait(step.afterMillis, signal)
        if (signal.aborted) return cancelled
        const { percent, note } = step
        host.progress({ ...(percent === undefined ? {} : { percent }), ...(note === undefined ? {} : { note }) })
        return undefined
      }
      case "output":
        await clock.wait(step.afterMillis, signal)
        if (signal.aborted) return cancelled
        await say(step.text)
        return undefined
      case "question": {
        const questionId = uuidv7() as QuestionId
        const reply = await replyTo(questionId, () =>
          host.question({ questionId, text: step.text, choices: step.choices ?? [] }),
        )
        if (reply === undefined) return cancelled
        await say(`${SIMULATED_LABEL} ${step.text} → ${reply.text}\n`)
        return undefined
      }
      case "approval": {
        const approvalId = uuidv7() as ApprovalId
        const { action, detail = "" } = step
        const reply = await replyTo(approvalId, () => host.approval({ approvalId, action, detail }))
        if (reply === undefined) return cancelled
        const comment = reply.text === "" ? "" : `: ${reply.text}`
        await say(`${SIMULATED_LABEL} ${reply.isApproved ? "approved" : "denied"}: ${action}${comment}\n`)
        if (reply.isApproved) return undefined
        return {
          kind: "failed",
          reason: "approval-denied",
          message: `not approved: ${action}${comment}`,
          isRetryable: false,
        }
      }
      case "artifact": {
        const { skipped } = await host.artifact({ name: step.name, bytes: [Buffer.from(step.text)] })
        if (skipped !== undefined) await say(`${SIMULATED_LABEL} ${step.name} was not kept: ${skipped}\n`)
        return undefined
      }
      case "tool": {
        const stepId = nextStepId()
        const { title, input = "", result = "" } = step
        host.step({ stepId, kind: "tool", status: "running", title: labelled(title), detail: input })
        await clock.wait(step.durationMillis, signal)
        const status = signal.aborted || step.fails === true ? "failed" : "completed"
        const detail = [input, result].filter((text) => text !== "").join("\n\n")
        host.step({ stepId, kind: "tool", status, title: labelled(title), detail })
        return signal.aborted ? cancelled : undefined
      }
      case "thought":
      case "message": {
        await clock.wait(step.afterMillis, signal)
        if (signal.aborted) return cancelled
        const { kind, text } = step
        host.step({
          stepId: nextStepId(),
          kind,
          status: "completed",
          title: labelled(firstLine(text)),
          detail: labelled(text),
        })
        return undefined
      }
      case "usage":
        host.usage(step.usage)
        return undefined
      case "fail":
        return { kind: "failed", reason: "error", message: step.message, isRetryable: step.retryable ?? true }
      case "hang":
        await new Promise<void>((resolve) => signal.addEventListener("abort", () => resolve(), { once: true }))
        return cancelled
      default:
        return step satisfies never
    }
  }

  const run = async (): Promise<Outcome> => {
    const { steps, durationMillis } = task.options.simulated ?? {}
    const script = steps ?? builtInScript(task, durationMillis)
    if (steps !== undefined && steps.length > 0)
      await say(`${SIMULATED_LABEL} playing ${steps.length} scripted steps\n`)
    for (const step of script) {
      if (signal.aborted) return cancelled
      const end = await take(step)
      if (end) return end
      await clock.wait(0, signal) // a pause holds between steps, too
    }
    return {
      kind: "succeeded",
      summary: `${SIMULATED_LABEL} ${task.title}: played to its end, nothing was carried out.`,
    }
  }

  const reply = (id: string, value: Reply): void => {
    replies.get(id)?.(value)
    replies.delete(id)
  }
  return {
    done: run(),
    cancel: () => stopping.abort(),
    pause: clock.hold,
    resume: clock.release,
    answer: (questionId, text) => reply(questionId, { text, isApproved: true }),
    decide: (approvalId, isApproved, comment) => reply(approvalId, { text: comment, isApproved }),
  }
}

/** Plays scripts instead of working: for demonstrations and tests. */
export const simulatedRuntime = (): Runtime => ({
  name: "simulated",
  needsNoFolders: true,
  check: async () => ({}),
  open: async (task, host) => play(task, host),
})
