import type { Remembered } from "@muster/client"
import type { TeamView } from "@muster/contracts"
import { createSignal, onCleanup, untrack } from "solid-js"
import type { Accessor } from "solid-js"
import { LAST_VIEW_EVERY_MILLIS } from "#src/limits.ts"
import { keepLastView, readLastView } from "#src/team/last-view.ts"

export interface KeeperOptions {
  readonly teamId: string
  /** Whose page it is; nothing is kept for nobody. */
  readonly userId: string | undefined
  /** What the page shows now; undefined before it shows anything. */
  readonly shown: () => Remembered | undefined
}

/** Keeps what a page shows of a team, so that it can be shown at once the next time. */
export interface Keeper {
  /** What was shown last time, for the stream to begin with. */
  readonly remembered: Promise<Remembered | undefined>
  /** When the shown state was kept; undefined once something newer is shown. Epoch milliseconds. */
  readonly rememberedAt: Accessor<number | undefined>
  readonly noteState: (view: TeamView) => void
  readonly noteEvents: () => void
  /** The server has nothing newer than what is shown. */
  readonly noteLive: () => void
  /** Writes down what is shown now. */
  readonly keep: () => void
}

/** For as long as the calling owner lives. What is shown is written down now and then while it changes, and when the page is left. */
export function createKeeper({ teamId, userId, shown }: KeeperOptions): Keeper {
  const [rememberedAt, setRememberedAt] = createSignal<number>()
  let first: TeamView | undefined
  let keptAtMillis = Date.now()

  const read = async (): Promise<Remembered | undefined> => {
    const last = userId === undefined ? undefined : await readLastView(userId, teamId)
    if (last === undefined) return undefined
    first = last.view
    setRememberedAt(last.savedAtMillis)
    return { cursor: last.cursor, view: last.view }
  }
  const keep = (): void => {
    const now = untrack(shown)
    if (userId === undefined || now === undefined || untrack(rememberedAt) !== undefined) return
    keptAtMillis = Date.now()
    void keepLastView(userId, teamId, { ...now, savedAtMillis: keptAtMillis })
  }
  const noteNewer = (): void => {
    setRememberedAt(undefined)
    if (Date.now() - keptAtMillis >= LAST_VIEW_EVERY_MILLIS) keep()
  }

  const keepWhenHidden = (): void => {
    if (document.visibilityState === "hidden") keep()
  }
  document.addEventListener("visibilitychange", keepWhenHidden)
  window.addEventListener("pagehide", keep)
  onCleanup(() => {
    document.removeEventListener("visibilitychange", keepWhenHidden)
    window.removeEventListener("pagehide", keep)
  })

  return {
    remembered: read(),
    rememberedAt,
    noteState: (view) => {
      if (view !== first) noteNewer()
    },
    noteEvents: noteNewer,
    noteLive: () => setRememberedAt(undefined),
    keep,
  }
}
