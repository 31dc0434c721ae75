import Cpu from "lucide-solid/icons/cpu"
import Monitor from "lucide-solid/icons/monitor"
import Moon from "lucide-solid/icons/moon"
import PanelLeftClose from "lucide-solid/icons/panel-left-close"
import PanelLeftOpen from "lucide-solid/icons/panel-left-open"
import Keyboard from "lucide-solid/icons/keyboard"
import Search from "lucide-solid/icons/search"
import Sun from "lucide-solid/icons/sun"
import Users from "lucide-solid/icons/users"
import { Show } from "solid-js"
import type { Theme } from "#src/lib/theme.ts"
import { nextTheme, setTheme, theme } from "#src/lib/theme.ts"
import { t } from "#src/i18n/index.ts"
import { IconButton } from "#src/parts/icon-button.tsx"
import type { Icon } from "#src/parts/icon-button.tsx"
import { KeyCaps } from "#src/parts/kbd.tsx"
import { may } from "#src/session/may.ts"
import { Account } from "#src/shell/account.tsx"
import { RailLink } from "#src/shell/rail-link.tsx"
import { RailTeams } from "#src/shell/rail-teams.tsx"
import "./rail.css"

export interface RailProps {
  readonly collapsed: boolean
  readonly onToggle: () => void
  readonly onPalette: () => void
  readonly onKeys: () => void
}

const THEME_ICONS: Readonly<Record<Theme, Icon>> = { light: Sun, dark: Moon, system: Monitor }

/** The left edge: where one can go, the teams at hand, and what is about the interface itself. */
export function Rail(props: RailProps) {
  return (
    <nav data-component="rail" data-collapsed={props.collapsed} aria-label={t("shell.rail")}>
      <div data-slot="head">
        <Show
          when={!props.collapsed}
          fallback={
            <IconButton
              icon={Search}
              label={t("shell.palette")}
              keys="mod+k"
              placement="right"
              onClick={() => props.onPalette()}
            />
          }
        >
          <span data-slot="brand">{t("app.name")}</span>
          <button type="button" data-slot="search" onClick={() => props.onPalette()}>
            <span class="visually-hidden">{t("shell.palette")}</span>
            <KeyCaps keys="mod+k" />
          </button>
        </Show>
      </div>
      <div data-slot="lists">
        <ul>
          <RailLink
            href="/teams"
            end
            label={t("nav.teams")}
            icon={<Users size={16} aria-hidden="true" />}
            collapsed={props.collapsed}
          />
          <Show when={may("model.read")}>
            <RailLink
              href="/models"
              label={t("nav.models")}
              icon={<Cpu size={16} aria-hidden="true" />}
              collapsed={props.collapsed}
            />
          </Show>
        </ul>
        <RailTeams collapsed={props.collapsed} />
      </div>
      <Account collapsed={props.collapsed} />
      <div data-slot="foot">
        <IconButton
          icon={props.collapsed ? PanelLeftOpen : PanelLeftClose}
          label={props.collapsed ? t("shell.expand") : t("shell.collapse")}
          keys="["
          placement="right"
          aria-expanded={!props.collapsed}
          onClick={() => props.onToggle()}
        />
        <IconButton
          icon={THEME_ICONS[theme()]}
          label={t(`shell.theme.${theme()}`)}
          placement={props.collapsed ? "right" : "top"}
          onClick={() => setTheme(nextTheme(theme()))}
        />
        <IconButton
          icon={Keyboard}
          label={t("shell.keys")}
          keys="?"
          placement={props.collapsed ? "right" : "top"}
          onClick={() => props.onKeys()}
        />
      </div>
    </nav>
  )
}
