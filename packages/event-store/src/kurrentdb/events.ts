import type { EncodedRequest } from "#src/encode.ts"
import { KurrentFault } from "#src/kurrentdb/faults.ts"
import type { EventId, EventMeta, Position, RecordedEvent } from "@muster/domain"
import {
  type AllStreamResolvedEvent,
  type EventData,
  jsonEvent,
  type JSONEventType,
  type RecordedEvent as ClientEvent,
  type ResolvedEvent,
} from "@eventstore/db-client"

/** Where the generation of the log is written; no stream of the log itself. */
export const GENERATION_STREAM = "muster-log-generation"

/** Above this a position cannot exist: the server counts with signed 64-bit numbers. */
export const MAX_POSITION = String(2n ** 63n - 1n)

/**
 * What stands beside the data of an event. `call` is the same for the events of one `append` call's request, through all its
 * tries, and no other: it tells what this call has stored from what was there before.
 */
interface StoredMeta {
  readonly schema: number
  readonly meta: EventMeta
  readonly call: string
}

/** Streams of the server (`$…`) and our own are no streams of the log. */
export const isLogStream = (stream: string): boolean => !stream.startsWith("$") && stream !== GENERATION_STREAM

/** The events of a request as the client takes them. */
export const proposedEvents = ({ events }: EncodedRequest, call: string): EventData<JSONEventType>[] =>
  events.map((event) =>
    jsonEvent({
      id: event.id,
      type: event.type,
      data: JSON.parse(event.data) as Record<string, unknown>,
      metadata: { schema: event.schema, meta: JSON.parse(event.meta) as EventMeta, call } satisfies StoredMeta,
    }),
  )

const isStoredMeta = (metadata: unknown): metadata is StoredMeta =>
  typeof metadata === "object" && metadata !== null && "schema" in metadata && "meta" in metadata && "call" in metadata

/**
 * An event's place in the log. Every event that was appended by gRPC is a record of its own and commits itself: commit and
 * prepare are both its address in the log, distinct and rising. An event of which that is not so (written in a transaction of
 * the old TCP protocol, or by a server before 22.6, which does not tell) could share its position with others and is refused.
 */
export const positionOf = (event: ClientEvent): Position => {
  const { commit = 0n, prepare } = event.position ?? {}
  // Address 0 holds the server's own first record: for us it is the place before all events.
  if (commit !== prepare || commit <= 0n || commit > BigInt(MAX_POSITION))
    throw new KurrentFault({ kind: "misconfigured", code: "an event without a position of its own" })
  return String(commit) as Position
}

/** An event of the log and the call that stored it. */
export interface Found {
  readonly event: RecordedEvent
  readonly call: string
}

/** The event as the port gives it; undefined when it is none of the log: the server's own, or written by somebody else. */
export const foundOf = ({ event }: ResolvedEvent | AllStreamResolvedEvent): Found | undefined => {
  if (event === undefined || !isLogStream(event.streamId) || !event.isJson || !isStoredMeta(event.metadata))
    return undefined
  const { schema, meta, call } = event.metadata
  return {
    event: {
      id: event.id as EventId,
      stream: event.streamId,
      revision: Number(event.revision) + 1,
      position: positionOf(event),
      type: event.type,
      schema,
      data: event.data,
      meta,
      at: event.created.toISOString(),
    },
    call,
  }
}

/** Where a record of $all stands, whoever wrote it. */
export const rawPositionOf = ({ event, commitPosition }: AllStreamResolvedEvent): Position => {
  const commit = event?.position?.commit ?? commitPosition
  if (commit === undefined) throw new KurrentFault({ kind: "misconfigured", code: "a record without a position" })
  return String(commit) as Position
}
