import { createSignal } from "solid-js"
import { reads } from "#src/api/reads.ts"

const [names, setNames] = createSignal<ReadonlyMap<string, string>>(new Map())
let asked: Promise<void> | undefined
/** Ids that were looked for once and not found: not asked for again and again. */
const missing = new Set<string>()

async function load(): Promise<void> {
  try {
    const { items } = await reads.listPeople()
    setNames(new Map(items.map((person) => [person.id, person.name])))
  } finally {
    asked = undefined
  }
}

/** What a person is called; undefined until it is known. Asks the server once for a person it has not heard of. */
export function personName(id: string): string | undefined {
  const name = names().get(id)
  if (name === undefined && !missing.has(id)) {
    missing.add(id)
    // A name that cannot be read leaves the row without one; the next unknown person tries again.
    asked ??= load().catch(() => missing.clear())
  }
  return name
}

/** Everybody that is known by name; asks the server once. */
export function peopleNames(): ReadonlyMap<string, string> {
  // As above: without an answer nobody is listed, and the next look tries again.
  if (names().size === 0) asked ??= load().catch(() => missing.clear())
  return names()
}
