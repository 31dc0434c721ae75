import { ATTEMPT_TIMEOUT_MILLIS } from "#src/limits.ts"
import {
  type EventData,
  type EventStoreDBClient,
  type JSONEventType,
  NO_STREAM,
  WrongExpectedVersionError,
} from "@eventstore/db-client"

/** What the server answered: it has the events at that place, or the stream stands elsewhere (0 = it does not exist). */
export type Sent = { readonly ok: true } | { readonly ok: false; readonly actual: number }

/** Counts of the server begin at 0, ours at 1: its revision of the last event is one less than ours. */
const ourRevision = (revision: bigint): number => Number(revision) + 1

/**
 * Appends once, at a revision of ours. The server answers success as well when it finds the very events there already.
 * Rejects with the client's errors, in time.
 */
export const send = async (
  client: EventStoreDBClient,
  stream: string,
  events: EventData<JSONEventType>[],
  expected: number,
): Promise<Sent> => {
  try {
    const result = await client.appendToStream(stream, events, {
      expectedRevision: expected === 0 ? NO_STREAM : BigInt(expected - 1),
      deadline: ATTEMPT_TIMEOUT_MILLIS,
      requiresLeader: true,
    })
    // An address may tell the client not to throw: then it answers -1 for a stream that does not exist.
    return result.success ? { ok: true } : { ok: false, actual: ourRevision(result.nextExpectedRevision) }
  } catch (error) {
    if (!(error instanceof WrongExpectedVersionError)) throw error
    const { actualVersion } = error
    return { ok: false, actual: typeof actualVersion === "bigint" ? ourRevision(actualVersion) : 0 }
  }
}
