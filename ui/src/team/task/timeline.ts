import type { FeedEvent, TeamView } from "@muster/contracts"
import { knownOf } from "@muster/projections"
import { t, tn } from "#src/i18n/index.ts"
import { eventLook } from "#src/team/history/event-look.ts"
import type { EventLook } from "#src/team/history/event-look.ts"
import { sentenceOf } from "#src/team/history/sentence.ts"
import { actorName } from "#src/team/names.ts"

export interface Moment {
  readonly key: string
  readonly at: string
  readonly position: string
  readonly text: string
  /** The person who did it; agents and the dispatcher go without saying. */
  readonly by: string | undefined
  readonly look: EventLook
  /** Begins another run of the task. */
  readonly startsRun: boolean
}

/**
 * The life of a task as moments, oldest first. Progress reports in a row become one moment, because there may be
 * hundreds and only the last tells where it stands.
 */
export function timelineOf(events: ReadonlyArray<FeedEvent>, view: TeamView): ReadonlyArray<Moment> {
  const moments: Array<Moment> = []
  let reports: Array<FeedEvent> = []
  const flush = () => {
    const last = reports.at(-1)
    if (last !== undefined) moments.push({ ...momentOf(last, view), text: reportsText(reports, view) })
    reports = []
  }
  for (const event of events) {
    if (event.type === "TaskProgressed") {
      reports.push(event)
      continue
    }
    flush()
    moments.push(momentOf(event, view))
  }
  flush()
  return moments
}

function momentOf(event: FeedEvent, view: TeamView): Moment {
  const { actor } = event.meta
  return {
    key: event.id,
    at: event.at,
    position: event.position,
    text: sentenceOf(event, view),
    by: actor.kind === "person" ? actorName(view, actor) : undefined,
    look: eventLook(event.type),
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
