import { A } from "@solidjs/router"
import { TEAM_SENTENCE_MAX_CHARS } from "@muster/contracts"
import { Show, createSignal, onCleanup } from "solid-js"
import { createAction } from "#src/api/action.ts"
import { commands } from "#src/api/commands.ts"
import { failureText } from "#src/api/failure.ts"
import { t } from "#src/i18n/index.ts"
import { Banner } from "#src/parts/banner.tsx"
import { Button } from "#src/parts/button.tsx"
import { Progress } from "#src/parts/progress.tsx"
import { TextArea } from "#src/parts/text-field.tsx"
import { may } from "#src/session/may.ts"
import { fromProposal } from "#src/pages/teams/new/draft.ts"
import type { Wizard } from "#src/pages/teams/new/wizard.ts"

/** A team from a sentence: a model proposes one, which a person then looks through like any other. */
export function Sentence(props: { readonly wizard: Wizard; readonly onProposed: () => void }) {
  const [isEmpty, setEmpty] = createSignal(false)
  const [leaving, setLeaving] = createSignal<AbortController>()
  const draft = () => props.wizard.draft()
  const propose = createAction(async () => {
    const { sentence } = draft()
    setEmpty(sentence.trim() === "")
    if (sentence.trim() === "") return
    const left = new AbortController()
    setLeaving(left)
    try {
      const proposal = await commands.draftTeam({ body: { sentence: sentence.trim() }, signal: left.signal })
      props.wizard.set(fromProposal(draft(), proposal))
      props.onProposed()
    } catch (error) {
      // Who stopped waiting wants no word about it.
      if (!left.signal.aborted) throw error
    } finally {
      setLeaving(undefined)
    }
  })
  onCleanup(() => leaving()?.abort())
  const hasModel = () => props.wizard.abilities.found()?.hasModel
  return (
    <section data-slot="sentence">
      <h3>{t("sentence.title")}</h3>
      <Show
        when={hasModel() !== false}
        fallback={
          <p data-slot="note">
            {t("sentence.no-model")}{" "}
            <Show when={may("model.manage")}>
              <A href="/models">{t("sentence.set-model")}</A>
            </Show>
          </p>
        }
      >
        <TextArea
          label={t("sentence.label")}
          hint={t("sentence.hint")}
          error={isEmpty() ? t("sentence.empty") : undefined}
          rows={2}
          value={draft().sentence}
          maxLength={TEAM_SENTENCE_MAX_CHARS}
          onInput={(sentence) => {
            setEmpty(false)
            props.wizard.set({ ...draft(), sentence })
          }}
        />
        <div data-slot="line">
          <Button busy={propose.isBusy()} onClick={() => void propose.run()}>
            {t("sentence.propose")}
          </Button>
          <Show when={propose.isBusy()}>
            <Button variant="ghost" onClick={() => leaving()?.abort()}>
              {t("sentence.cancel")}
            </Button>
          </Show>
        </div>
        <Show when={propose.isBusy()}>
          <Progress label={t("sentence.working")} />
        </Show>
        <Show when={propose.failure()}>{(failure) => <Banner tone="danger">{failureText(failure())}</Banner>}</Show>
      </Show>
    </section>
  )
}
