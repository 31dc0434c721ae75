import { type BulkDispatchItem, type BulkVerdict, type DispatchRequest, PROBLEM_TYPE_PREFIX } from "@muster/contracts"
import {
  comparePositions,
  DEPENDENCIES_MAX,
  fact,
  type Position,
  streams,
  TaskId,
  type TeamId,
  toNewEvents,
} from "@muster/domain"
import type { AppendRequest, AppendVerdict } from "@muster/event-store"
import { createdId, eventIdOf, requestHashOf } from "#src/commands/keys.ts"
import { type CommandContext, metaOf, repeated } from "#src/commands/execute.ts"
import { requireOpen } from "#src/handlers/accepted.ts"
import { resolveReferences } from "#src/handlers/batch-order.ts"
import type { Desk } from "#src/handlers/desk.ts"
import { requireDependencies, specOf, type Target, targetOf } from "#src/handlers/dispatch.ts"
import type { Handlers, PersonSubject } from "#src/http/calls.ts"
import { toProblem } from "#src/http/faults.ts"
import { ProblemError, problems } from "#src/http/problem.ts"

type Verdict = typeof BulkVerdict.Type

interface Item {
  readonly taskId: TaskId
  readonly stream: string
  readonly body: BulkDispatchItem
  readonly context: CommandContext
  /** Items of the same request that it waits for. */
  readonly waitsFor: readonly Item[]
  /** Why its references cannot be followed. */
  readonly flaw: ProblemError | undefined
}

/** Each item is a command of its own: its ids follow from the request's key and its place in the list. */
const itemsOf = (team: TeamId, tasks: readonly BulkDispatchItem[], context: CommandContext): readonly Item[] => {
  const references = resolveReferences(tasks)
  const items = tasks.map((body, index): Item & { waitsFor: Item[] } => {
    const taskId = TaskId.make(createdId(context.commandId, `task:${index}`))
    const requestHash = requestHashOf({ route: "dispatchTasks", params: { team, index }, body })
    const reference = references[index]
    const flaw = reference instanceof ProblemError ? reference : undefined
    return { taskId, stream: streams.task(taskId), body, context: { ...context, requestHash }, waitsFor: [], flaw }
  })
  for (const [index, item] of items.entries()) {
    const reference = references[index]
    if (reference === undefined || reference instanceof ProblemError) continue
    for (const place of reference) {
      const other = items[place]
      if (other !== undefined) item.waitsFor.push(other)
    }
  }
  return items
}

const refusal = (error: unknown): Verdict => {
  const problem = toProblem(error)
  if (problems[problem.problem][0] >= 500) throw problem
  return { ok: false, type: PROBLEM_TYPE_PREFIX + problem.problem, detail: problem.detail ?? problem.message }
}

const dispatched = (taskId: TaskId, position: Position): Verdict => ({ ok: true, id: taskId, position })

const requestOf = (team: TeamId, item: Item, target: Target): AppendRequest => {
  const { taskId, stream, body, context, waitsFor } = item
  const after = [...(body.after ?? []), ...waitsFor.map((other) => other.taskId)]
  const { commandId, requestHash } = context
  const dispatch = fact("TaskDispatched", { taskId, teamId: team, spec: specOf(body, target, after), requestHash })
  return {
    stream,
    expectedRevision: 0,
    events: toNewEvents([dispatch], metaOf(context), (index) => eventIdOf(commandId, stream, requestHash, index)),
  }
}

/** Target of each item, looked up once each. */
const makeTargets = (desk: Desk, subject: PersonSubject, team: TeamId) => {
  const found = new Map<string, Promise<Target>>()
  return (body: Pick<DispatchRequest, "memberId" | "pool">): Promise<Target> => {
    if (body.pool !== undefined) return Promise.resolve({ pool: body.pool })
    const key = body.memberId ?? ""
    const target = found.get(key) ?? targetOf(desk, subject, team, body)
    found.set(key, target)
    return target
  }
}

const tooMany = () => new ProblemError("validation", `A task waits for ${DEPENDENCIES_MAX} others at most.`)

