import { useLocation, useNavigate } from "@solidjs/router"
import { ErrorBoundary, Show, Suspense, createEffect, createSignal, lazy, on } from "solid-js"
import type { JSX } from "solid-js"
import { CommandProvider } from "#src/commands/context.ts"
import { t } from "#src/i18n/index.ts"
import { missingLanguage } from "#src/i18n/language.ts"
import { createMediaQuery } from "#src/lib/media.ts"
import { asBoolean, createPreference } from "#src/lib/preferences.ts"
import { Skeleton } from "#src/parts/skeleton.tsx"
import { ToastRegion, showToast } from "#src/parts/toast.tsx"
import { signedIn } from "#src/session/session.ts"
import { BottomBar } from "#src/shell/bottom-bar.tsx"
import { dock, setDockOpen } from "#src/shell/dock/dock.ts"
import { KeySheet } from "#src/shell/key-sheet.tsx"
import { PageFailure } from "#src/shell/page-failure.tsx"
import { Palette } from "#src/shell/palette.tsx"
import { usePaletteTeams } from "#src/shell/palette-teams.ts"
import { Rail } from "#src/shell/rail.tsx"
import { useShellCommands } from "#src/shell/shell-commands.ts"
import { SignInAgain } from "#src/shell/sign-in-again.tsx"
import { StatusBar } from "#src/shell/status-bar.tsx"
import "./shell.css"

const NeedsKeeper = lazy(() => import("#src/needs/keeper.tsx"))
const Dock = lazy(async () => ({ default: (await import("#src/shell/dock/dock.tsx")).Dock }))

const collapsed = createPreference("rail.collapsed", false, asBoolean)

/** What stays while pages come and go: rail, palette, key sheet, dock, toasts. */
export function Shell(props: { readonly children?: JSX.Element }) {
  return (
    <CommandProvider>
      <Frame>{props.children}</Frame>
    </CommandProvider>
  )
}

function Frame(props: { readonly children: JSX.Element }) {
  const location = useLocation()
  const navigate = useNavigate()
  const [isPaletteOpen, setPaletteOpen] = createSignal(false)
  const [isKeySheetOpen, setKeySheetOpen] = createSignal(false)
  const isNarrow = createMediaQuery("(width < 900px)")
  const isPhone = createMediaQuery("(width < 640px)")
  const teams = usePaletteTeams(navigate)
  const toggleRail = () => collapsed.set(!collapsed.value())
  const openPalette = (isOpen: boolean) => {
    if (isOpen) teams.refresh()
    setPaletteOpen(isOpen)
  }
  let main: HTMLElement | undefined

  useShellCommands({
    toggleRail,
    togglePalette: () => openPalette(!isPaletteOpen()),
    showKeys: () => setKeySheetOpen(true),
    toggleDock: () => {
      setDockOpen(!dock().isOpen)
      queueMicrotask(() => focusAfterDock(main))
    },
  })

  // A new page starts at its heading, for the keyboard and for screen readers alike.
  createEffect(
    on(
      () => location.pathname,
      () => queueMicrotask(() => main?.querySelector<HTMLElement>("h1")?.focus()),
      { defer: true },
    ),
  )
  createEffect(() => {
    if (missingLanguage() === undefined) return
    const failed = t("language.failed", { language: t("language.zh") })
    showToast({ tone: "danger", title: failed, detail: t("language.failed-detail") })
  })

  return (
    <div data-component="shell">
      <a data-slot="skip" href="#main" onClick={(event) => skipTo(event, main)}>
        {t("shell.skip")}
      </a>
      <Show when={!isPhone()}>
        <Rail
          collapsed={collapsed.value() || isNarrow()}
          onToggle={toggleRail}
          onPalette={() => openPalette(true)}
          onKeys={() => setKeySheetOpen(true)}
        />
      </Show>
      <main ref={(element) => (main = element)} id="main" tabindex="-1">
        <ErrorBoundary fallback={(error: unknown, reset) => <PageFailure error={error} onRetry={reset} />}>
          <Suspense fallback={<Skeleton lines={6} />}>{props.children}</Suspense>
        </ErrorBoundary>
      </main>
      <Show when={dock().isOpen || dock().panes.length > 0}>
        <Suspense>
          <Dock />
        </Suspense>
      </Show>
      <Show when={signedIn()?.user.id} keyed>
        <Suspense>
          <NeedsKeeper orgId={signedIn()?.org.id ?? ""} />
        </Suspense>
      </Show>
      <StatusBar />
      <Show when={isPhone()}>
        <BottomBar onPalette={() => openPalette(true)} onKeys={() => setKeySheetOpen(true)} />
      </Show>
      <SignInAgain />
      <Palette open={isPaletteOpen()} onOpenChange={openPalette} isIncomplete={teams.isIncomplete()} />
      <KeySheet open={isKeySheetOpen()} onOpenChange={setKeySheetOpen} />
      <ToastRegion />
    </div>
  )
}

/** Moves the focus itself, because the router would take a change of the fragment for a change of page. */
function skipTo(event: MouseEvent, target: HTMLElement | undefined): void {
  event.preventDefault()
  target?.focus()
}

/** Into the pane that came up; out of a dock that went away, where the focus would be lost. */
function focusAfterDock(main: HTMLElement | undefined): void {
  const pane = document.querySelector<HTMLElement>("[data-component=dock][data-open=true] [data-pane]:not([hidden])")
  if (pane !== null) return pane.focus()
  const isInDock = document.activeElement?.closest("[data-component=dock]") !== null
  if (isInDock || document.activeElement === document.body) main?.querySelector<HTMLElement>("h1")?.focus()
}
