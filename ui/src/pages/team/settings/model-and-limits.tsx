import { A } from "@solidjs/router"
import { Show } from "solid-js"
import { t } from "#src/i18n/index.ts"
import { RunTokens } from "#src/pages/team/settings/run-tokens.tsx"
import { may } from "#src/session/may.ts"
import { GuardRails } from "#src/team/guard-rails.tsx"

/** Which model the team uses is set with all the others. */
export function ModelSection() {
  return (
    <section>
      <h2>{t("settings.model")}</h2>
      <p>{t("settings.model-detail")}</p>
      <Show when={may("model.read")} fallback={<p data-slot="note">{t("settings.model-owners")}</p>}>
        <A href="/models" data-component="button" data-variant="secondary">
          {t("settings.model-link")}
        </A>
      </Show>
    </section>
  )
}

/** What no team goes beyond. */
export function LimitsSection() {
  return (
    <section>
      <h2>{t("settings.limits")}</h2>
      <p>{t("settings.limits-detail")}</p>
      <GuardRails />
      <RunTokens />
    </section>
  )
}
