import type { HistoryQuery } from "@muster/contracts"
import { signals } from "@muster/projections"
import { HISTORY_QUERY_MAX_CHARS } from "#src/limits.ts"
import { given } from "#src/team/history/query.ts"

/** Names of the conditions in an address, and what they are called in a query. */
const NAMES = {
  q: "q",
  type: "types",
  signal: "signal",
  level: "importance",
  by: "actor",
  of: "task",
  from: "from",
  to: "to",
} as const

export type FilterName = keyof typeof NAMES
export const FILTER_NAMES = Object.keys(NAMES) as ReadonlyArray<FilterName>

/** The texts of an address, by name. */
export type Address = { readonly [name: string]: unknown }

const SIGNALS: ReadonlyArray<string> = signals
const LEVELS: ReadonlyArray<string> = ["key", "normal"]
const UUID = /^[0-9a-f]{8}-(?:[0-9a-f]{4}-){3}[0-9a-f]{12}$/
const TYPES = /^[A-Za-z]{1,64}(?:,[A-Za-z]{1,64}){0,63}$/

/** What an instant of the form's field (local time) is in UTC; undefined for what is none. */
export function instantOf(local: string): string | undefined {
  const millis = Date.parse(local)
  return Number.isNaN(millis) ? undefined : new Date(millis).toISOString()
}

/** The other way round: an instant as a field of local time holds it, to the minute. */
export function localOf(instant: string | undefined): string {
  if (instant === undefined) return ""
  const at = new Date(instant)
  const two = (value: number) => String(value).padStart(2, "0")
  return `${at.getFullYear()}-${two(at.getMonth() + 1)}-${two(at.getDate())}T${two(at.getHours())}:${two(at.getMinutes())}`
}

/** What the server would refuse is left out: an address may have been typed. */
const isSound: Readonly<Record<FilterName, (text: string) => boolean>> = {
  q: (text) => text.length <= HISTORY_QUERY_MAX_CHARS && text.isWellFormed() && !text.includes("\0"),
  type: (text) => TYPES.test(text),
  signal: (text) => SIGNALS.includes(text),
  level: (text) => LEVELS.includes(text),
  by: (text) => /^[\w-]{1,64}$/.test(text),
  of: (text) => UUID.test(text),
  from: (text) => instantOf(text) !== undefined,
  to: (text) => instantOf(text) !== undefined,
}

/** The conditions that an address holds. */
export function queryOf(address: Address): HistoryQuery {
  const query: Record<string, string> = {}
  for (const name of FILTER_NAMES) {
    const text = address[name]
    if (typeof text !== "string" || text === "" || !isSound[name](text)) continue
    query[NAMES[name]] = name === "from" || name === "to" ? (instantOf(text) ?? "") : text
  }
  return given(query)
}

export const isFiltered = (query: HistoryQuery): boolean => Object.keys(query).length > 0
