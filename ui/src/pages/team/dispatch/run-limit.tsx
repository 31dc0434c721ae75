import { A } from "@solidjs/router"
import { t } from "#src/i18n/index.ts"
import { useLiveTeam } from "#src/team/live-team.ts"
import { useDispatch } from "#src/pages/team/dispatch/context.ts"
import { runLimitText } from "#src/pages/team/dispatch/run-limit-text.ts"
import { teamViewPath } from "#src/pages/team/views.ts"

/** The limit of tokens that will hold for the task. A task has none of its own: it is the team's, and set there. */
export function RunLimit() {
  const team = useLiveTeam()
  const dispatch = useDispatch()
  return (
    <p data-slot="run-limit">
      <span>{runLimitText(team.view.team?.runTokensMax)}</span>
      {/* The draft is kept: who comes back goes on with it. */}
      <A href={teamViewPath(team.teamId, "settings")} onClick={() => dispatch.setOpen(false)}>
        {t("dispatch.run-tokens-where")}
      </A>
    </p>
  )
}
