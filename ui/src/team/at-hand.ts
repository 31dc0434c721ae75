import type { TeamView } from "@muster/contracts"

/** What of a view tells whether tasks are missing in it. */
export type TasksHeld = Pick<TeamView, "tasks" | "closed"> & {
  readonly team: Pick<NonNullable<TeamView["team"]>, "taskCount"> | null
}

/**
 * How many tasks that ended are at hand when older ones are not any more: the view lets go of the oldest, and the list of
 * tasks reads them all. Undefined while every task is at hand.
 */
export const endedAtHand = ({ team, tasks, closed }: TasksHeld): number | undefined =>
  (team?.taskCount ?? 0) > Object.keys(tasks).length ? closed.length : undefined
