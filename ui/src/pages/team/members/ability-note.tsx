import { A } from "@solidjs/router"
import type { Abilities } from "@muster/contracts"
import { Match, Show, Switch } from "solid-js"
import { t } from "#src/i18n/index.ts"
import { Banner } from "#src/parts/banner.tsx"
import { CodeBlock } from "#src/parts/code-block.tsx"
import { may } from "#src/session/may.ts"
import { readinessOf } from "#src/pages/team/members/abilities.ts"
import type { Readiness } from "#src/pages/team/members/abilities.ts"
import type { MemberDraft } from "#src/pages/team/members/member-draft.ts"

/** What the machine of a member that runs elsewhere has to have. */
const needsOf = ({ runtime, agent }: MemberDraft) => {
  if (runtime === "openclaw") return "openclaw" as const
  if (runtime !== "acp") return undefined
  return agent === "hermes" || agent === "custom" ? ("own" as const) : agent
}

/** What is known of whether a member could work with what was chosen, and what to do where it could not. */
export function AbilityNote(props: { readonly draft: MemberDraft; readonly abilities: Abilities | undefined }) {
  const found = () => readinessOf(props.draft, props.abilities)
  const as = <K extends Readiness["kind"]>(kind: K) => {
    const now = found()
    return now.kind === kind ? (now as Extract<Readiness, { readonly kind: K }>) : undefined
  }
  return (
    <div data-component="ability" aria-live="polite">
      <Switch>
        <Match when={props.draft.runtime === "acp" && props.draft.agent === "gemini" && as("ready")}>
          <p data-slot="note">{t("ability.gemini-key")}</p>
        </Match>
        <Match when={as("ready")}>
          {(ready) => (
            <Show when={ready().version}>
              {(version) => <p data-slot="note">{t("ability.ready", { version: version() })}</p>}
            </Show>
          )}
        </Match>
        <Match when={as("later")}>
          <p data-slot="note">
            {t("ability.later")}{" "}
            <Show when={needsOf(props.draft)}>{(needs) => <>{t(`member-form.needs.${needs()}`)}</>}</Show>
          </p>
        </Match>
        <Match when={as("missing")}>
          {(missing) => (
            <>
              <Banner tone="warning">{t("ability.missing", { reason: missing().reason })}</Banner>
              <Show when={missing().install}>
                {(install) => <CodeBlock label={t("ability.install")} code={install()} />}
              </Show>
            </>
          )}
        </Match>
        <Match when={as("blocked")}>
          {(blocked) => <Banner tone="warning">{t("ability.blocked", { reason: blocked().reason })}</Banner>}
        </Match>
        <Match when={as("no-model")}>
          <Banner
            tone="warning"
            action={
              <Show when={may("model.manage")}>
                <A href="/models" data-component="button" data-variant="secondary">
                  {t("ability.set-model")}
                </A>
              </Show>
            }
          >
            {may("model.manage") ? t("ability.no-model") : t("ability.no-model-ask")}
          </Banner>
        </Match>
      </Switch>
    </div>
  )
}
