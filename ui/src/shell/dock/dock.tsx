import ChevronDown from "lucide-solid/icons/chevron-down"
import ChevronUp from "lucide-solid/icons/chevron-up"
import X from "lucide-solid/icons/x"
import { For, Show, createUniqueId } from "solid-js"
import type { Component } from "solid-js"
import { lazy } from "solid-js"
import { Dynamic } from "solid-js/web"
import { t } from "#src/i18n/index.ts"
import { DOCK_MIN_PIXELS } from "#src/limits.ts"
import { IconButton } from "#src/parts/icon-button.tsx"
import { PaneBody } from "#src/parts/pane-body.tsx"
import { clampHeight, heightAfterKey } from "#src/shell/dock/dock-model.ts"
import type { DockPane } from "#src/shell/dock/dock-model.ts"
import { closeInDock, dock, dockHeight, setDockOpen, showInDock } from "#src/shell/dock/dock.ts"
import "./dock.css"

/** What each kind of pane is drawn with. A chunk of its own each: the shell carries none of them. */
const KINDS: Readonly<Record<DockPane["kind"], Component<{ readonly pane: DockPane }>>> = {
  "task-output": lazy(() => import("#src/team/task/docked-output.tsx")),
}

/**
 * Panes that outlive the page they were opened on, at the lower edge. All of them stay alive, the one in front is in
 * sight; minimised, the row of their names stays.
 */
export function Dock() {
  const bodyId = createUniqueId()
  const height = () => clampHeight(dockHeight.value(), window.innerHeight)
  const drag = (event: PointerEvent & { currentTarget: HTMLElement }) => {
    if (!event.currentTarget.hasPointerCapture(event.pointerId)) return
    const bottom = event.currentTarget.parentElement?.getBoundingClientRect().bottom ?? window.innerHeight
    dockHeight.set(clampHeight(bottom - event.clientY, window.innerHeight))
  }
  const press = (event: KeyboardEvent) => {
    const next = heightAfterKey(event.key, height(), window.innerHeight)
    if (next === undefined) return
    event.preventDefault()
    dockHeight.set(next)
  }
  return (
    <section
      data-component="dock"
      data-open={dock().isOpen}
      aria-label={t("dock.title")}
      style={{ height: dock().isOpen ? `${height()}px` : undefined }}
    >
      <Show when={dock().isOpen}>
        <div
          data-slot="edge"
          role="separator"
          tabindex="0"
          aria-label={t("dock.height")}
          aria-controls={bodyId}
          aria-orientation="horizontal"
          aria-valuemin={DOCK_MIN_PIXELS}
          aria-valuemax={clampHeight(window.innerHeight, window.innerHeight)}
          aria-valuenow={height()}
          onPointerDown={(event) => event.currentTarget.setPointerCapture(event.pointerId)}
          onPointerMove={drag}
          onKeyDown={press}
        />
      </Show>
      <header data-slot="header">
        <ul aria-label={t("dock.panes")}>
          <For each={dock().panes}>
            {(pane) => (
              <li data-front={dock().isOpen && dock().active === pane.id}>
                <button
                  type="button"
                  data-slot="name"
                  aria-pressed={dock().isOpen && dock().active === pane.id}
                  title={pane.title}
                  onClick={() => showInDock(pane.id)}
                >
                  {pane.title}
                </button>
                <IconButton
                  icon={X}
                  label={t("dock.close", { pane: pane.title })}
                  data-slot="close"
                  onClick={() => closeInDock(pane.id)}
                />
              </li>
            )}
          </For>
        </ul>
        <IconButton
          icon={dock().isOpen ? ChevronDown : ChevronUp}
          label={dock().isOpen ? t("dock.minimise") : t("dock.show")}
          keys="ctrl+`"
          aria-expanded={dock().isOpen}
          onClick={() => setDockOpen(!dock().isOpen)}
        />
      </header>
      <div id={bodyId} data-slot="body" hidden={!dock().isOpen}>
        <Show when={dock().panes.length > 0} fallback={<p data-slot="empty">{t("dock.empty")}</p>}>
          <For each={dock().panes}>
            {(pane) => (
              <div data-slot="pane" data-pane={pane.id} tabindex="-1" hidden={dock().active !== pane.id}>
                <PaneBody title={pane.title}>
                  <Dynamic component={KINDS[pane.kind]} pane={pane} />
                </PaneBody>
              </div>
            )}
          </For>
        </Show>
      </div>
    </section>
  )
}
