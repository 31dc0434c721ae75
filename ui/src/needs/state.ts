import type { NeedShow, NeedsPage } from "@muster/contracts"
import { createSignal } from "solid-js"
import type { Failure } from "#src/api/failure.ts"
import { NEEDS_FIRST_ROWS } from "#src/limits.ts"
import type { StreamStatus } from "#src/shell/status-model.ts"

/**
 * What waits for the person, as the rail, the tab and the page of the list show it. One keeper fills it (`keeper.tsx`, a chunk of its own);
 * everybody may read it, and it costs the first load a few signals.
 */

/** What the page wants to see beside the numbers. */
export interface Wanted {
  readonly show: NeedShow
  readonly rows: number
}

const [wanted, setWanted] = createSignal<Wanted>({ show: "open", rows: NEEDS_FIRST_ROWS })
const [open, setOpen] = createSignal<NeedsPage>()
const [other, setOther] = createSignal<NeedsPage>()
const [failure, setFailure] = createSignal<Failure>()
const [status, setStatus] = createSignal<StreamStatus>()
/** Ids that the person has just put aside: hidden at once, until the list says the same. */
const [hidden, setHidden] = createSignal<ReadonlySet<string>>(new Set())
const [reload, setReload] = createSignal<(atLeast?: string) => Promise<void>>()

export const needs = { wanted, open, other, failure, status, hidden, reload }
export const setNeeds = { wanted: setWanted, open: setOpen, other: setOther, failure: setFailure, status: setStatus }

/** For the keeper: how the list is read again. */
export const offerReload = (work: ((atLeast?: string) => Promise<void>) | undefined): void => void setReload(() => work)

/** Takes things out of sight before the server has said so; `false` puts them back. */
export function hideNeeds(ids: ReadonlyArray<string>, isHidden: boolean): void {
  setHidden((before) => {
    const next = new Set(before)
    for (const id of ids)
      if (isHidden) next.add(id)
      else next.delete(id)
    return next
  })
}

/** How many things wait; undefined until it is known. */
export function needsTotal(): number | undefined {
  const page = open()
  if (page === undefined) return undefined
  const gone = page.items.filter((item) => hidden().has(item.id)).length
  return Math.max(0, page.total - gone)
}

/** Forgets the person before, when somebody else signs in. */
export function forgetNeeds(): void {
  setOpen(undefined)
  setOther(undefined)
  setFailure(undefined)
  setHidden(new Set<string>())
}
