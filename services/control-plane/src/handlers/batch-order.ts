import type { BulkDispatchItem } from "@muster/contracts"
import { ProblemError } from "#src/http/problem.ts"

/** What the references of a batch come to: for each item the places of those it waits for, or why it is refused. */
export type References = readonly (readonly number[] | ProblemError)[]

const unknownRef = (refs: readonly string[], index: number) =>
  new ProblemError("unknown-dependency", `No item of this request is called "${refs[index] ?? ""}".`, {
    errors: [{ pointer: `/afterRefs/${index}`, detail: "no such item in this request" }],
  })

/** Items on a cycle, or waiting for one: taking away what waits for nothing, again and again, leaves them. */
const caughtInCycles = (waits: readonly (readonly number[])[]): ReadonlySet<number> => {
  const left = new Map(waits.map((list, place) => [place, new Set(list)]))
  const waiting = new Map<number, number[]>()
  for (const [place, list] of waits.entries())
    for (const other of list) waiting.set(other, [...(waiting.get(other) ?? []), place])
  const free = [...left].filter(([, list]) => list.size === 0).map(([place]) => place)
  for (let place = free.pop(); place !== undefined; place = free.pop()) {
    left.delete(place)
    for (const other of waiting.get(place) ?? []) {
      const list = left.get(other)
      if (list?.delete(place) && list.size === 0) free.push(other)
    }
  }
  return new Set(left.keys())
}

/**
 * Resolves the names by which items of one bulk dispatch refer to each other. Refuses a name that is given twice or to nobody, and
 * every item that is part of a cycle or waits for one: such work could never begin.
 */
export const resolveReferences = (items: readonly Pick<BulkDispatchItem, "ref" | "afterRefs">[]): References => {
  const places = new Map<string, number>()
  const twice = new Set<string>()
  for (const [place, { ref }] of items.entries()) {
    if (ref === undefined) continue
    if (places.has(ref)) twice.add(ref)
    places.set(ref, place)
  }
  const waits = items.map(({ ref, afterRefs = [] }): readonly number[] | ProblemError => {
    if (ref !== undefined && twice.has(ref))
      return new ProblemError("validation", `Two items are called "${ref}".`, {
        errors: [{ pointer: "/ref", detail: "names of one request must differ" }],
      })
    const unknown = afterRefs.findIndex((name) => !places.has(name) || twice.has(name))
    if (unknown !== -1) return unknownRef(afterRefs, unknown)
    return afterRefs.map((name) => places.get(name) ?? -1)
  })
  const caught = caughtInCycles(waits.map((list) => (list instanceof ProblemError ? [] : list)))
  return waits.map((list, place) =>
    caught.has(place)
      ? new ProblemError("dependency-cycle", "Following what it waits for leads back to a task of this request.")
      : list,
  )
}
