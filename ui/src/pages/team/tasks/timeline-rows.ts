import type { TaskDoc } from "@muster/contracts"
import { isClosed, isHeld } from "@muster/domain"
import { millisOf } from "#src/lib/time.ts"
import type { Stretch } from "#src/pages/team/tasks/time-scale.ts"

/** A task on a time axis: what it waited, and what it worked. */
export interface TimelineRow {
  readonly task: TaskDoc
  /** From dispatch until it was given out for the last time, or until now. */
  readonly queued: Stretch
  /** Undefined until it is given out. */
  readonly work: Stretch | undefined
}

/** When a task waited and worked, from the times that are recorded; what goes on lasts until now. */
export function timelineRow(task: TaskDoc, nowMillis: number): TimelineRow {
  const createdMillis = millisOf(task.createdAt)
  // What was handed over ahead of a free slot waits at the member: only what was begun is work.
  const begun = task.startedAt
  const endMillis = isClosed(task.phase) && task.endedAt !== null ? millisOf(task.endedAt) : nowMillis
  // Between attempts nobody works on it: only what an agent holds, or held to the end, counts as work.
  const isWork = begun !== null && (isHeld(task.phase) || isClosed(task.phase))
  const beginMillis = isWork ? Math.min(millisOf(begun), endMillis) : endMillis
  return {
    task,
    queued: { fromMillis: createdMillis, toMillis: Math.max(createdMillis, beginMillis) },
    work: isWork ? { fromMillis: beginMillis, toMillis: endMillis } : undefined,
  }
}

/** Oldest first, as work follows work. */
export const timelineRows = (tasks: ReadonlyArray<TaskDoc>, nowMillis: number): ReadonlyArray<TimelineRow> =>
  tasks.map((task) => timelineRow(task, nowMillis)).toSorted((a, b) => a.task.number - b.task.number)

/** When anything happened: work as long as it lasted, and the moments of dispatch and end. Waiting is no reason to keep time unfolded. */
export const busyTimes = (rows: ReadonlyArray<TimelineRow>): ReadonlyArray<Stretch> =>
  rows.flatMap(({ queued, work }) => [
    { fromMillis: queued.fromMillis, toMillis: queued.fromMillis },
    ...(work === undefined ? [{ fromMillis: queued.toMillis, toMillis: queued.toMillis }] : [work]),
  ])

/** A task waits for another: from the end of the one to the beginning of the other. */
export interface Arrow {
  readonly key: string
  /** Rows, from 0. */
  readonly fromRow: number
  readonly toRow: number
  readonly fromMillis: number
  /** Undefined: it has not begun, and the arrow ends where the other one does. */
  readonly toMillis: number | undefined
}

/** The dependencies among these rows. One that is not among them has no arrow, and stands in the row's words all the same. */
export function arrowsOf(rows: ReadonlyArray<TimelineRow>): ReadonlyArray<Arrow> {
  const places = new Map<string, number>(rows.map(({ task }, index) => [task.id, index]))
  return rows.flatMap((row, toRow) =>
    row.task.after.flatMap((id): ReadonlyArray<Arrow> => {
      const fromRow = places.get(id)
      const before = fromRow === undefined ? undefined : rows[fromRow]
      if (fromRow === undefined || before === undefined) return []
      const fromMillis = before.work?.toMillis ?? before.queued.toMillis
      const toMillis = row.work?.fromMillis
      return [{ key: `${id} ${row.task.id}`, fromRow, toRow, fromMillis, toMillis }]
    }),
  )
}

/** Rows to draw of a long list of equal ones: those in sight, and some around them. `to` is not drawn any more. */
export function rowsInSight(
  scrollTop: number,
  height: number,
  rowPixels: number,
  count: number,
  around: number,
): { readonly from: number; readonly to: number } {
  const from = Math.max(0, Math.min(count, Math.floor(scrollTop / rowPixels) - around))
  return { from, to: Math.min(count, Math.ceil((scrollTop + height) / rowPixels) + around) }
}

/** An elbow between two points, by way of a gap beside the first; the arrow's head is drawn by the marker. */
export const elbow = (x1: number, y1: number, x2: number, y2: number, gap: number): string =>
  x2 - x1 >= 2 * gap
    ? `M${x1} ${y1}h${gap}V${y2}H${x2}`
    : `M${x1} ${y1}h${gap}V${(y1 + y2) / 2}H${x2 - gap}V${y2}H${x2}`
