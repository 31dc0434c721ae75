import { OUTCOME_TYPES, readHistory, tally, type Api } from "@muster/standalone/testing"
import type { Sql } from "postgres"
import type { Acknowledged } from "../recorder/history.ts"

/** What the log itself says of all tasks: read by SQL, past the product. */
export interface LogFacts {
  /** Outcomes of each run, in the order of runs, by task. */
  readonly outcomesOf: ReadonlyMap<string, readonly number[]>
  /** Ids of the tasks that were dispatched, by the name (title) that the client gave them. */
  readonly tasksNamed: ReadonlyMap<string, readonly string[]>
  /** Whether positions are 1, 2, 3 … and revisions of each stream as well. */
  readonly isDense: boolean
}

export const readLog = async (sql: Sql, teamIds: readonly string[]): Promise<LogFacts> => {
  const runs = await sql<{ stream: string; run: number; outcomes: number }[]>`
    with numbered as (
      select stream, type, count(*) filter (where type in ('TaskDispatched', 'TaskRetried', 'TaskRedriven'))
                             over (partition by stream order by revision) as run
      from es.events where stream like 'task-%'
    )
    select stream, run::int, (count(*) filter (where type = any(${[...OUTCOME_TYPES]})))::int as outcomes
    from numbered group by stream, run order by stream, run`
  const outcomesOf = new Map<string, number[]>()
  for (const { stream, outcomes } of runs) {
    const taskId = stream.slice("task-".length)
    outcomesOf.set(taskId, [...(outcomesOf.get(taskId) ?? []), outcomes])
  }
  const named = await sql<{ name: string; tasks: string[] }[]>`
    select data->'spec'->>'title' as name, array_agg(substr(stream, 6)) as tasks from es.events
    where type = 'TaskDispatched' and meta->>'team' = any(${[...teamIds]}) group by 1`
  const [density] = await sql<{ is_dense: boolean }[]>`
    select (select count(*) = coalesce(max(position), 0) from es.events)
       and not exists (select from es.events group by stream having count(*) <> max(revision)) as is_dense`
  return {
    outcomesOf,
    tasksNamed: new Map(named.map(({ name, tasks }) => [name, tasks])),
    isDense: density?.is_dense ?? false,
  }
}

export interface Verdict {
  /** Acknowledged tasks with a run that has no outcome, or of which the log knows nothing. */
  readonly lost: readonly string[]
  /** Runs with two outcomes, and requests that became two tasks. */
  readonly doubled: readonly string[]
}

/** Compares what clients were told with what the log holds. Pure. */
export const judge = (acknowledged: readonly Acknowledged[], facts: LogFacts): Verdict => {
  const { outcomesOf, tasksNamed } = facts
  const lost = acknowledged
    .filter(({ taskId }) => (outcomesOf.get(taskId) ?? [0]).some((outcomes) => outcomes === 0))
    .map(({ taskId }) => taskId)
  const twice = [...outcomesOf].filter(([, runs]) => runs.some((outcomes) => outcomes > 1)).map(([taskId]) => taskId)
  const again = [...tasksNamed].filter(([, tasks]) => tasks.length > 1).map(([name]) => name)
  // Under one name a client was told one id, and it is the one that is stored.
  const idsTold = new Map<string, string>()
  const otherwise: string[] = []
  for (const { name, taskId } of acknowledged) {
    if ((idsTold.get(name) ?? taskId) !== taskId || tasksNamed.get(name)?.[0] !== taskId) otherwise.push(name)
    idsTold.set(name, taskId)
  }
  return { lost, doubled: [...new Set([...twice, ...again, ...otherwise])] }
}

/** The same comparison by the histories that the API gives. */
export const judgeByApi = async (api: Api, acknowledged: readonly Acknowledged[]): Promise<Verdict> => {
  const byTeam = Map.groupBy(acknowledged, ({ teamId }) => teamId)
  const lost: string[] = []
  const doubled: string[] = []
  for (const [teamId, told] of byTeam) {
    const verdict = tally(
      told.map(({ taskId }) => taskId),
      await readHistory(api, teamId),
    )
    lost.push(...verdict.lost)
    doubled.push(...verdict.doubled)
  }
  return { lost, doubled }
}

/** All that the log holds of some tasks, one line an event, to look into what went wrong. */
export const historiesOf = async (sql: Sql, taskIds: readonly string[]): Promise<readonly string[]> => {
  const rows = await sql<{ line: string }[]>`
    select concat_ws(' ', position, at, stream, revision, type, data, meta) as line from es.events
    where stream = any(${taskIds.map((id) => `task-${id}`)}) order by stream, revision`
  return rows.map(({ line }) => line)
}
