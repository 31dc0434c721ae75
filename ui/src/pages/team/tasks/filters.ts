import type { InputOf } from "@muster/client"
import { phases } from "@muster/domain"
import type { Phase } from "@muster/domain"

/** What the list is narrowed to. It stands in the address, so that a view can be shared and survives a reload. */
export interface TaskFilters {
  readonly state: "open" | "closed" | undefined
  readonly phase: Phase | undefined
  readonly member: string | undefined
  readonly q: string
}

export const FILTER_PHASES = phases.filter((phase) => phase !== "absent")

const one = (value: unknown): string | undefined => (typeof value === "string" && value !== "" ? value : undefined)

/** Reads them from the address; what makes no sense there counts as absent. */
export function filtersFrom(search: Readonly<Record<string, unknown>>): TaskFilters {
  const state = one(search["state"])
  const phase = one(search["phase"])
  const member = one(search["member"])
  return {
    state: state === "open" || state === "closed" ? state : undefined,
    phase: FILTER_PHASES.find((each) => each === phase),
    member: member !== undefined && /^[0-9a-f-]{36}$/.test(member) ? member : undefined,
    q: one(search["q"]) ?? "",
  }
}

export const isFiltered = (filters: TaskFilters): boolean =>
  filters.state !== undefined || filters.phase !== undefined || filters.member !== undefined || filters.q !== ""

type ListQuery = NonNullable<InputOf<"listTasks">["query"]>

export const queryOf = (filters: TaskFilters, before: number | undefined, limit: number): ListQuery => ({
  limit,
  ...(filters.state === undefined ? {} : { state: filters.state }),
  ...(filters.phase === undefined ? {} : { phase: filters.phase }),
  ...(filters.member === undefined ? {} : { member: filters.member }),
  ...(filters.q === "" ? {} : { q: filters.q }),
  ...(before === undefined ? {} : { before }),
})
