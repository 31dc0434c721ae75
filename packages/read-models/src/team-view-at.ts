import { all, type Reading } from "#src/database.ts"
import { ReadModelsRebuilding } from "#src/errors.ts"
import { feedAfter } from "#src/feed/repository.ts"
import { feedHead, feedSeqAt } from "#src/feed/rows.ts"
import { FEED_PAGE_EVENTS, FOLD_ATTEMPTS } from "#src/limits.ts"
import type { LogSink } from "#src/log-sink.ts"
import type { FeedHead, Moment, ReadModels } from "#src/port.ts"
import { isFindable } from "#src/rows.ts"
import { snapshotAtOrBefore } from "#src/snapshot/store.ts"
import { visibleRows, visibleTo } from "#src/visibility.ts"
import { teamFeed, type FeedEvent, type TeamView } from "@muster/contracts"
import { applyTeamEvent, draftOf, emptyTeamView, type TeamViewDraft } from "@muster/projections"
import type postgres from "postgres"

/** The same as the projector does with its tables: one bad event is told, and leaves its thing as it was. */
const applySafely = (draft: TeamViewDraft, event: FeedEvent, log: LogSink): void =>
  applyTeamEvent(draft, event, (error) => {
    const reason = error instanceof Error ? error.name : "unknown"
    log.warn({ position: event.position, type: event.type, reason }, "an event cannot be folded into the team view")
  })

/** Folds the feed into the draft until it is at `upTo`. False when the feed does not reach that far (any more). */
export const foldTeamOn = async (
  sql: postgres.Sql,
  teamId: string,
  { draft, upTo, log }: { readonly draft: TeamViewDraft; readonly upTo: number; readonly log: LogSink },
): Promise<boolean> => {
  while (draft.seq < upTo) {
    const events = await feedAfter(sql, teamFeed(teamId), { after: draft.seq, upTo, limit: FEED_PAGE_EVENTS })
    if (events.length === 0) return false
    for (const event of events) applySafely(draft, event, log)
  }
  return true
}

/** The team after event `seq` of its feed, from a snapshot before it; undefined when the feed does not reach that far (any more). */
export const foldTeamFrom = async (
  sql: postgres.Sql,
  teamId: string,
  { snapshot, seq, log }: { readonly snapshot: TeamView | undefined; readonly seq: number; readonly log: LogSink },
): Promise<TeamView | undefined> => {
  const draft = snapshot === undefined ? emptyTeamView() : draftOf(snapshot)
  return (await foldTeamOn(sql, teamId, { draft, upTo: seq, log })) ? draft : undefined
}

const foldTeamUpTo = async (
  sql: postgres.Sql,
  teamId: string,
  seq: number,
  log: LogSink,
): Promise<TeamView | undefined> => {
  const nearest = await snapshotAtOrBefore(sql, teamId, seq)
  return foldTeamFrom(sql, teamId, { snapshot: nearest?.state, seq, log })
}

/** Reads again while a rebuild empties the feed under the reading: undefined says that it did. Rejects with `ReadModelsRebuilding`. */
export const untilWhole = async <A>(feedId: string, read: () => Promise<A | undefined>): Promise<A> => {
  for (let attempt = 1; attempt <= FOLD_ATTEMPTS; attempt += 1) {
    const answer = await read()
    if (answer !== undefined) return answer
  }
  throw new ReadModelsRebuilding({ feedId })
}

/** Seq of the last event at or before the moment. */
const seqAt = async (sql: postgres.Sql, feedId: string, at: Moment, head: FeedHead): Promise<number> => {
  if (at === "head") return head.seq
  if ("seq" in at) return Math.min(Math.max(0, Math.trunc(at.seq)), head.seq)
  return feedSeqAt(sql, feedId, at.position)
}

export const makeTeamViewAt =
  (reading: Reading, log: LogSink): ReadModels["teamViewAt"] =>
  async (subject, teamId, at) => {
    const visible = visibleTo(subject, "team.read")
    if (visible === undefined || !isFindable(teamId)) return undefined
    const feedId = teamFeed(teamId)
    const answer = await untilWhole(feedId, () =>
      reading(async (sql) => {
        const teams = await all(sql`SELECT 1 FROM rm.team WHERE team_id = ${teamId} AND ${visibleRows(sql, visible)}`)
        if (teams.length === 0) return "invisible"
        const head = await feedHead(sql, feedId)
        const state = await foldTeamUpTo(sql, teamId, await seqAt(sql, feedId, at, head), log)
        return state === undefined ? undefined : { state, head }
      }),
    )
    return answer === "invisible" ? undefined : answer
  }
