import { For, Show } from "solid-js"
import { t } from "#src/i18n/index.ts"
import { Select } from "#src/parts/select.tsx"
import { TextField } from "#src/parts/text-field.tsx"
import { GuardRails } from "#src/team/guard-rails.tsx"
import { hasModel } from "#src/pages/team/members/member-draft.ts"
import { changeMember } from "#src/pages/teams/new/draft.ts"
import type { Wizard } from "#src/pages/teams/new/wizard.ts"

/** What members may take on, and what no team goes beyond. */
export function LimitsStep(props: { readonly wizard: Wizard }) {
  const draft = () => props.wizard.draft()
  const change = (row: string, part: Parameters<typeof changeMember>[2]) =>
    props.wizard.set(changeMember(draft(), row, part))
  // By row: what is typed into a field must not make a new field.
  const rows = () => draft().members.map(({ row }) => row)
  const member = (row: string) => draft().members.find((each) => each.row === row)?.draft
  return (
    <>
      <p data-slot="note">{t("wizard.limits-detail")}</p>
      <ul data-component="wizard-limits">
        <For each={rows()}>
          {(row) => (
            <Show when={member(row)}>
              {(found) => (
                <li>
                  <TextField
                    label={t("wizard.slots-of", { handle: found().handle })}
                    error={props.wizard.faults().ofMember.get(row)?.slots}
                    value={found().slots}
                    onInput={(slots) => change(row, { slots })}
                  />
                  <Show when={hasModel(found().runtime)}>
                    <Select
                      label={t("wizard.permissions-of", { handle: found().handle })}
                      value={found().permissions}
                      options={[
                        { value: "ask", label: t("member-form.permissions-ask") },
                        { value: "allow", label: t("member-form.permissions-allow") },
                      ]}
                      onChange={(permissions) => change(row, { permissions })}
                    />
                  </Show>
                </li>
              )}
            </Show>
          )}
        </For>
      </ul>
      <section>
        <h3>{t("wizard.rails")}</h3>
        <GuardRails />
      </section>
    </>
  )
}
