import { A } from "@solidjs/router"
import { For, Match, Show, Switch, createMemo } from "solid-js"
import { failureText } from "#src/api/failure.ts"
import { listText } from "#src/i18n/format.ts"
import { t } from "#src/i18n/index.ts"
import { Banner } from "#src/parts/banner.tsx"
import { Button } from "#src/parts/button.tsx"
import { CodeBlock } from "#src/parts/code-block.tsx"
import { may } from "#src/session/may.ts"
import { withStandIns } from "#src/pages/teams/new/draft.ts"
import { needsOf } from "#src/pages/teams/new/needs.ts"
import type { Need } from "#src/pages/teams/new/needs.ts"
import type { Wizard } from "#src/pages/teams/new/wizard.ts"

/** What is missing for the members to begin, how to get it, and what to do without it. */
export function NeedsList(props: { readonly wizard: Wizard }) {
  const found = createMemo(() => needsOf(props.wizard.draft().members, props.wizard.abilities.found()))
  const abilities = () => props.wizard.abilities
  return (
    <section data-component="wizard-needs">
      <h3>{t("lacks.title")}</h3>
      <Switch>
        <Match when={abilities().found() === undefined && abilities().failure()}>
          {(failure) => (
            <Banner tone="warning" action={<Button onClick={() => void abilities().ask()}>{t("lacks.again")}</Button>}>
              {t("lacks.failed", { reason: failureText(failure()) })}
            </Banner>
          )}
        </Match>
        <Match when={abilities().found() === undefined}>
          <p data-slot="note">{t("lacks.asking")}</p>
        </Match>
        <Match when={found().needs.length === 0}>
          <p data-slot="note">{t("lacks.none")}</p>
        </Match>
        <Match when={found().needs.length > 0}>
          <ul>
            <For each={found().needs}>
              {(need) => (
                <li>
                  <NeedLine need={need} />
                </li>
              )}
            </For>
          </ul>
          <Show when={found().waiting.size > 0}>
            <p data-slot="note">{t("lacks.detail")}</p>
            <div data-slot="line">
              <Button busy={abilities().isAsking()} onClick={() => void abilities().ask()}>
                {t("lacks.again")}
              </Button>
              <Button onClick={() => props.wizard.set(withStandIns(props.wizard.draft(), found().waiting))}>
                {t("lacks.stand-in")}
              </Button>
            </div>
            <p data-slot="note">{t("lacks.stand-in-hint")}</p>
          </Show>
        </Match>
      </Switch>
    </section>
  )
}

function NeedLine(props: { readonly need: Need }) {
  const who = () => listText(props.need.handles.map((handle) => t("member.label", { handle })))
  const reason = () => ("reason" in props.need ? props.need.reason : "")
  return (
    <Switch>
      <Match when={props.need.kind === "later"}>
        <p>{t("lacks.later", { who: who() })}</p>
      </Match>
      <Match when={props.need.kind === "no-model"}>
        <p>
          {t("lacks.model", { who: who() })}{" "}
          <Show when={may("model.manage")} fallback={t("models.not-yours-detail")}>
            <A href="/models">{t("sentence.set-model")}</A>
          </Show>
        </p>
      </Match>
      <Match when={props.need.kind === "missing" || props.need.kind === "blocked"}>
        <p>{t("lacks.missing", { who: who(), reason: reason() })}</p>
        <Show when={props.need.kind === "missing" && props.need.install}>
          {(install) => <CodeBlock label={t("ability.install")} code={install()} />}
        </Show>
      </Match>
    </Switch>
  )
}
