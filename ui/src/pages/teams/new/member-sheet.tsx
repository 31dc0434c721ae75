import type { Abilities } from "@muster/contracts"
import { createSignal, untrack } from "solid-js"
import { t } from "#src/i18n/index.ts"
import { Button } from "#src/parts/button.tsx"
import { Sheet } from "#src/parts/dialog.tsx"
import { MemberFields } from "#src/pages/team/members/member-fields.tsx"
import { memberRequest } from "#src/pages/team/members/member-draft.ts"
import type { MemberDraft, MemberErrors } from "#src/pages/team/members/member-draft.ts"
import type { WizardMember } from "#src/pages/teams/new/draft.ts"
import "#src/pages/team/members/member-dialog.css"

export interface MemberSheetProps {
  readonly title: string
  readonly initial: MemberDraft
  /** Those who are in the team beside this one. */
  readonly others: ReadonlyArray<WizardMember>
  readonly abilities: Abilities | undefined
  readonly onDone: (draft: MemberDraft) => void
  readonly onClose: () => void
}

/** One member of a team that is not there yet. */
export function MemberSheet(props: MemberSheetProps) {
  const [draft, setDraft] = createSignal(untrack(() => props.initial))
  const [errors, setErrors] = createSignal<MemberErrors>({})
  const change = (part: Partial<MemberDraft>) => {
    setDraft({ ...draft(), ...part })
    setErrors(Object.fromEntries(Object.entries(errors()).filter(([field]) => !(field in part))))
  }
  const submit = () => {
    const verdict = memberRequest(draft())
    const { handle, role } = draft()
    const found: MemberErrors = {
      ...(verdict.isOk ? {} : verdict.errors),
      ...(props.others.some((other) => other.draft.handle === handle)
        ? { handle: t("wizard.handles-twice", { handle }) }
        : {}),
      ...(role === "leader" && props.others.some((other) => other.draft.role === "leader")
        ? { role: t("wizard.two-leaders", { n: 2 }) }
        : {}),
    }
    setErrors(found)
    if (Object.keys(found).length === 0) props.onDone(draft())
  }
  return (
    <Sheet
      open
      onOpenChange={(open) => !open && props.onClose()}
      title={props.title}
      actions={
        <>
          <Button onClick={() => props.onClose()}>{t("common.cancel")}</Button>
          <Button variant="primary" onClick={submit}>
            {t("wizard.member-done")}
          </Button>
        </>
      }
    >
      <form
        data-component="member-form"
        novalidate
        onSubmit={(event) => {
          event.preventDefault()
          submit()
        }}
      >
        <MemberFields draft={draft()} errors={errors()} isNew abilities={props.abilities} onChange={change} />
      </form>
    </Sheet>
  )
}
