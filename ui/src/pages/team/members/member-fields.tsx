import type { Abilities } from "@muster/contracts"
import { NAME_MAX_CHARS, SLOTS_MAX } from "@muster/domain"
import { Show } from "solid-js"
import { t } from "#src/i18n/index.ts"
import { Banner } from "#src/parts/banner.tsx"
import { RadioGroup } from "#src/parts/radio-group.tsx"
import { TextField } from "#src/parts/text-field.tsx"
import { RuntimeFields } from "#src/pages/team/members/runtime-fields.tsx"
import type { MemberDraft, MemberErrors } from "#src/pages/team/members/member-draft.ts"

const HANDLE_MAX_CHARS = 32

export interface MemberFieldsProps {
  readonly draft: MemberDraft
  readonly errors: MemberErrors
  /** Where it runs is decided once. */
  readonly isNew: boolean
  readonly blockedReason?: string | null | undefined
  readonly abilities: Abilities | undefined
  readonly onChange: (part: Partial<MemberDraft>) => void
}

/** All that is said of a member, new or not. */
export function MemberFields(props: MemberFieldsProps) {
  return (
    <>
      <TextField
        label={t("member-form.handle")}
        hint={t("member-form.handle-hint")}
        error={props.errors.handle}
        value={props.draft.handle}
        maxLength={HANDLE_MAX_CHARS}
        autocomplete="off"
        required
        onInput={(handle) => props.onChange({ handle: handle.toLowerCase() })}
      />
      <TextField
        label={t("member-form.name")}
        hint={t("member-form.name-hint")}
        error={props.errors.name}
        value={props.draft.name}
        maxLength={NAME_MAX_CHARS}
        autocomplete="off"
        onInput={(name) => props.onChange({ name })}
      />
      <RadioGroup
        label={t("member-form.role")}
        value={props.draft.role}
        onChange={(role) => props.onChange({ role })}
        options={[
          { value: "leader", label: t("member-form.role-leader"), hint: t("member-form.role-leader-hint") },
          { value: "member", label: t("member-form.role-member"), hint: t("member-form.role-member-hint") },
        ]}
      />
      <Show when={props.errors.role}>{(text) => <Banner tone="danger">{text()}</Banner>}</Show>
      <RuntimeFields
        draft={props.draft}
        errors={props.errors}
        blockedReason={props.blockedReason}
        abilities={props.abilities}
        onChange={(part) => props.onChange(part)}
      />
      <TextField
        label={t("member-form.slots")}
        hint={t("member-form.slots-hint", { max: SLOTS_MAX })}
        error={props.errors.slots}
        value={props.draft.slots}
        onInput={(slots) => props.onChange({ slots })}
      />
      <Show when={props.isNew}>
        <RadioGroup
          label={t("member-form.placement")}
          value={props.draft.placement}
          onChange={(placement) => props.onChange({ placement })}
          options={[
            { value: "local", label: t("member-form.placement-local"), hint: t("member-form.placement-local-hint") },
            {
              value: "manual",
              label: t("member-form.placement-manual"),
              hint: t("member-form.placement-manual-hint"),
            },
          ]}
        />
      </Show>
      <TextField
        label={t("member-form.skills")}
        hint={t("member-form.skills-hint")}
        error={props.errors.skills}
        value={props.draft.skills}
        onInput={(skills) => props.onChange({ skills })}
      />
    </>
  )
}
