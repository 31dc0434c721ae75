import type { TeamTemplate } from "@muster/contracts"
import { teamTemplates } from "@muster/contracts"
import { DESCRIPTION_MAX_CHARS, NAME_MAX_CHARS } from "@muster/domain"
import { createMemo, createSignal } from "solid-js"
import { t, tn } from "#src/i18n/index.ts"
import { RadioGroup } from "#src/parts/radio-group.tsx"
import type { RadioOption } from "#src/parts/radio-group.tsx"
import { TextArea, TextField } from "#src/parts/text-field.tsx"
import { ConfirmWithReason } from "#src/team/confirm-with-reason.tsx"
import { emptyWizard, fromTemplate } from "#src/pages/teams/new/draft.ts"
import type { WizardDraft } from "#src/pages/teams/new/draft.ts"
import { Sentence } from "#src/pages/teams/new/sentence.tsx"
import type { Wizard } from "#src/pages/teams/new/wizard.ts"
import { templateWords } from "#src/pages/teams/new/words/index.ts"

export interface TemplateStepProps {
  readonly wizard: Wizard
  readonly isTried: boolean
  readonly onProposed: () => void
}

const needsModel = ({ members }: TeamTemplate) =>
  members.some(({ runtime }) => runtime === "acp" || runtime === "openclaw")

/** What the team begins with, and what it is called. */
export function TemplateStep(props: TemplateStepProps) {
  const [asked, setAsked] = createSignal<string>()
  const draft = () => props.wizard.draft()
  const change = (part: Partial<WizardDraft>) => props.wizard.set({ ...draft(), ...part })

  const begun = (begins: string): WizardDraft => {
    const template = teamTemplates.find(({ id }) => id === begins)
    const known = teamTemplates.map(({ id }) => templateWords(id).name)
    if (template !== undefined) return fromTemplate(draft(), template, templateWords(template.id), known)
    const { sentence, name } = draft()
    return { ...emptyWizard, sentence, name: known.includes(name) ? "" : name }
  }
  /** Members are as the template has them: nothing is lost when another one is chosen. */
  const isUntouched = () => {
    if (draft().members.length === 0) return true
    if (draft().begins === "proposal") return false
    const contents = ({ members }: WizardDraft) => JSON.stringify(members.map((member) => member.draft))
    return contents(begun(draft().begins)) === contents(draft())
  }
  const choose = (begins: string) => {
    if (begins === draft().begins) return
    if (isUntouched()) props.wizard.set(begun(begins))
    else setAsked(begins)
  }
  const isProposal = createMemo(() => draft().begins === "proposal")
  // Made anew only when there is another choice: a list that is made anew takes the focus from the choice that was just made.
  const options = createMemo((): ReadonlyArray<RadioOption> => [
    ...teamTemplates.map((template) => {
      const words = templateWords(template.id)
      const size = tn("wizard.members-of", template.members.length)
      const needs = needsModel(template) ? t("wizard.needs-model") : t("wizard.needs-nothing")
      return { value: template.id, label: words.name, hint: `${words.detail}\n${size} · ${needs}` }
    }),
    { value: "empty", label: t("wizard.empty"), hint: t("wizard.empty-detail") },
    ...(isProposal() ? [{ value: "proposal", label: t("wizard.proposal"), hint: t("wizard.proposal-detail") }] : []),
  ])
  return (
    <>
      <div data-slot="templates">
        <RadioGroup label={t("wizard.template")} value={draft().begins} options={options()} onChange={choose} />
      </div>
      <TextField
        label={t("team-form.name")}
        error={props.isTried ? props.wizard.faults().name : undefined}
        value={draft().name}
        maxLength={NAME_MAX_CHARS}
        autocomplete="off"
        required
        onInput={(name) => change({ name })}
      />
      <TextArea
        label={t("team-form.description")}
        hint={t("common.optional")}
        value={draft().description}
        maxLength={DESCRIPTION_MAX_CHARS}
        onInput={(description) => change({ description })}
      />
      <Sentence wizard={props.wizard} onProposed={() => props.onProposed()} />
      <ConfirmWithReason
        open={asked() !== undefined}
        onOpenChange={(open) => !open && setAsked(undefined)}
        title={t("wizard.replace-title")}
        detail={t("wizard.replace-detail")}
        submit={t("wizard.replace")}
        hasReason={false}
        onConfirm={() => {
          props.wizard.set(begun(asked() ?? "empty"))
          return Promise.resolve()
        }}
      />
    </>
  )
}
