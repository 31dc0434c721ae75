import { ANY_REVISION, type EncodedRequest } from "#src/encode.ts"
import { WrongExpectedRevision } from "#src/errors.ts"
import { collect } from "#src/kurrentdb/collect.ts"
import { type Found, foundOf, proposedEvents } from "#src/kurrentdb/events.ts"
import { KurrentFault } from "#src/kurrentdb/faults.ts"
import { send } from "#src/kurrentdb/send.ts"
import type { AppendVerdict } from "#src/port.ts"
import { BACKWARDS, END, type EventStoreDBClient } from "@eventstore/db-client"
import { v7 } from "uuid"

/** The event of a stream at a revision of ours. */
const eventAt = async (client: EventStoreDBClient, stream: string, revision: number): Promise<Found | undefined> => {
  const options = { fromRevision: BigInt(revision - 1), maxCount: 1, requiresLeader: true }
  const [record] = await collect(client.readStream(stream, options))
  const found = record === undefined ? undefined : foundOf(record)
  return found?.event.revision === revision ? found : undefined
}

const newestOf = async (client: EventStoreDBClient, stream: string): Promise<Found | undefined> => {
  const options = { fromRevision: END, direction: BACKWARDS, maxCount: 1, requiresLeader: true } as const
  const [record] = await collect(client.readStream(stream, options))
  return record === undefined ? undefined : foundOf(record)
}

/**
 * One request on its way to its verdict, over as many tries as it takes.
 *
 * Every append goes out with a revision, "any" with that of the newest event: so a try whose reply was lost can land at one
 * place only. Sent again at the same place it is either recognised there, or refused because others hold the place, and then
 * the lost one can never land any more. Nothing is written twice and nobody has to be fenced off.
 *
 * What was stored is read back: the server's answer does not tell a retry from a first try, nor the position of the first
 * event of several.
 */
export const makeAppend = (request: EncodedRequest) => {
  const { stream, events } = request
  const count = events.length
  const call = v7()
  const proposed = proposedEvents(request, call)
  const lastId = events.at(-1)?.id ?? events[0].id
  /** Where "any" was tried and may have landed. */
  let triedAt: number | undefined

  /** The verdict if these very events stand in the stream after a revision, by their first and last as on any engine. */
  const findAfter = async (client: EventStoreDBClient, revision: number): Promise<AppendVerdict | undefined> => {
    if (revision < 0) return undefined
    const [first, last] = await Promise.all([
      eventAt(client, stream, revision + 1),
      count === 1 ? undefined : eventAt(client, stream, revision + count),
    ])
    const end = count === 1 ? first : last
    if (first?.event.id !== events[0].id || end?.event.id !== lastId) return undefined
    const verdict = {
      ok: true,
      revision: end.event.revision,
      firstPosition: first.event.position,
      lastPosition: end.event.position,
    } as const
    return first.call === call ? verdict : { ...verdict, alreadyStored: true }
  }

  const appendAt = async (client: EventStoreDBClient, expected: number): Promise<AppendVerdict> => {
    const sent = await send(client, stream, proposed, expected)
    if (!sent.ok && sent.actual < expected + count)
      return { ok: false, error: new WrongExpectedRevision({ stream, expected, actual: sent.actual }) }
    const found = await findAfter(client, expected)
    if (found !== undefined) return found
    if (sent.ok) throw new KurrentFault({ kind: "misconfigured", code: "an append that is not found again" })
    return { ok: false, error: new WrongExpectedRevision({ stream, expected, actual: sent.actual }) }
  }

  const appendAnywhere = async (client: EventStoreDBClient): Promise<AppendVerdict | undefined> => {
    if (triedAt === undefined) {
      const newest = await newestOf(client, stream)
      const revision = newest?.event.revision ?? 0
      if (newest?.event.id === lastId) {
        const found = await findAfter(client, revision - count)
        if (found !== undefined) return found
      }
      triedAt = revision
    }
    const verdict = await appendAt(client, triedAt)
    if (verdict.ok) return verdict
    triedAt = undefined
    return undefined
  }

  /**
   * One try. Undefined: others were faster at the end of the stream, try again. Rejects with an error of the client or a
   * `KurrentFault`; after a `lost` one the events may be stored or not, and the next try settles it.
   */
  return (client: EventStoreDBClient): Promise<AppendVerdict | undefined> =>
    request.expected === ANY_REVISION ? appendAnywhere(client) : appendAt(client, request.expected)
}
