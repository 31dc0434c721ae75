import Maximize2 from "lucide-solid/icons/maximize-2"
import Minimize2 from "lucide-solid/icons/minimize-2"
import { createSignal } from "solid-js"
import type { Accessor, JSX } from "solid-js"
import { t } from "#src/i18n/index.ts"
import { makeContext } from "#src/lib/context.ts"
import { IconButton } from "#src/parts/icon-button.tsx"
import { asLivePane, paneToMaximise } from "#src/pages/team/live-model.ts"
import type { LivePane } from "#src/pages/team/live-model.ts"

export interface Frames {
  /** The pane that has the whole page; undefined while all are shown. */
  readonly maximised: Accessor<LivePane | undefined>
  readonly toggle: (pane: LivePane) => void
  /** For the key: the pane that is meant gets the page, or all come back. */
  readonly toggleMeant: () => void
  readonly hover: (pane: LivePane) => void
}

const context = makeContext("useFrames", (): Frames => {
  const [maximised, setMaximised] = createSignal<LivePane>()
  let hovered: LivePane | undefined
  const toggle = (pane: LivePane) => setMaximised((now) => (now === pane ? undefined : pane))
  return {
    maximised,
    toggle,
    toggleMeant: () => {
      const now = maximised()
      const focused = document.activeElement?.closest<HTMLElement>("[data-live-pane]")?.dataset["livePane"]
      toggle(now ?? paneToMaximise(asLivePane(focused), hovered))
    },
    hover: (pane) => (hovered = pane),
  }
})
export const FramesProvider = context.Provider
export const useFrames = context.use

/** A pane that can have the whole page. It stays the same element, so that nothing in it is lost. */
export function LiveFrame(props: { readonly pane: LivePane; readonly title: string; readonly children: JSX.Element }) {
  const frames = useFrames()
  const isMaximised = () => frames.maximised() === props.pane
  const isBehind = () => frames.maximised() !== undefined && !isMaximised()
  return (
    <div
      data-component="live-frame"
      data-live-pane={props.pane}
      data-maximised={isMaximised()}
      inert={isBehind()}
      onPointerEnter={() => frames.hover(props.pane)}
    >
      {props.children}
      <IconButton
        icon={isMaximised() ? Minimize2 : Maximize2}
        label={isMaximised() ? t("live.restore") : t("live.maximise", { pane: props.title })}
        keys="shift+f"
        placement="bottom"
        aria-pressed={isMaximised()}
        onClick={() => frames.toggle(props.pane)}
      />
    </div>
  )
}
