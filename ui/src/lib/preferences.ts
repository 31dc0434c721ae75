import { createSignal } from "solid-js"
import type { Accessor } from "solid-js"

const PREFIX = "muster."

/** Where preferences stay between visits. `volatile` when the browser refuses storage: they live as long as the page. */
export type Persistence = "stored" | "volatile"

export interface Preference<T> {
  readonly value: Accessor<T>
  /** Sets the value for this page and tries to keep it; says which of the two it became. */
  readonly set: (next: T) => Persistence
}

/**
 * One remembered setting of this browser. What is found in storage is decoded before use, because an older version
 * or a person may have written it; what does not decode counts as absent.
 * @param decode returns undefined for anything that is not a T
 */
export function createPreference<T>(
  name: string,
  initial: T,
  decode: (stored: unknown) => T | undefined,
): Preference<T> {
  const [value, setValue] = createSignal<T>(read(name, decode) ?? initial)
  return {
    value,
    set: (next) => {
      setValue(() => next)
      return write(name, next)
    },
  }
}

/**
 * Tells when another page of this browser has set a preference; what does not decode is not told.
 * @returns how to stop listening
 */
export function onPreference<T>(
  name: string,
  decode: (stored: unknown) => T | undefined,
  listener: (value: T) => void,
): () => void {
  const hear = (event: StorageEvent) => {
    if (event.key !== PREFIX + name) return
    const value = read(name, decode)
    if (value !== undefined) listener(value)
  }
  window.addEventListener("storage", hear)
  return () => window.removeEventListener("storage", hear)
}

function read<T>(name: string, decode: (stored: unknown) => T | undefined): T | undefined {
  try {
    const text = localStorage.getItem(PREFIX + name)
    return text === null ? undefined : decode(JSON.parse(text))
  } catch {
    return undefined
  }
}

function write(name: string, value: unknown): Persistence {
  try {
    localStorage.setItem(PREFIX + name, JSON.stringify(value))
    return "stored"
  } catch {
    // Quota or a private window: the setting holds until the page is closed, which is all that can be promised.
    return "volatile"
  }
}

export const asBoolean = (stored: unknown): boolean | undefined => (typeof stored === "boolean" ? stored : undefined)

export const asNumber = (stored: unknown): number | undefined =>
  typeof stored === "number" && Number.isFinite(stored) ? stored : undefined

export const asStrings = (stored: unknown): ReadonlyArray<string> | undefined =>
  Array.isArray(stored) && stored.every((item) => typeof item === "string") ? stored : undefined

/** Decodes one of a fixed set of words. */
export const asOneOf =
  <const W extends string>(words: ReadonlyArray<W>) =>
  (stored: unknown): W | undefined =>
    words.find((word) => word === stored)

export const asString = (stored: unknown): string | undefined => (typeof stored === "string" ? stored : undefined)
