import type { ReadModels } from "@muster/read-models"
import type { MemberId, Position, ScheduleId, TaskId, TeamId } from "@muster/domain"

/** What the dispatcher asks the read models when it starts: ids only, their streams tell the rest. */
export interface OpenWork {
  /** Up to where in the log the answers below reach at least, when it is asked before them. */
  readonly position: () => Promise<Position>
  readonly openTasks: () => Promise<readonly { readonly taskId: TaskId; readonly teamId: TeamId }[]>
  readonly members: () => Promise<readonly { readonly memberId: MemberId; readonly teamId: TeamId }[]>
  readonly teams: () => Promise<readonly { readonly teamId: TeamId }[]>
  readonly schedules: () => Promise<readonly { readonly scheduleId: ScheduleId; readonly teamId: TeamId }[]>
}

/** The read models as the dispatcher asks them. */
export const openWorkOf = ({ position, system }: Pick<ReadModels, "position" | "system">): OpenWork => ({
  position,
  openTasks: system.openTasks,
  schedules: system.schedules,
  members: async () => (await system.members()).map(({ id, teamId }) => ({ memberId: id, teamId })),
  teams: async () => (await system.teams()).map(({ id }) => ({ teamId: id })),
})
