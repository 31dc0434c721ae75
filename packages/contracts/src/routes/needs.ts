import { Position, TeamId } from "@muster/domain"
import { Schema } from "effect"
import { Accepted, intText, key } from "#src/http-bodies.ts"
import { PAGE_MAX } from "#src/http-limits.ts"
import { NeedKind, NeedMarkRequest, NeedShow, NeedsPage } from "#src/needs.ts"
import { P, route } from "#src/routes/route.ts"

/** Where a page of the list ended: kind and place within it, as the page before said. */
const NeedCursor = Schema.String.check(Schema.isPattern(/^[0-9]\.-?[0-9]{1,19}$/u))

export const needsRoutes = {
  listNeeds: route({
    method: "GET",
    path: "/needs",
    action: "needs.read",
    summary: "What waits for people, over all teams: by kind; the longest waiting first, failures the newest first",
    query: P({
      limit: key(intText(1, PAGE_MAX)),
      after: key(NeedCursor),
      kind: key(NeedKind),
      team: key(TeamId),
      show: key(NeedShow),
      atLeast: key(Position),
    }),
    reply: NeedsPage,
    status: 200,
  }),
  markNeeds: route({
    method: "POST",
    path: "/needs/marks",
    action: "needs.mark",
    summary: "Take things off one's own list, for good or until later, or put them back",
    body: NeedMarkRequest,
    reply: Accepted,
    status: 200,
  }),
} as const
