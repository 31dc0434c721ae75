import { comparePositions } from "@muster/domain"
import { createSignal, onCleanup } from "solid-js"
import type { Accessor } from "solid-js"
import { createPreference, onPreference } from "#src/lib/preferences.ts"

const asMark = (stored: unknown): string | undefined =>
  typeof stored === "string" && /^\d{1,20}$/.test(stored) ? stored : undefined

export interface ReadMark {
  /** Up to which position of the log this browser has read a chat; undefined where it was never open. */
  readonly value: Accessor<string | undefined>
  /** Everything up to there was read. A mark never goes back: another page of this browser may be further. */
  readonly advance: (position: string) => void
}

const further = (a: string | undefined, b: string | undefined): string | undefined =>
  a === undefined || (b !== undefined && comparePositions(b, a) > 0) ? b : a

/** One mark for all pages of this browser. */
export function createReadMark(place: string): ReadMark {
  const name = `chat.read.${place}`
  const kept = createPreference<string | undefined>(name, undefined, asMark)
  const [value, setValue] = createSignal(kept.value())
  onCleanup(onPreference(name, asMark, (elsewhere) => setValue((here) => further(here, elsewhere))))
  return {
    value,
    advance: (position) => {
      const next = further(value(), position)
      if (next === value()) return
      setValue(next)
      kept.set(next)
    },
  }
}
