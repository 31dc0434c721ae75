import type { FeedEvent, TeamView } from "@muster/contracts"
import { knownOf } from "@muster/projections"
import { t, tn } from "#src/i18n/index.ts"
import { eventLook } from "#src/team/history/event-look.ts"
import type { EventLook } from "#src/team/history/event-look.ts"
import { sentenceOf } from "#src/team/history/sentence.ts"
import { actorName } from "#src/team/names.ts"
import { endAttempt, endsAttempt, followStep, newFollowing, stepLook } from "#src/team/task/step-moment.ts"
import type { ShownStep } from "#src/team/task/step-moment.ts"

export interface Moment {
  readonly key: string
  readonly at: string
  readonly position: string
  readonly text: string
  /** The person who did it; agents and the dispatcher go without saying. */
  readonly by: string | undefined
  readonly look: EventLook
  /** What the agent did there. */
  readonly step: ShownStep | undefined
  /** Begins another run of the task. */
  readonly startsRun: boolean
}

/**
 * The life of a task as moments, oldest first. Progress reports in a row become one moment, because there may be
 * hundreds and only the last tells where it stands. A step is one moment, where it began. Usage stands elsewhere.
 */
export function timelineOf(events: ReadonlyArray<FeedEvent>, view: TeamView): ReadonlyArray<Moment> {
  const moments: Array<Moment> = []
  let reports: Array<FeedEvent> = []
  const flush = () => {
    const last = reports.at(-1)
    if (last !== undefined) moments.push({ ...momentOf(last, view), text: reportsText(reports, view) })
    reports = []
  }
  const following = newFollowing()
  for (const event of events) {
    if (event.type === "TaskUsageRecorded") continue
    if (event.type === "TaskProgressed") {
      reports.push(event)
      continue
    }
    flush()
    const known = event.type === "TaskStepRecorded" ? knownOf(event) : undefined
    if (known?.type === "TaskStepRecorded") {
      const { index, step } = followStep(following, known, moments.length)
      if (index === undefined) moments.push(withStep(momentOf(event, view), step))
      else moments[index] = withStep(moments[index] ?? momentOf(event, view), step)
      continue
    }
    if (endsAttempt(event))
      for (const index of endAttempt(following)) {
        const left = moments[index]
        if (left?.step !== undefined) moments[index] = withStep(left, { ...left.step, status: "interrupted" })
      }
    moments.push(momentOf(event, view))
  }
  flush()
  return moments
}

/** The newer moments, with those of the older ones in place of their equals. */
export function keepEqual(older: ReadonlyArray<Moment>, newer: ReadonlyArray<Moment>): ReadonlyArray<Moment> {
  const known = new Map(older.map((moment) => [moment.key, moment]))
  return newer.map((moment) => {
    const before = known.get(moment.key)
    return before !== undefined && JSON.stringify(before) === JSON.stringify(moment) ? before : moment
  })
}

const withStep = (moment: Moment, step: ShownStep): Moment => ({ ...moment, step, look: stepLook(step) })

function momentOf(event: FeedEvent, view: TeamView): Moment {
  const { actor } = event.meta
  return {
    key: event.id,
    at: event.at,
    position: event.position,
    text: sentenceOf(event, view),
    by: actor.kind === "person" ? actorName(view, actor) : undefined,
    look: eventLook(event.type),
    step: undefined,
    startsRun: event.type === "TaskRetried" || event.type === "TaskRedriven",
  }
}

function reportsText(reports: ReadonlyArray<FeedEvent>, view: TeamView): string {
  const [first] = reports
  if (reports.length === 1 && first !== undefined) return sentenceOf(first, view)
  const percents = reports.flatMap((event) => {
    const known = knownOf(event)
    return known?.type === "TaskProgressed" && known.data.percent !== undefined ? [known.data.percent] : []
  })
  const count = tn("timeline.progress", reports.length)
  const last = percents.at(-1)
  return last === undefined ? count : t("timeline.progress-to", { reports: count, percent: last })
}
