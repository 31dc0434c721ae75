import { useNavigate } from "@solidjs/router"
import { useCommands } from "#src/commands/context.ts"
import { LANGUAGES, chooseLanguage } from "#src/i18n/language.ts"
import { t } from "#src/i18n/index.ts"
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
    { id: "go.needs-you", title: t("command.go-needs-you"), group: "go", keys: "g n", run: () => navigate("/") },
    { id: "go.teams", title: t("command.go-teams"), group: "go", keys: "g t", run: () => navigate("/teams") },
    ...(may("model.read")
      ? [{ id: "go.models", title: t("command.go-models"), group: "go" as const, run: () => navigate("/models") }]
      : []),
    ...(signedIn() === undefined
      ? []
      : [
          {
            id: "go.appearance",
            title: t("command.go-appearance"),
            group: "go" as const,
            search: "language theme density",
            run: () => navigate("/me/appearance"),
          },
          { id: "go.keys", title: t("command.go-keys"), group: "go" as const, run: () => navigate("/me/keys") },
          { id: "go.tokens", title: t("command.go-tokens"), group: "go" as const, run: () => navigate("/me/tokens") },
          {
            id: "go.notifications",
            title: t("command.go-notifications"),
            group: "go" as const,
            search: "sound quiet",
            run: () => navigate("/me/notifications"),
          },
        ]),
    { id: "go.kit", title: t("command.go-kit"), group: "go", run: () => navigate("/kit") },
    { id: "view.rail", title: t("command.rail"), group: "view", keys: "[", run: actions.toggleRail },
    { id: "view.dock", title: t("command.dock"), group: "view", keys: "ctrl+`", run: actions.toggleDock },
    {
      id: "view.theme",
      title: t("command.theme"),
      group: "view",
      search: "dark light",
      run: () => setTheme(nextTheme(theme())),
    },
    {
      id: "view.density",
      title: t("command.density"),
      group: "view",
      search: "compact comfortable",
      run: () => setDensity(density() === "compact" ? "comfortable" : "compact"),
    },
    ...LANGUAGES.map((each) => ({
      id: `view.language.${each}`,
      title: t("command.language", { language: t(`language.${each}`) }),
      group: "view" as const,
      search: "language 语言",
      run: () => void chooseLanguage(each),
    })),
    { id: "help.palette", title: t("command.palette"), group: "help", keys: "mod+k", run: actions.togglePalette },
    { id: "help.keys", title: t("command.keys"), group: "help", keys: "?", run: actions.showKeys },
  ])
}
