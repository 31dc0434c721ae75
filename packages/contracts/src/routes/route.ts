import { MemberId, Position, ScheduleId, TaskId, TeamId, type Action } from "@muster/domain"
import { Schema } from "effect"
import { intText, key } from "#src/http-bodies.ts"
import { PAGE_MAX } from "#src/http-limits.ts"

export interface Route {
  readonly method: "GET" | "POST" | "PATCH" | "DELETE"
  readonly path: string
  /** `public` routes need no session; all others name the action that the policy table is asked for. */
  readonly action: Action | "public"
  readonly summary: string
  readonly params?: Schema.Top
  readonly query?: Schema.Top
  readonly body?: Schema.Top
  /** The body is bytes (application/octet-stream), at most so many. */
  readonly bodyMaxBytes?: number
  /** Absent: raw bytes. */
  readonly reply?: Schema.Top
  readonly status: number
}
export const route = <const R extends Route>(r: R): R => r
export const P = <F extends Schema.Struct.Fields>(fields: F) => Schema.Struct(fields)

export const team = { team: TeamId }
export const teamMember = { team: TeamId, member: MemberId }
export const teamTask = { team: TeamId, task: TaskId }
export const teamSchedule = { team: TeamId, schedule: ScheduleId }
export const page = { limit: key(intText(1, PAGE_MAX)), atLeast: key(Position) }
