import { all, type Reading } from "#src/database.ts"
import { RANGE_MAX_EVENTS } from "#src/limits.ts"
import type { FeedRangeOptions } from "#src/port.ts"
import { clampLimit, columnSeq } from "#src/rows.ts"
import { visibleTo } from "#src/visibility.ts"
import { needsFeed, type FeedEvent } from "@muster/contracts"
import type { Subject } from "@muster/domain"

/**
 * The events that changed what waits for people, of the subject's own organisation: for people who see all of its teams. Only forward, as
 * who follows the list needs it.
 */
export const needsRange =
  (reading: Reading) =>
  async (subject: Subject, feedId: string, { after = 0, limit }: FeedRangeOptions): Promise<readonly FeedEvent[]> => {
    const visible = visibleTo(subject, "needs.read")
    if (visible === undefined || visible.teamId !== null || feedId !== needsFeed(visible.orgId)) return []
    return reading((sql) =>
      all(sql<FeedEvent[]>`
        SELECT f.seq, e.position, e.id, e.stream, e.revision, e.type, e.schema, e.data, e.meta,
          to_char(e.at AT TIME ZONE 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS.MS"Z"') AS at
        FROM (
          SELECT seq, position FROM rm.feed WHERE feed_id = ${feedId} AND seq > ${columnSeq(after)}
          ORDER BY seq LIMIT ${clampLimit(limit, RANGE_MAX_EVENTS)}
        ) f JOIN LATERAL (
          SELECT * FROM es.events e WHERE e.position = f.position AND e.meta->>'org' = ${visible.orgId} OFFSET 0
        ) e ON true
        ORDER BY f.seq`),
    )
  }
