import type { FeedEvent } from "@muster/contracts"

/** Panes of the live page. */
export const LIVE_PANES = ["desktop", "work", "chat", "members"] as const
export type LivePane = (typeof LIVE_PANES)[number]

/** How much room there is: below these widths one pane at a time, or members as a strip; else all panes beside each other. */
export const LIVE_ROOMS = { narrow: "(width < 900px)", middle: "(width < 1280px)" } as const

/** The newest events of what is shown and what came, newest first, each once. Both may come in any order. */
export function newestEvents(
  shown: ReadonlyArray<FeedEvent>,
  fresh: ReadonlyArray<FeedEvent>,
  limit: number,
): ReadonlyArray<FeedEvent> {
  const bySeq = new Map([...shown, ...fresh].map((event) => [event.seq, event]))
  return [...bySeq.values()].toSorted((a, b) => b.seq - a.seq).slice(0, limit)
}

/** Which pane a key means: the one with the focus, else the one below the pointer, else the chat. */
export const paneToMaximise = (focused: LivePane | undefined, hovered: LivePane | undefined): LivePane =>
  focused ?? hovered ?? "chat"

export const asLivePane = (name: unknown): LivePane | undefined => LIVE_PANES.find((pane) => pane === name)
