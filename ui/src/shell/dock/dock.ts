import { asNumber, createPreference } from "#src/lib/preferences.ts"
import { DOCK_INITIAL_PIXELS } from "#src/limits.ts"
import { signedIn } from "#src/session/session.ts"
import { asDock, emptyDock, withPane, withoutPane } from "#src/shell/dock/dock-model.ts"
import type { DockPane, DockState } from "#src/shell/dock/dock-model.ts"

const NOBODY = ""
const preference = createPreference<DockState>("dock", emptyDock(NOBODY), asDock)

/** Height of the open dock in pixels. */
export const dockHeight = createPreference<number>("dock.height", DOCK_INITIAL_PIXELS, asNumber)

const owner = (): string => signedIn()?.user.id ?? NOBODY

/** The dock of the person who is signed in. */
export const dock = (): DockState => {
  const kept = preference.value()
  return kept.owner === owner() ? kept : emptyDock(owner())
}

/** Puts a pane into the dock and brings it to the front. It stays alive over routes and comes back after a reload. */
export const openInDock = (pane: DockPane): void => void preference.set(withPane(dock(), pane))

export const closeInDock = (id: string): void => void preference.set(withoutPane(dock(), id))

export const isInDock = (id: string): boolean => dock().panes.some((pane) => pane.id === id)

export const showInDock = (id: string): void => void preference.set({ ...dock(), active: id, isOpen: true })

export const setDockOpen = (isOpen: boolean): void => void preference.set({ ...dock(), isOpen })

/** The output of one task, as a pane. */
export const outputPane = (teamId: string, taskId: string, title: string): DockPane => ({
  id: `output:${taskId}`,
  kind: "task-output",
  title,
  teamId,
  taskId,
})
