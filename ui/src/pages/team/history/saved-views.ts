import { HISTORY_VIEWS_MAX } from "#src/limits.ts"
import { createPreference } from "#src/lib/preferences.ts"
import { FILTER_NAMES } from "#src/pages/team/history/filters.ts"
import type { Address, FilterName } from "#src/pages/team/history/filters.ts"

/** A set of conditions that a person gave a name. It belongs to the browser, not to the team. */
export interface SavedView {
  readonly name: string
  readonly filters: { readonly [N in FilterName]?: string }
  readonly view: string
}

const isText = (value: unknown): value is string => typeof value === "string"

const decodeView = (stored: unknown): SavedView | undefined => {
  if (typeof stored !== "object" || stored === null) return undefined
  const { name, filters, view } = stored as { name?: unknown; filters?: unknown; view?: unknown }
  if (!isText(name) || !isText(view) || typeof filters !== "object" || filters === null) return undefined
  const entries = Object.entries(filters).filter(
    ([key, value]) => isText(value) && (FILTER_NAMES as ReadonlyArray<string>).includes(key),
  )
  return { name, view, filters: Object.fromEntries(entries) }
}

export const decodeViews = (stored: unknown): ReadonlyArray<SavedView> | undefined =>
  Array.isArray(stored) ? stored.flatMap((each) => decodeView(each) ?? []).slice(0, HISTORY_VIEWS_MAX) : undefined

export const savedViews = createPreference<ReadonlyArray<SavedView>>("history.views", [], decodeViews)

/** What of an address belongs to a view. */
export const filtersOf = (address: Address): SavedView["filters"] =>
  Object.fromEntries(
    FILTER_NAMES.flatMap((name) => {
      const text = address[name]
      return isText(text) && text !== "" ? [[name, text] as const] : []
    }),
  )

/** A view in place of the one with its name; the newest last, no more than the limit. */
export const withView = (views: ReadonlyArray<SavedView>, view: SavedView): ReadonlyArray<SavedView> =>
  [...views.filter(({ name }) => name !== view.name), view].slice(-HISTORY_VIEWS_MAX)

export const withoutView = (views: ReadonlyArray<SavedView>, name: string): ReadonlyArray<SavedView> =>
  views.filter((view) => view.name !== name)
