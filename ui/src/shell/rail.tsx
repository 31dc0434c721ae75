import Monitor from "lucide-solid/icons/monitor"
import Moon from "lucide-solid/icons/moon"
import PanelLeftClose from "lucide-solid/icons/panel-left-close"
import PanelLeftOpen from "lucide-solid/icons/panel-left-open"
import Keyboard from "lucide-solid/icons/keyboard"
import Search from "lucide-solid/icons/search"
import Sun from "lucide-solid/icons/sun"
import { Show } from "solid-js"
import { boundKeys } from "#src/commands/bound-keys.ts"
import type { Theme } from "#src/lib/theme.ts"
import { nextTheme, setTheme, theme } from "#src/lib/theme.ts"
import { t } from "#src/i18n/index.ts"
import { IconButton } from "#src/parts/icon-button.tsx"
import type { Icon } from "#src/parts/icon-button.tsx"
import { KeyCaps } from "#src/parts/kbd.tsx"
import { Account } from "#src/shell/account.tsx"
import { RailPlaces } from "#src/shell/rail-places.tsx"
import { RailTeams } from "#src/shell/rail-teams.tsx"
import "./rail.css"

export interface RailProps {
  readonly collapsed: boolean
  /** Lies in a drawer, which has a head of its own and cannot be collapsed. */
  readonly isDrawer?: boolean
  readonly onToggle: () => void
  readonly onPalette: () => void
  readonly onKeys: () => void
}

/** As the command of the palette is written with. */
const PALETTE_KEYS = "mod+k"

const THEME_ICONS: Readonly<Record<Theme, Icon>> = { light: Sun, dark: Moon, system: Monitor }

/** The left edge: where one can go, the teams at hand, and what is about the interface itself. */
export function Rail(props: RailProps) {
  return (
    <nav
      data-component="rail"
      data-collapsed={props.collapsed}
      data-drawer={props.isDrawer === true}
      aria-label={t("shell.rail")}
    >
      <Show when={props.isDrawer !== true}>
        <Head collapsed={props.collapsed} onPalette={() => props.onPalette()} />
      </Show>
      <div data-slot="lists">
        <RailPlaces collapsed={props.collapsed} />
        <RailTeams collapsed={props.collapsed} />
      </div>
      <Account collapsed={props.collapsed} />
      <Foot {...props} />
    </nav>
  )
}

function Head(props: { readonly collapsed: boolean; readonly onPalette: () => void }) {
  return (
    <div data-slot="head">
      <Show
        when={!props.collapsed}
        fallback={
          <IconButton
            icon={Search}
            label={t("shell.palette")}
            keys={PALETTE_KEYS}
            placement="right"
            onClick={() => props.onPalette()}
          />
        }
      >
        <span data-slot="brand">{t("app.name")}</span>
        <button type="button" data-slot="search" onClick={() => props.onPalette()}>
          <span class="visually-hidden">{t("shell.palette")}</span>
          <Show when={boundKeys(PALETTE_KEYS)} fallback={<Search size={16} aria-hidden="true" />}>
            {(bound) => <KeyCaps keys={bound()} />}
          </Show>
        </button>
      </Show>
    </div>
  )
}

function Foot(props: RailProps) {
  const placement = () => (props.collapsed ? "right" : "top")
  return (
    <div data-slot="foot">
      <Show when={props.isDrawer !== true}>
        <IconButton
          icon={props.collapsed ? PanelLeftOpen : PanelLeftClose}
          label={props.collapsed ? t("shell.expand") : t("shell.collapse")}
          keys="["
          placement="right"
          aria-expanded={!props.collapsed}
          onClick={() => props.onToggle()}
        />
      </Show>
      <IconButton
        icon={THEME_ICONS[theme()]}
        label={t(`shell.theme.${theme()}`)}
        placement={placement()}
        onClick={() => setTheme(nextTheme(theme()))}
      />
      <IconButton
        icon={Keyboard}
        label={t("shell.keys")}
        keys="?"
        placement={placement()}
        onClick={() => props.onKeys()}
      />
    </div>
  )
}
