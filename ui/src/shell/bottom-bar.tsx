import { A, useLocation } from "@solidjs/router"
import Menu from "lucide-solid/icons/menu"
import Search from "lucide-solid/icons/search"
import { For, Show, createEffect, createSignal, on } from "solid-js"
import { Dynamic } from "solid-js/web"
import { t } from "#src/i18n/index.ts"
import { BOTTOM_BAR_PLACES } from "#src/limits.ts"
import { Badge } from "#src/parts/badge.tsx"
import { Sheet } from "#src/parts/dialog.tsx"
import { destinations } from "#src/shell/destinations.ts"
import { Rail } from "#src/shell/rail.tsx"
import "./bottom-bar.css"

/** On a phone: the first places within reach of the thumb, and the rail as a drawer behind the last button. */
export function BottomBar(props: { readonly onPalette: () => void; readonly onKeys: () => void }) {
  const location = useLocation()
  const [isDrawerOpen, setDrawerOpen] = createSignal(false)
  const leaveTo = (open: () => void) => {
    setDrawerOpen(false)
    open()
  }
  createEffect(
    on(
      () => location.pathname,
      () => setDrawerOpen(false),
      { defer: true },
    ),
  )
  return (
    <>
      <nav data-component="bottom-bar" aria-label={t("nav.main")}>
        <For each={destinations().slice(0, BOTTOM_BAR_PLACES)}>
          {(place) => (
            <A href={place.href} end={place.end === true}>
              <Dynamic component={place.icon} size={20} aria-hidden="true" />
              <span data-slot="label">{place.label}</span>
              <Show when={(place.count ?? 0) > 0}>
                <Badge tone="warning">{place.count}</Badge>
              </Show>
            </A>
          )}
        </For>
        <button type="button" onClick={() => props.onPalette()}>
          <Search size={20} aria-hidden="true" />
          <span data-slot="label">{t("nav.search")}</span>
        </button>
        <button type="button" aria-haspopup="dialog" aria-expanded={isDrawerOpen()} onClick={() => setDrawerOpen(true)}>
          <Menu size={20} aria-hidden="true" />
          <span data-slot="label">{t("nav.more")}</span>
        </button>
      </nav>
      <Sheet open={isDrawerOpen()} onOpenChange={setDrawerOpen} title={t("app.name")}>
        <Rail
          collapsed={false}
          isDrawer
          onToggle={() => undefined}
          onPalette={() => leaveTo(props.onPalette)}
          onKeys={() => leaveTo(props.onKeys)}
        />
      </Sheet>
    </>
  )
}
