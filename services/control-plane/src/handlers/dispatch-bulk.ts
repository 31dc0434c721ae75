import { type BulkVerdict, type DispatchRequest, PROBLEM_TYPE_PREFIX } from "@muster/contracts"
import {
  comparePositions,
  fact,
  type MemberId,
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
import type { Desk } from "#src/handlers/desk.ts"
import { requireDependencies, specOf, targetOf } from "#src/handlers/dispatch.ts"
import type { Handlers, PersonSubject } from "#src/http/calls.ts"
import { toProblem } from "#src/http/faults.ts"
import { problems } from "#src/http/problem.ts"

type Verdict = typeof BulkVerdict.Type

interface Item {
  readonly taskId: TaskId
  readonly stream: string
  readonly body: DispatchRequest
  readonly context: CommandContext
}

/** Each item is a command of its own: its ids follow from the request's key and its place in the list. */
const itemsOf = (team: TeamId, tasks: readonly DispatchRequest[], context: CommandContext): readonly Item[] =>
  tasks.map((body, index) => {
    const taskId = TaskId.make(createdId(context.commandId, `task:${index}`))
    const requestHash = requestHashOf({ route: "dispatchTasks", params: { team, index }, body })
    return { taskId, stream: streams.task(taskId), body, context: { ...context, requestHash } }
  })

const refusal = (error: unknown): Verdict => {
  const problem = toProblem(error)
  if (problems[problem.problem][0] >= 500) throw problem
  return { ok: false, type: PROBLEM_TYPE_PREFIX + problem.problem, detail: problem.detail ?? problem.message }
}

const dispatched = (taskId: TaskId, position: Position): Verdict => ({ ok: true, id: taskId, position })

const requestOf = (team: TeamId, item: Item, memberId: MemberId): AppendRequest => {
  const { taskId, stream, body, context } = item
  const { commandId, requestHash } = context
  const dispatch = fact("TaskDispatched", { taskId, teamId: team, spec: specOf(body, memberId), requestHash })
  return {
    stream,
    expectedRevision: 0,
    events: toNewEvents([dispatch], metaOf(context), (index) => eventIdOf(commandId, stream, requestHash, index)),
  }
}

/** Target of each item, looked up once per member. */
const makeTargets = (desk: Desk, subject: PersonSubject, team: TeamId) => {
  const found = new Map<MemberId | undefined, Promise<MemberId>>()
  return (memberId: MemberId | undefined): Promise<MemberId> => {
    const target = found.get(memberId) ?? targetOf(desk, subject, team, memberId)
    found.set(memberId, target)
    return target
  }
}

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

export const dispatchTasks =
  (desk: Desk): Handlers["dispatchTasks"] =>
  async ({ params: { team }, body, subject, context }) => {
    const teamDoc = await desk.streams.team.load(streams.team(team))
    const targetFor = makeTargets(desk, subject, team)
    const prepare = async (item: Item): Promise<AppendRequest | Verdict> => {
      try {
        requireOpen(teamDoc.state)
        await requireDependencies(desk, team, item.body.after ?? [])
        return requestOf(team, item, await targetFor(item.body.memberId))
      } catch (error) {
        // What was accepted once stays accepted, whatever has become of the team since.
        return (await earlierOf(desk, item)) ?? refusal(error)
      }
    }
    const items = itemsOf(team, body.tasks, context)
    const prepared = await Promise.all(items.map(async (item) => ({ item, plan: await prepare(item) })))
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
