import type { TaskDoc, TeamView } from "@muster/contracts"
import { poolKey } from "@muster/domain"
import type { Phase } from "@muster/domain"
import { t } from "#src/i18n/index.ts"
import type { PlainTextKey } from "#src/i18n/index.ts"
import { roster } from "#src/team/members/work.ts"
import { poolLabel, taskLabel } from "#src/team/names.ts"
import type { TaskGroup } from "#src/pages/team/tasks/view-params.ts"

/** Tasks that belong together, in the order they came in. */
export interface TaskSet {
  /** Stable: an open or a scrolled set stays so while its tasks change. */
  readonly key: string
  readonly label: string
  readonly tasks: ReadonlyArray<TaskDoc>
}

/** What states come to for somebody who looks at all of them: what waits, what runs, what needs a person, how it ended. */
export const STATE_SETS = [
  { key: "waiting", word: "board.waiting", phases: ["waiting", "queued", "retry-scheduled", "assigned"] },
  { key: "running", word: "board.running", phases: ["running", "paused"] },
  { key: "needs-you", word: "board.needs-you", phases: ["needs-input", "needs-approval"] },
  { key: "done", word: "board.done", phases: ["succeeded"] },
  { key: "not-done", word: "board.not-done", phases: ["failed", "cancelled", "expired", "dead-lettered"] },
] as const satisfies ReadonlyArray<{
  readonly key: string
  readonly word: PlainTextKey
  readonly phases: ReadonlyArray<Phase>
}>

/** All of them, empty ones too: a column that comes and goes would move the others. */
const byState = (tasks: ReadonlyArray<TaskDoc>): ReadonlyArray<TaskSet> =>
  STATE_SETS.map(({ key, word, phases }) => ({
    key,
    label: t(word),
    tasks: tasks.filter((task) => (phases as ReadonlyArray<Phase>).includes(task.phase)),
  }))

function gather(tasks: ReadonlyArray<TaskDoc>, keyOf: (task: TaskDoc) => string): Map<string, Array<TaskDoc>> {
  const sets = new Map<string, Array<TaskDoc>>()
  for (const task of tasks) {
    const key = keyOf(task)
    const set = sets.get(key)
    if (set === undefined) sets.set(key, [task])
    else set.push(task)
  }
  return sets
}

const GONE = "gone"

/** Members in the order of the roster, also idle ones; then pools with work in them, then members who left. */
function byMember(tasks: ReadonlyArray<TaskDoc>, view: TeamView): ReadonlyArray<TaskSet> {
  const members = roster(view)
  const known = new Set<string>(members.map(({ id }) => id))
  const sets = gather(tasks, ({ memberId, pool }) => {
    if (memberId === null) return pool === null ? GONE : `pool ${poolKey(pool)}`
    return known.has(memberId) ? memberId : GONE
  })
  const pools = [...sets].flatMap(([key, own]): ReadonlyArray<TaskSet> => {
    const pool = own[0]?.pool
    return key.startsWith("pool ") && pool ? [{ key, label: poolLabel(pool.skills), tasks: own }] : []
  })
  const gone = sets.get(GONE)
  return [
    ...members.map(({ id, handle }) => ({ key: id, label: t("member.label", { handle }), tasks: sets.get(id) ?? [] })),
    ...pools,
    ...(gone === undefined ? [] : [{ key: GONE, label: t("board.left"), tasks: gone }]),
  ]
}

/** The uppermost task at hand above this one, itself when there is none. The server sets parents: there are no circles. */
function rootOf(task: TaskDoc, view: TeamView): TaskDoc {
  let root = task
  for (;;) {
    const parent = view.tasks[root.parentTaskId ?? ""]
    if (parent === undefined) return root
    root = parent
  }
}

const ALONE = "alone"

/** What one task led to stands together, the newest such work first; then tasks that led to nothing. */
function byParent(tasks: ReadonlyArray<TaskDoc>, view: TeamView): ReadonlyArray<TaskSet> {
  const parents = new Set<string | null>(Object.values(view.tasks).map(({ parentTaskId }) => parentTaskId))
  const sets = gather(tasks, (task) => {
    const root = rootOf(task, view)
    return root.id === task.id && !parents.has(task.id) ? ALONE : root.id
  })
  const alone = sets.get(ALONE) ?? []
  sets.delete(ALONE)
  const families = [...sets].map(([key, own]) => {
    const root = view.tasks[key] ?? own[0]
    const label =
      root === undefined ? t("task.older") : t("panel.label", { task: taskLabel(root.number), title: root.title })
    return { key, label, tasks: own, number: root?.number ?? 0 }
  })
  return [
    ...families
      .toSorted((a, b) => b.number - a.number)
      .map(({ key, label, tasks: own }) => ({ key, label, tasks: own })),
    { key: ALONE, label: t("board.alone"), tasks: alone },
  ]
}

/** Tasks in sets. Every task is in exactly one of them, and keeps its order within it. */
export function setsOf(tasks: ReadonlyArray<TaskDoc>, group: TaskGroup, view: TeamView): ReadonlyArray<TaskSet> {
  switch (group) {
    case "state":
      return byState(tasks)
    case "member":
      return byMember(tasks, view)
    case "parent":
      return byParent(tasks, view)
    default:
      return group satisfies never
  }
}

/** A line of a list: the head of a set, or a task. */
export type ListRow =
  | { readonly kind: "head"; readonly key: string; readonly label: string; readonly count: number }
  | { readonly kind: "task"; readonly key: string; readonly id: string }

/** The lines of a list: empty sets have no head. */
export const rowsOf = (
  tasks: ReadonlyArray<TaskDoc>,
  group: TaskGroup | undefined,
  view: TeamView,
): ReadonlyArray<ListRow> =>
  group === undefined
    ? tasks.map(({ id }) => ({ kind: "task", key: id, id }))
    : setsOf(tasks, group, view)
        .filter((set) => set.tasks.length > 0)
        .flatMap((set): ReadonlyArray<ListRow> => [
          { kind: "head", key: `head ${set.key}`, label: set.label, count: set.tasks.length },
          ...set.tasks.map(({ id }): ListRow => ({ kind: "task", key: id, id })),
        ])
