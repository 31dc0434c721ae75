import {
  accept,
  budgetWords,
  decideTask,
  isOverBudget,
  MessageId,
  type RunBudget,
  streams,
  type TaskId,
} from "@muster/domain"
import { commandIdOf, createdId, requestHashOf } from "#src/commands/keys.ts"
import type { TaskFile } from "#src/commands/streams-of.ts"
import type { Desk } from "#src/handlers/desk.ts"
import { hearingOf } from "#src/handlers/hearing.ts"
import { RUN_TASKS_COUNTED_MAX } from "#src/limits.ts"
import type { ToolCaller, Work } from "#src/tools/caller.ts"

/** A run with the tokens it has used, where its team limits them. */
export interface LimitedRun extends RunBudget {
  /** The task at the top, which a person or a schedule dispatched. */
  readonly root: TaskId
  readonly run: number
}

const fileOf = async ({ streams: readers }: Desk, taskId: TaskId): Promise<TaskFile> =>
  (await readers.task.load(streams.task(taskId))).state

const topOf = async (desk: Desk, taskId: TaskId): Promise<{ readonly root: TaskId; readonly file: TaskFile }> => {
  const file = await fileOf(desk, taskId)
  const above = file.task.spec?.parentTaskId
  return above === undefined ? { root: taskId, file } : topOf(desk, above)
}

/** What a run has used by the log: the root in its present run, and all that was dispatched below it since that began. */
const tokensOfRun = async (desk: Desk, { task }: TaskFile): Promise<number> => {
  let tokens = task.tokens - task.tokensBeforeRun
  let counted = 0
  let level = task.children.filter(({ run }) => run === task.run)
  while (level.length > 0 && counted < RUN_TASKS_COUNTED_MAX) {
    counted += level.length
    const files = await Promise.all(level.map((child) => fileOf(desk, child.taskId)))
    tokens = files.reduce((sum, file) => sum + file.task.tokens, tokens)
    level = files.flatMap((file) => file.task.children)
  }
  return tokens
}

/** Where the run of an agent's task stands; undefined where the team has set no limit. */
export const budgetOf = async (desk: Desk, { teamId }: ToolCaller, work: Work): Promise<LimitedRun | undefined> => {
  const { state: team } = await desk.streams.team.load(streams.team(teamId))
  const maxTokens = team.profile.runTokensMax ?? 0
  if (maxTokens === 0) return undefined
  const { root, file } = await topOf(desk, work.taskId)
  return { root, run: file.task.run, usedTokens: await tokensOfRun(desk, file), maxTokens }
}

/**
 * Tells the agent of the root, once a run and limit, and with it whoever reads its thread. Whoever asks hears it as the answer to its call,
 * too. Nothing is told where nobody could hear it.
 */
export const tellOfBudget = async (desk: Desk, { orgId, teamId }: ToolCaller, budget: LimitedRun): Promise<void> => {
  const { root, run, maxTokens } = budget
  if (!isOverBudget(budget) || (await hearingOf(desk, root)) === undefined) return
  const commandId = commandIdOf(orgId, root, `budget:${run}:${maxTokens}`)
  const messageId = MessageId.make(createdId(commandId, "message"))
  const text = `${budgetWords(budget)}. Nothing more can be dispatched: finish with what there is.`
  const { first } = await desk.streams.task.load(streams.task(root))
  await desk.execute({
    stream: streams.task(root),
    reader: desk.streams.task,
    context: {
      commandId,
      requestHash: requestHashOf({ route: "budget", params: { root, run }, body: { maxTokens } }),
      orgId,
      teamId,
      actor: { kind: "system", id: "control-plane", via: "service" },
      ...(first === undefined ? {} : { correlationId: first.meta.correlationId }),
    },
    decide: ({ task }) => {
      const decision = decideTask(task, { kind: "steer", messageId, text, isInterrupt: false })
      // It has ended meanwhile, or was told enough.
      return decision.refusal === undefined ? decision : accept()
    },
  })
}
