import { useNavigate } from "@solidjs/router"
import { useCommands } from "#src/commands/context.ts"
import { titled } from "#src/commands/titled.ts"
import { LANGUAGES, chooseLanguage } from "#src/i18n/language.ts"
import { wording } from "#src/i18n/wording.ts"
import { density, setDensity } from "#src/lib/density.ts"
import { nextTheme, setTheme, theme } from "#src/lib/theme.ts"
import { signedIn } from "#src/session/session.ts"
import { may } from "#src/session/may.ts"

export interface ShellActions {
  readonly toggleRail: () => void
  readonly togglePalette: () => void
  readonly showKeys: () => void
  readonly toggleDock: () => void
}

/** What can be done on every page. */
export function useShellCommands(actions: ShellActions): void {
  const navigate = useNavigate()
  useCommands(() => [
    { id: "go.needs-you", ...titled("command.go-needs-you"), group: "go", keys: "g n", run: () => navigate("/") },
    { id: "go.teams", ...titled("command.go-teams"), group: "go", keys: "g t", run: () => navigate("/teams") },
    ...(may("model.read")
      ? [{ id: "go.models", ...titled("command.go-models"), group: "go" as const, run: () => navigate("/models") }]
      : []),
    ...(signedIn() === undefined
      ? []
      : [
          {
            id: "go.appearance",
            ...titled("command.go-appearance"),
            group: "go" as const,
            search: "language theme density",
            run: () => navigate("/me/appearance"),
          },
          { id: "go.keys", ...titled("command.go-keys"), group: "go" as const, run: () => navigate("/me/keys") },
          { id: "go.tokens", ...titled("command.go-tokens"), group: "go" as const, run: () => navigate("/me/tokens") },
          {
            id: "go.notifications",
            ...titled("command.go-notifications"),
            group: "go" as const,
            search: "sound quiet",
            run: () => navigate("/me/notifications"),
          },
        ]),
    { id: "go.kit", ...titled("command.go-kit"), group: "go", run: () => navigate("/kit") },
    { id: "view.rail", ...titled("command.rail"), group: "view", keys: "[", run: actions.toggleRail },
    { id: "view.dock", ...titled("command.dock"), group: "view", keys: "ctrl+`", run: actions.toggleDock },
    {
      id: "view.theme",
      ...titled("command.theme"),
      group: "view",
      search: "dark light",
      run: () => setTheme(nextTheme(theme())),
    },
    {
      id: "view.density",
      ...titled("command.density"),
      group: "view",
      search: "compact comfortable",
      run: () => setDensity(density() === "compact" ? "comfortable" : "compact"),
    },
    ...LANGUAGES.map((each) => ({
      id: `view.language.${each}`,
      ...titled("command.language", { language: wording(`language.${each}`) }),
      group: "view" as const,
      search: "language 语言",
      run: () => void chooseLanguage(each),
    })),
    { id: "help.palette", ...titled("command.palette"), group: "help", keys: "mod+k", run: actions.togglePalette },
    { id: "help.keys", ...titled("command.keys"), group: "help", keys: "?", run: actions.showKeys },
  ])
}
