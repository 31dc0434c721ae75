import { useLocation, useNavigate } from "@solidjs/router"
import { ErrorBoundary, Suspense, createEffect, createSignal, on } from "solid-js"
import type { JSX } from "solid-js"
import { CommandProvider, useCommands } from "#src/commands/context.ts"
import { t } from "#src/i18n/index.ts"
import { createMediaQuery } from "#src/lib/media.ts"
import { asBoolean, createPreference } from "#src/lib/preferences.ts"
import { nextTheme, setTheme, theme } from "#src/lib/theme.ts"
import { Skeleton } from "#src/parts/skeleton.tsx"
import { ToastRegion } from "#src/parts/toast.tsx"
import { KeySheet } from "#src/shell/key-sheet.tsx"
import { PageFailure } from "#src/shell/page-failure.tsx"
import { Palette } from "#src/shell/palette.tsx"
import { may } from "#src/session/may.ts"
import { Rail } from "#src/shell/rail.tsx"
import { SignInAgain } from "#src/shell/sign-in-again.tsx"
import { StatusBar } from "#src/shell/status-bar.tsx"
import "./shell.css"

const collapsed = createPreference("rail.collapsed", false, asBoolean)

/** What stays while pages come and go: rail, palette, key sheet, toasts. */
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
  const toggleRail = () => collapsed.set(!collapsed.value())
  let main: HTMLElement | undefined

  useCommands(() => [
    {
      id: "go.teams",
      title: t("command.go-teams"),
      group: "go",
      keys: "g t",
      run: () => navigate("/teams"),
    },
    ...(may("model.read")
      ? [{ id: "go.models", title: t("command.go-models"), group: "go" as const, run: () => navigate("/models") }]
      : []),
    { id: "go.kit", title: t("command.go-kit"), group: "go", run: () => navigate("/kit") },
    { id: "view.rail", title: t("command.rail"), group: "view", keys: "[", run: toggleRail },
    {
      id: "view.theme",
      title: t("command.theme"),
      group: "view",
      search: "dark light",
      run: () => setTheme(nextTheme(theme())),
    },
    {
      id: "help.palette",
      title: t("command.palette"),
      group: "help",
      keys: "mod+k",
      run: () => setPaletteOpen(!isPaletteOpen()),
    },
    { id: "help.keys", title: t("command.keys"), group: "help", keys: "?", run: () => setKeySheetOpen(true) },
  ])

  // A new page starts at its heading, for the keyboard and for screen readers alike.
  createEffect(
    on(
      () => location.pathname,
      () => queueMicrotask(() => main?.querySelector<HTMLElement>("h1")?.focus()),
      { defer: true },
    ),
  )

  return (
    <div data-component="shell">
      <a data-slot="skip" href="#main" onClick={(event) => skipTo(event, main)}>
        {t("shell.skip")}
      </a>
      <Rail
        collapsed={collapsed.value() || isNarrow()}
        onToggle={toggleRail}
        onPalette={() => setPaletteOpen(true)}
        onKeys={() => setKeySheetOpen(true)}
      />
      <main ref={(element) => (main = element)} id="main" tabindex="-1">
        <ErrorBoundary fallback={(error: unknown, reset) => <PageFailure error={error} onRetry={reset} />}>
          <Suspense fallback={<Skeleton lines={6} />}>{props.children}</Suspense>
        </ErrorBoundary>
      </main>
      <StatusBar />
      <SignInAgain />
      <Palette open={isPaletteOpen()} onOpenChange={setPaletteOpen} />
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
