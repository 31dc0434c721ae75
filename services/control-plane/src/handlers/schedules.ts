import type { NewSchedule, ScheduleDoc, ScheduleWithNext } from "@muster/contracts"
import {
  decideSchedule,
  nextDueMillis,
  type ScheduleCommand,
  ScheduleId,
  type ScheduleSpec,
  type ScheduleState,
  streams,
  type TeamId,
} from "@muster/domain"
import { createdId } from "#src/commands/keys.ts"
import type { CommandContext, Execution } from "#src/commands/execute.ts"
import { accepted, behind, requireOpenTeam } from "#src/handlers/accepted.ts"
import type { Desk } from "#src/handlers/desk.ts"
import { targetOf, templateOf } from "#src/handlers/dispatch.ts"
import type { Handlers } from "#src/http/calls.ts"
import { ProblemError } from "#src/http/problem.ts"
import { SCHEDULE_NEXT_SHOWN } from "#src/limits.ts"

type ScheduleRoutes =
  | "listSchedules"
  | "createSchedule"
  | "readSchedule"
  | "editSchedule"
  | "pauseSchedule"
  | "resumeSchedule"
  | "deleteSchedule"

/** What a person leaves out is filled in here, so that the log never depends on defaults of a version. */
const settingsOf = ({ name, cron, timeZone, overlap, catchUp }: NewSchedule): Omit<ScheduleSpec, "task"> => ({
  name,
  cron,
  timeZone: timeZone ?? "UTC",
  overlap: overlap ?? "skip",
  catchUp: catchUp ?? "one",
})

const now = () => new Date().toISOString()

const withNext = (schedule: ScheduleDoc): ScheduleWithNext => {
  if (schedule.isPaused || schedule.isDeleted) return { schedule, next: [] }
  const from = Math.max(Date.parse(schedule.after), Date.now())
  const next = nextDueMillis(schedule.spec, from, SCHEDULE_NEXT_SHOWN)
  return { schedule, next: next.map((millis) => new Date(millis).toISOString()) }
}

export const scheduleHandlers = (desk: Desk): Pick<Handlers, ScheduleRoutes> => {
  const { execute, streams: readers, reads } = desk
  const command = async (scheduleId: ScheduleId, context: CommandContext, decide: Execution<ScheduleState>["decide"]) =>
    accepted(
      scheduleId,
      await execute({ stream: streams.schedule(scheduleId), reader: readers.schedule, context, decide }),
    )
  const order = (
    { team, schedule: scheduleId }: { readonly team: TeamId; readonly schedule: ScheduleId },
    context: CommandContext,
    what: ScheduleCommand,
  ) =>
    command(scheduleId, context, async (schedule) => {
      // What is to come no more may be deleted also where nothing is fired.
      if (what.kind !== "delete") await requireOpenTeam(readers, team)
      return decideSchedule(schedule, what)
    })
  return {
    listSchedules: async ({ subject, params: { team } }) => ({
      items: (await reads.schedules.list(subject, team)).map(withNext),
      next: null,
    }),
    readSchedule: async ({ subject, params: { team, schedule } }) => {
      const doc = await reads.schedules.get(subject, team, schedule)
      if (doc === undefined) throw behind()
      if (doc.isDeleted) throw new ProblemError("not-found", "There is no such schedule in this team.")
      return withNext(doc)
    },
    createSchedule: ({ params: { team }, body, subject, context }) => {
      const scheduleId = ScheduleId.make(createdId(context.commandId, "schedule"))
      return command(scheduleId, context, async (schedule) => {
        await requireOpenTeam(readers, team)
        const task = templateOf(body.task, await targetOf(desk, subject, team, body.task))
        const spec = { ...settingsOf(body), task }
        const { requestHash } = context
        return decideSchedule(schedule, { kind: "create", scheduleId, teamId: team, spec, from: now(), requestHash })
      })
    },
    editSchedule: ({ params: { team, schedule: scheduleId }, body, subject, context }) =>
      command(scheduleId, context, async (schedule) => {
        await requireOpenTeam(readers, team)
        if (schedule.spec === undefined) throw new Error("invariant: a created schedule says what it does")
        const { task, ...settings } = body
        const target = task && (await targetOf(desk, subject, team, task))
        const changed = task && target ? { task: templateOf(task, target) } : {}
        const spec = { ...schedule.spec, ...settings, ...changed }
        return decideSchedule(schedule, { kind: "edit", spec, from: now() })
      }),
    pauseSchedule: ({ params, body, context }) => order(params, context, { kind: "pause", reason: body.reason ?? "" }),
    resumeSchedule: ({ params, context }) => order(params, context, { kind: "resume", from: now() }),
    deleteSchedule: ({ params, body, context }) =>
      order(params, context, { kind: "delete", reason: body.reason ?? "" }),
  }
}
