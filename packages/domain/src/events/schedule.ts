import { Schema } from "effect"
import { CRON_MAX_CHARS, NAME_MAX_CHARS, REASON_MAX_CHARS, TIME_ZONE_MAX_CHARS } from "#src/limits.ts"
import { ScheduleId, TaskId, TeamId } from "#src/ids.ts"
import { Instant, RequiredText, Text } from "#src/text.ts"
import { TaskTemplate } from "#src/events/task.ts"
import { cronFlaw, timeZoneFlaw } from "#src/schedule/cron.ts"

/** Five fields (minute hour day month weekday), as cron reads them. */
export const CronText = Text(CRON_MAX_CHARS).check(Schema.makeFilter(cronFlaw))
/** Name of the IANA time zone database, or UTC. */
export const TimeZone = Text(TIME_ZONE_MAX_CHARS).check(Schema.makeFilter(timeZoneFlaw))

/** What happens when a due time comes while the work of the one before is still open. */
export const OverlapPolicy = Schema.Literals(["skip", "queue"])
/** What becomes of due times that passed while nobody looked: one run for all of them, or none. */
export const CatchUpPolicy = Schema.Literals(["one", "none"])

export const ScheduleSpec = Schema.Struct({
  name: RequiredText(NAME_MAX_CHARS),
  cron: CronText,
  timeZone: TimeZone,
  overlap: OverlapPolicy,
  catchUp: CatchUpPolicy,
  task: TaskTemplate,
})
export type ScheduleSpec = typeof ScheduleSpec.Type

export const SkipReason = Schema.Literals(["overlap", "missed"])
export type SkipReason = typeof SkipReason.Type

const Reason = Schema.Struct({ reason: Text(REASON_MAX_CHARS) })

export const scheduleEvents = {
  ScheduleCreated: {
    schema: 1,
    what: "A leader asked for work that comes again and again. The first due time is the first one after `from`.",
    data: Schema.Struct({
      scheduleId: ScheduleId,
      teamId: TeamId,
      spec: ScheduleSpec,
      from: Instant,
      requestHash: Schema.String,
    }),
  },
  ScheduleEdited: {
    schema: 1,
    what: "What is dispatched, or when, changed. Due times are counted from after `from`.",
    data: Schema.Struct({ spec: ScheduleSpec, from: Instant }),
  },
  SchedulePaused: { schema: 1, what: "Nothing comes due until it is resumed.", data: Reason },
  ScheduleResumed: {
    schema: 1,
    what: "It goes on with the first due time after `from`; those of the pause are not made up for.",
    data: Schema.Struct({ from: Instant }),
  },
  ScheduleDeleted: { schema: 1, what: "It never comes due again.", data: Reason },
  ScheduleFired: {
    schema: 1,
    what: "A due time came: the task with this id is dispatched. `missed` due times before it are answered by the same run.",
    data: Schema.Struct({ dueAt: Instant, taskId: TaskId, missed: Schema.Int }),
  },
  ScheduleSkipped: {
    schema: 1,
    what: "A due time came, and nothing was dispatched: the work before was still open, or it was noticed too late.",
    data: Schema.Struct({ dueAt: Instant, reason: SkipReason, missed: Schema.Int }),
  },
} as const
