import { DOCK_MAX_SHARE, DOCK_MIN_PIXELS, DOCK_PANES, DOCK_STEP_PIXELS } from "#src/limits.ts"

/** A pane that lives in the dock: what is needed to draw it again after a reload. Texts are as they were last seen. */
export interface DockPane {
  /** Stable: opening the same thing twice shows the one pane. */
  readonly id: string
  readonly kind: "task-output"
  readonly title: string
  readonly teamId: string
  readonly taskId: string
}

export interface DockState {
  /** Whose panes these are: another person who signs in here does not see them. */
  readonly owner: string
  readonly panes: ReadonlyArray<DockPane>
  readonly active: string | undefined
  readonly isOpen: boolean
}

export const emptyDock = (owner: string): DockState => ({ owner, panes: [], active: undefined, isOpen: false })

/** The dock with a pane in front; the oldest gives way when there are too many. */
export function withPane(dock: DockState, pane: DockPane): DockState {
  const others = dock.panes.filter((each) => each.id !== pane.id)
  const isThere = others.length < dock.panes.length
  const panes = isThere ? dock.panes.map((each) => (each.id === pane.id ? pane : each)) : [...others, pane]
  return { ...dock, panes: panes.slice(-DOCK_PANES), active: pane.id, isOpen: true }
}

/** The dock without a pane; its neighbour comes to the front. An empty dock is not shown. */
export function withoutPane(dock: DockState, id: string): DockState {
  const index = dock.panes.findIndex((each) => each.id === id)
  if (index < 0) return dock
  const panes = dock.panes.filter((each) => each.id !== id)
  const neighbour = panes[Math.min(index, panes.length - 1)]?.id
  return {
    ...dock,
    panes,
    active: dock.active === id ? neighbour : dock.active,
    isOpen: dock.isOpen && panes.length > 0,
  }
}

/** A height that leaves the page enough of the window and the dock enough to read. */
export const clampHeight = (pixels: number, windowPixels: number): number =>
  Math.round(Math.max(DOCK_MIN_PIXELS, Math.min(pixels, windowPixels * DOCK_MAX_SHARE)))

/** Where a key moves the upper edge, or undefined when the key is not meant for it. */
export function heightAfterKey(key: string, pixels: number, windowPixels: number): number | undefined {
  switch (key) {
    case "ArrowUp":
      return clampHeight(pixels + DOCK_STEP_PIXELS, windowPixels)
    case "ArrowDown":
      return clampHeight(pixels - DOCK_STEP_PIXELS, windowPixels)
    case "Home":
      return clampHeight(windowPixels, windowPixels)
    case "End":
      return DOCK_MIN_PIXELS
    default:
      return undefined
  }
}

/** What storage holds, as far as it is a dock. */
export function asDock(stored: unknown): DockState | undefined {
  if (typeof stored !== "object" || stored === null) return undefined
  const { owner, panes, active, isOpen } = stored as Partial<Record<keyof DockState, unknown>>
  if (typeof owner !== "string" || !Array.isArray(panes) || !panes.every(isPane)) return undefined
  const front = panes.find((pane) => pane.id === active)?.id ?? panes[0]?.id
  return { owner, panes: panes.slice(-DOCK_PANES), active: front, isOpen: isOpen === true && panes.length > 0 }
}

const isPane = (item: unknown): item is DockPane =>
  typeof item === "object" &&
  item !== null &&
  (item as { readonly kind?: unknown }).kind === "task-output" &&
  ["id", "title", "teamId", "taskId"].every((name) => typeof (item as Record<string, unknown>)[name] === "string")
