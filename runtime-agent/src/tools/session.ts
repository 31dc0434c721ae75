import { isOwnTool, isTeamTool } from "@muster/contracts"
import type { AssignmentId, TaskId } from "@muster/domain"
import { Option, Schema } from "effect"
import type { UseTeamTool } from "#src/http/tools.ts"
import { OVER, pause } from "#src/pause.ts"
import type { Completion, SessionHost } from "#src/runtimes/contract.ts"
import { refusedWith, type ToolAnswer } from "#src/tools/answer.ts"
import { briefingOf } from "#src/tools/briefing.ts"
import { makeForward } from "#src/tools/forward.ts"
import { BRIEFING_PATIENCE_MILLIS, FORWARD_RETRY_MAX_MILLIS } from "#src/tools/limits.ts"
import { makeOwnTools } from "#src/tools/own.ts"

export interface ToolSessionOptions {
  readonly ids: { readonly taskId: TaskId; readonly assignmentId: AssignmentId }
  readonly host: Pick<SessionHost, "progress" | "question" | "approval" | "artifact">
  readonly use: UseTeamTool
  /** An earlier assignment of the task may have dispatched something. */
  readonly mayHaveChildren: boolean
  readonly patienceMillis?: number
}

/** The tools of one assignment. */
export interface ToolSession {
  /** `key` names the call, so that it has one effect. Never rejects for what the model did. */
  readonly call: (name: string, input: object, key: string, signal: AbortSignal) => Promise<ToolAnswer>
  /** The list of the tools was asked for. */
  readonly list: () => void
  readonly listed: Promise<void>
  readonly completion: () => Completion | undefined
  /** Open tasks that this one has dispatched, in words. Waits for a control plane that is away, until the session ends. */
  readonly unfinished: () => Promise<string | undefined>
  /** The agent's place in the team, in words for it; undefined when that cannot be told in a moment. */
  readonly briefing: () => Promise<string | undefined>
  /** True when it was asked by a tool. */
  readonly answer: (questionId: string, text: string) => boolean
  readonly decide: (approvalId: string, isApproved: boolean, comment: string) => boolean
  /** Ends what still waits. */
  readonly end: () => void
}

const decodeStatus = Schema.decodeUnknownOption(
  Schema.fromJsonString(
    Schema.Struct({
      open: Schema.Int,
      tasks: Schema.Array(Schema.Struct({ title: Schema.String, phase: Schema.String, is_open: Schema.Boolean })),
    }),
  ),
)

const SHOWN_MAX = 5

const wordsOf = (text: string): string | undefined => {
  const status = decodeStatus(text)
  if (Option.isNone(status) || status.value.open === 0) return undefined
  const { open, tasks } = status.value
  const named = tasks.filter((task) => task.is_open).map(({ title, phase }) => `"${title}" (${phase})`)
  const more = open > SHOWN_MAX ? ` and ${open - SHOWN_MAX} more` : ""
  return `${open} of your tasks ${open === 1 ? "is" : "are"} still open: ${named.slice(0, SHOWN_MAX).join(", ")}${more}`
}

export const makeToolSession = (options: ToolSessionOptions): ToolSession => {
  const { ids, use, host, mayHaveChildren, patienceMillis } = options
  const ending = new AbortController()
  const listing = Promise.withResolvers<void>()
  const forward = makeForward({ ids, use, ...(patienceMillis === undefined ? {} : { patienceMillis }) })
  let hasDispatched = mayHaveChildren

  const unfinished = async (signal: AbortSignal): Promise<string | undefined> => {
    if (!hasDispatched) return undefined
    for (let turn = 1; ; turn += 1) {
      const answer = await forward({ tool: "task_status", input: {}, key: `unfinished:${turn}` }, signal)
      if (answer.isError !== true) return wordsOf(answer.text)
      // Its assignment has ended: nobody will hear of it. Otherwise it is asked until it is known.
      if (signal.aborted) return undefined
      await pause(FORWARD_RETRY_MAX_MILLIS, signal)
    }
  }
  const own = makeOwnTools({ host, unfinished })

  /** Asked for once, at the beginning: what changes later is told by the tools. */
  const briefing = async (): Promise<string | undefined> => {
    const ask = makeForward({ ids, use, patienceMillis: patienceMillis ?? BRIEFING_PATIENCE_MILLIS })
    const [roster, dispatched] = await Promise.all([
      ask({ tool: "list_members", input: {}, key: "briefing:roster" }, ending.signal),
      mayHaveChildren ? ask({ tool: "task_status", input: {}, key: "briefing:dispatched" }, ending.signal) : undefined,
    ])
    if (roster.isError === true) return undefined
    return briefingOf({
      roster: roster.text,
      ...(dispatched === undefined || dispatched.isError === true ? {} : { dispatched: dispatched.text }),
    })
  }

  return {
    call: async (name, input, key, callSignal) => {
      const signal = AbortSignal.any([callSignal, ending.signal])
      if (ending.signal.aborted) return refusedWith("The task has ended: stop.")
      if (isOwnTool(name)) return own.use(name, input, signal)
      if (!isTeamTool(name)) return refusedWith(`There is no tool ${name}.`)
      if (own.completion() !== undefined) return refusedWith("You have completed your task. Stop now.")
      if (name === "dispatch_task") hasDispatched = true
      return forward({ tool: name, input, key }, signal)
    },
    list: listing.resolve,
    listed: listing.promise,
    completion: own.completion,
    unfinished: () => unfinished(ending.signal),
    briefing,
    answer: own.answer,
    decide: own.decide,
    end: () => ending.abort(OVER),
  }
}