/** From this position on reads show all that was accepted. */
const furthest = async (desk: Desk, verdicts: readonly Verdict[]): Promise<Position> => {
  const [first, ...rest] = verdicts.flatMap((verdict) => (verdict.ok ? [verdict.position] : []))
  if (first === undefined) return desk.log.head()
  return rest.reduce((far, position) => (comparePositions(position, far) > 0 ? position : far), first)
}

/** What an earlier try of this very request came to for an item. Fails with ProblemError `idempotency-conflict`. */
const earlierOf = async (desk: Desk, { taskId, stream, context }: Item): Promise<Verdict | undefined> => {
  const position = repeated(await desk.streams.task.load(stream), stream, context)
  return position && dispatched(taskId, position)
}

/** What became of an item that was sent to the log. */
const settle = async (desk: Desk, item: Item, verdict: AppendVerdict): Promise<Verdict> => {
  if (verdict.ok) return dispatched(item.taskId, verdict.lastPosition)
  if (verdict.error._tag !== "WrongExpectedRevision") return refusal(verdict.error)
  try {
    const earlier = await earlierOf(desk, item)
    if (earlier === undefined) throw new Error("invariant: a task's stream begins with its command")
    return earlier
  } catch (error) {
    return refusal(error)
  }
}

/** What is waited for must be dispatched as well: a refused item takes those along that wait for it. */
const planned = (
  item: Item,
  plans: ReadonlyMap<Item, AppendRequest | Verdict>,
  known: Map<Item, AppendRequest | Verdict>,
): AppendRequest | Verdict => {
  const found = known.get(item)
  if (found !== undefined) return found
  const own = plans.get(item)
  if (own === undefined) throw new Error("invariant: every item was prepared")
  const isRefused = (plan: AppendRequest | Verdict) => "ok" in plan && !plan.ok
  // Items on a cycle are refused already: this ends.
  const lacks = !isRefused(own) && item.waitsFor.some((other) => isRefused(planned(other, plans, known)))
  const plan = lacks ? refusal(new ProblemError("unknown-dependency", "An item it waits for was refused.")) : own
  known.set(item, plan)
  return plan
}

export const dispatchTasks =
  (desk: Desk): Handlers["dispatchTasks"] =>
  async ({ params: { team }, body, subject, context }) => {
    const teamDoc = await desk.streams.team.load(streams.team(team))
    const targetFor = makeTargets(desk, subject, team)
    const prepare = async (item: Item): Promise<AppendRequest | Verdict> => {
      try {
        requireOpen(teamDoc.state)
        if (item.flaw !== undefined) throw item.flaw
        if ((item.body.after?.length ?? 0) + item.waitsFor.length > DEPENDENCIES_MAX) throw tooMany()
        await requireDependencies(desk, team, item.body.after ?? [])
        return requestOf(team, item, await targetFor(item.body))
      } catch (error) {
        // What was accepted once stays accepted, whatever has become of the team since.
        return (await earlierOf(desk, item)) ?? refusal(error)
      }
    }
    const items = itemsOf(team, body.tasks, context)
    const plans = new Map(await Promise.all(items.map(async (item) => [item, await prepare(item)] as const)))
    const known = new Map<Item, AppendRequest | Verdict>()
    const prepared = items.map((item) => ({ item, plan: planned(item, plans, known) }))
    const sent = prepared.flatMap(({ item, plan }) => ("stream" in plan ? [{ item, request: plan }] : []))
    const stored = await desk.log.append(sent.map(({ request }) => request))
    const settled = new Map(
      await Promise.all(
        sent.map(async ({ item }, index): Promise<readonly [Item, Verdict]> => {
          const verdict = stored[index]
          if (verdict === undefined) throw new Error("invariant: the log answers every request")
          return [item, await settle(desk, item, verdict)]
        }),
      ),
    )
    const verdicts = prepared.flatMap(({ item, plan }) => ("stream" in plan ? (settled.get(item) ?? []) : plan))
    return { verdicts, position: await furthest(desk, verdicts) }
  }
