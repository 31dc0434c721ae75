import type { AppendRequest, AppendVerdict, EventStore } from "#src/port.ts"
import { newEvents } from "#src/testing/events.ts"
import * as fc from "fast-check"

/** A request before its stream has a name and its events have ids: small enough for fast-check to shrink. */
export interface RequestPlan {
  readonly stream: number
  readonly expected: number | "any"
  readonly count: number
}

/** Calls of `append`, each with some requests, on few streams so that they meet. */
export const callPlans: fc.Arbitrary<RequestPlan[][]> = fc.array(
  fc.array(
    fc.record({
      stream: fc.integer({ min: 0, max: 2 }),
      expected: fc.oneof(fc.integer({ min: 0, max: 6 }), fc.constant("any" as const)),
      count: fc.integer({ min: 1, max: 3 }),
    }),
    { minLength: 1, maxLength: 6 },
  ),
  { minLength: 1, maxLength: 6 },
)

/** The log as a table of lists: what it must do, in the fewest words. */
const makeModel = () => {
  const streams = new Map<string, string[]>()
  return {
    streams,
    append: ({
      stream,
      expectedRevision,
      events,
    }: AppendRequest): { readonly ok: boolean; readonly revision: number } => {
      const ids = streams.get(stream) ?? []
      if (expectedRevision !== "any" && expectedRevision !== ids.length) return { ok: false, revision: ids.length }
      ids.push(...events.map((event) => event.id))
      streams.set(stream, ids)
      return { ok: true, revision: ids.length }
    },
  }
}

const summary = (verdict: AppendVerdict) =>
  verdict.ok
    ? { ok: true, revision: verdict.revision }
    : {
        ok: false,
        revision: verdict.error._tag === "WrongExpectedRevision" ? verdict.error.actual : verdict.error._tag,
      }

/** Runs a plan on the store and on the model; what each of them answered and holds in the end. */
export const runBoth = async (store: EventStore, plans: readonly RequestPlan[][], names: readonly string[]) => {
  const model = makeModel()
  const answers: unknown[] = []
  const expected: unknown[] = []
  for (const plan of plans) {
    const requests = plan.map(({ stream, expected, count }): AppendRequest => ({
      stream: names[stream] ?? "",
      expectedRevision: expected,
      events: newEvents(count),
    }))
    answers.push((await store.append(requests)).map(summary))
    expected.push(requests.map(model.append))
  }
  const stored = await Promise.all(names.map((name) => store.readStream(name)))
  return {
    answers,
    expected,
    stored: stored.map((events) => events.map((event) => event.id)),
    modelled: names.map((name) => model.streams.get(name) ?? []),
  }
}
