import { FEED_VERSION, type FeedEvent, type TeamView } from "@muster/contracts"
import { Position } from "@muster/domain"
import { emptyTeamView, foldTeamView } from "@muster/projections"

export const TEAM = "0198c0de-0000-7000-8000-000000000001"
const ORG = "0198c0de-0000-7000-8000-0000000000aa"
const id = (n: number) => `0198c0de-0000-7000-8000-${String(n).padStart(12, "0")}`

/** The n-th event of a feed: the team's creation, then messages and renames, and now and then a type from the future. */
export const eventAt = (seq: number, log = "a"): FeedEvent => {
  const actor = { kind: "system", id: "setup", via: "service" } as const
  const base = {
    seq,
    position: Position.make(String(seq * 3)),
    id: id(seq),
    revision: seq,
    schema: 1,
    meta: { org: ORG, team: TEAM, actor, commandId: id(seq), correlationId: id(seq) },
    at: new Date(Date.UTC(2030, 0, 1) + seq * 1_000).toISOString(),
  } as unknown as FeedEvent
  const profile = { name: `${log}${seq}`, description: "" }
  if (seq === 1)
    return { ...base, stream: `team-${TEAM}`, type: "TeamCreated", data: { teamId: TEAM, profile, requestHash: "" } }
  if (seq % 7 === 0) return { ...base, stream: `team-${TEAM}`, type: "FromTheFuture", data: { seq } }
  if (seq % 3 === 0) return { ...base, stream: `team-${TEAM}`, type: "TeamEdited", data: { profile } }
  const data = { messageId: id(seq), text: `${log} says ${seq}`, mentions: [] }
  return { ...base, stream: `chat-${TEAM}`, type: "ChatMessagePosted", data }
}

export const eventsBetween = (after: number, upTo: number, log = "a"): readonly FeedEvent[] =>
  Array.from({ length: Math.max(0, upTo - after) }, (_, index) => eventAt(after + 1 + index, log))

/** A clean fold of the first `upTo` events. */
export const viewAt = (upTo: number, log = "a"): TeamView => foldTeamView(emptyTeamView(), eventsBetween(0, upTo, log))

export const here = (generation = "g1") => ({ generation, feedVersion: FEED_VERSION })
export const snapshotAt = (upTo: number, head = upTo, generation = "g1", log = "a") =>
  ({ mode: "snapshot", ...here(generation), head, asOf: upTo, state: viewAt(upTo, log) }) as const
export const deltaOf = (after: number, upTo: number, head = upTo, generation = "g1", log = "a") =>
  ({ mode: "delta", ...here(generation), head, events: eventsBetween(after, upTo, log) }) as const
