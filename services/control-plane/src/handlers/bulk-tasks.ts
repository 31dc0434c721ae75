import { type BulkTaskReply, BULK_MAX_TASKS, type TaskVerdict } from "@muster/contracts"
import type { Position, Subject, TaskCommand, TaskId, TeamId } from "@muster/domain"
import type { CommandContext } from "#src/commands/execute.ts"
import type { Desk } from "#src/handlers/desk.ts"
import { makeTaskCommand, newRunOrder, reassignOrder } from "#src/handlers/task-commands.ts"
import { forEach, furthestOf, refusedItem } from "#src/handlers/verdicts.ts"
import type { Handlers } from "#src/http/calls.ts"
import { ProblemError } from "#src/http/problem.ts"

type BulkRoutes = "cancelTasks" | "retryTasks" | "redriveTasks" | "reassignTasks" | "discardTasks"
type Selection = Parameters<Handlers["cancelTasks"]>[0]["body"]

interface Selected {
  readonly ids: readonly TaskId[]
  readonly hasMore: boolean
}

/** The tasks a request means: those it names, each once, or the newest that match. */
const select = async (desk: Desk, subject: Subject, team: TeamId, { ids, filter }: Selection): Promise<Selected> => {
  if (ids !== undefined) return { ids: [...new Set(ids)], hasMore: false }
  const { member, ...rest } = filter ?? {}
  const options = { ...rest, ...(member === undefined ? {} : { memberId: member }), limit: BULK_MAX_TASKS }
  const found = await desk.reads.tasks.list(subject, team, options)
  return { ids: found.map(({ id }) => id), hasMore: found.length === BULK_MAX_TASKS }
}

/** Commands on many tasks: each is decided by itself, and repeating the request with its key repeats its verdicts. */
export const bulkHandlers = (desk: Desk): Pick<Handlers, BulkRoutes> => {
  const command = makeTaskCommand(desk)

  const each = async (
    call: { readonly params: { readonly team: TeamId }; readonly body: Selection; readonly subject: Subject },
    context: CommandContext,
    order: TaskCommand,
    options: { readonly isAllowedInArchive?: boolean } = {},
  ): Promise<BulkTaskReply> => {
    const { team } = call.params
    const { ids, hasMore } = await select(desk, call.subject, team, call.body)
    const one = async (id: TaskId): Promise<TaskVerdict> => {
      try {
        if ((await desk.places.task(id))?.teamId !== team) throw new ProblemError("unknown-task")
        const { position } = await command({ team, task: id }, context, order, options)
        return { id, ok: true, position }
      } catch (error) {
        return { id, ...refusedItem(error) }
      }
    }
    const verdicts = await forEach(ids, one)
    const positions = verdicts.flatMap((verdict): readonly Position[] => (verdict.ok ? [verdict.position] : []))
    return { verdicts, position: furthestOf(positions) ?? (await desk.log.head()), hasMore }
  }

  return {
    cancelTasks: (call) =>
      each(call, call.context, { kind: "cancel", reason: call.body.reason ?? "" }, { isAllowedInArchive: true }),
    retryTasks: (call) => each(call, call.context, newRunOrder("retry", call.body)),
    redriveTasks: (call) => each(call, call.context, newRunOrder("redrive", call.body)),
    reassignTasks: (call) => each(call, call.context, reassignOrder(call.body)),
    discardTasks: (call) =>
      each(call, call.context, { kind: "discard", reason: call.body.reason ?? "" }, { isAllowedInArchive: true }),
  }
}
