import type { BookmarkDoc } from "@muster/contracts"
import type { Accessor } from "solid-js"
import { makeContext } from "#src/lib/context.ts"

/**
 * The named moments of a team. Replay gets this and nothing else that writes: a bookmark names a moment of the past and
 * changes nothing of it. Who only looks has no `add` and no `remove`.
 */
export interface Bookmarks {
  readonly list: Accessor<ReadonlyArray<BookmarkDoc>>
  /** Rejects as a command of the client does. */
  readonly add: ((moment: string, name: string) => Promise<void>) | undefined
  readonly remove: ((id: string) => Promise<void>) | undefined
}

const context = makeContext("useBookmarks", (props: { readonly bookmarks: Bookmarks }) => props.bookmarks)
export const BookmarksProvider = context.Provider
export const useBookmarks = context.use
