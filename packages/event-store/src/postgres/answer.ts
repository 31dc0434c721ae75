import type { EncodedRequest } from "#src/encode.ts"
import { WrongExpectedRevision } from "#src/errors.ts"
import type { AppendVerdict } from "#src/port.ts"
import { positionAfter } from "#src/postgres/positions.ts"
import type { Position } from "@muster/domain"

/** The row of es.append: the last position before the batch, and lists as array texts, one element per request. */
export interface AppendAnswer {
  readonly base: Position
  readonly stored_at: string
  readonly outcome: string
  readonly current: string
  readonly before: string
  readonly earlier: string
}

/** Outcomes of es.append. */
const STORED = "0"
const STORED_BEFORE = "2"

/** Elements of an array text of numbers. */
const elements = (array: string): readonly string[] => array.slice(1, -1).split(",")

/** A successful verdict from the revision of the last event and the position of the first. */
export const success = (
  { events }: EncodedRequest,
  revision: number,
  firstPosition: string,
): Extract<AppendVerdict, { ok: true }> => ({
  ok: true,
  revision,
  firstPosition: positionAfter(firstPosition, 0),
  lastPosition: positionAfter(firstPosition, events.length - 1),
})

const conflict = ({ stream, expected }: EncodedRequest, actual: number): AppendVerdict => ({
  ok: false,
  error: new WrongExpectedRevision({ stream, expected, actual }),
})

/** What became of each request, in their order. */
export const verdictsOf = (requests: readonly EncodedRequest[], answer: AppendAnswer): readonly AppendVerdict[] => {
  const [outcome, current, before, earlier] = [answer.outcome, answer.current, answer.before, answer.earlier].map(
    elements,
  )
  if (outcome?.length !== requests.length) throw new Error("invariant: es.append answers every request")
  return requests.map((request, index) => {
    const revision = Number(current?.[index])
    switch (outcome[index]) {
      case STORED: {
        const count = request.events.length
        return success(request, revision + count, positionAfter(answer.base, Number(before?.[index]) + 1))
      }
      case STORED_BEFORE:
        return { ...success(request, revision, earlier?.[index] ?? ""), alreadyStored: true }
      default:
        return conflict(request, revision)
    }
  })
}
