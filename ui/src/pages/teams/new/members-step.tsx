import type { AcpAgent } from "@muster/domain"
import Pencil from "lucide-solid/icons/pencil"
import Trash from "lucide-solid/icons/trash"
import Users from "lucide-solid/icons/users"
import { For, Show, createSignal } from "solid-js"
import { t } from "#src/i18n/index.ts"
import { Badge } from "#src/parts/badge.tsx"
import { Banner } from "#src/parts/banner.tsx"
import { Button } from "#src/parts/button.tsx"
import { EmptyState } from "#src/parts/empty-state.tsx"
import { IconButton } from "#src/parts/icon-button.tsx"
import { Select } from "#src/parts/select.tsx"
import { StateIcon } from "#src/parts/state-icon.tsx"
import { SHAPES } from "#src/parts/state-table.ts"
import { readinessOf } from "#src/pages/team/members/abilities.ts"
import type { MemberDraft } from "#src/pages/team/members/member-draft.ts"
import { ACP_AGENTS } from "#src/pages/team/members/runtime-fields.tsx"
import { addMember, changeMember, newWizardMember, removeMember } from "#src/pages/teams/new/draft.ts"
import type { WizardMember } from "#src/pages/teams/new/draft.ts"
import { MemberSheet } from "#src/pages/teams/new/member-sheet.tsx"
import type { Wizard } from "#src/pages/teams/new/wizard.ts"

/** What a member works with, in a few words. */
export const runtimeLabel = ({ runtime, agent }: MemberDraft): string =>
  runtime === "acp" ? t(`member-form.agent.${agent}`) : t(`member-form.runtime-${runtime}`)

/** Who is in the team. */
export function MembersStep(props: { readonly wizard: Wizard; readonly isTried: boolean }) {
  const [editing, setEditing] = createSignal<WizardMember | "new">()
  const wizard = () => props.wizard.draft()
  const coding = () => wizard().members.filter(({ draft }) => draft.runtime === "acp")
  const setAgent = (agent: AcpAgent) => {
    let next = wizard()
    for (const { row } of coding()) next = changeMember(next, row, { agent })
    props.wizard.set(next)
  }
  const done = (draft: MemberDraft) => {
    const now = editing()
    if (now === undefined) return
    props.wizard.set(now === "new" ? addMember(wizard(), draft) : changeMember(wizard(), now.row, draft))
    setEditing(undefined)
  }
  const others = () => {
    const now = editing()
    return wizard().members.filter((member) => now === "new" || member.row !== now?.row)
  }
  return (
    <>
      <p data-slot="note">{t("wizard.members-detail")}</p>
      <Show when={props.isTried && props.wizard.faults().members}>
        {(fault) => <Banner tone="danger">{fault()}</Banner>}
      </Show>
      <Show
        when={wizard().members.length > 0}
        fallback={<EmptyState icon={Users} title={t("wizard.members-none")} detail={t("wizard.members-none-detail")} />}
      >
        <ul data-component="wizard-members">
          <For each={wizard().members}>
            {(member) => (
              <li>
                <span data-slot="who">
                  <strong>{t("member.label", { handle: member.draft.handle })}</strong>
                  <span>{member.draft.name}</span>
                  <Show when={member.draft.role === "leader"}>
                    <Badge>{t("member.role.leader")}</Badge>
                  </Show>
                </span>
                <span data-slot="what">
                  {runtimeLabel(member.draft)}
                  <ReadyBadge wizard={props.wizard} draft={member.draft} />
                </span>
                <span data-slot="actions">
                  <IconButton
                    icon={Pencil}
                    label={t("wizard.edit-member", { handle: member.draft.handle })}
                    onClick={() => setEditing(member)}
                  />
                  <IconButton
                    icon={Trash}
                    label={t("wizard.remove-member", { handle: member.draft.handle })}
                    onClick={() => props.wizard.set(removeMember(wizard(), member.row))}
                  />
                </span>
                <Show when={props.isTried && props.wizard.faults().ofMember.has(member.row)}>
                  <p data-slot="fault" role="alert">
                    {t("wizard.member-faults")}
                  </p>
                </Show>
              </li>
            )}
          </For>
        </ul>
      </Show>
      <div data-slot="line">
        <Button onClick={() => setEditing("new")}>{t("wizard.add-member")}</Button>
      </div>
      <Show when={coding().length > 1}>
        <Select
          label={t("wizard.agent")}
          hint={t("wizard.agent-hint")}
          value={coding()[0]?.draft.agent ?? "opencode"}
          options={ACP_AGENTS.filter((agent) => agent !== "custom").map((value) => ({
            value,
            label: t(`member-form.agent.${value}`),
          }))}
          onChange={setAgent}
        />
      </Show>
      <Show when={editing()} keyed>
        {(member) => (
          <MemberSheet
            title={member === "new" ? t("wizard.new-member") : t("wizard.edit-member", { handle: member.draft.handle })}
            initial={member === "new" ? newWizardMember(wizard()) : member.draft}
            others={others()}
            abilities={props.wizard.abilities.found()}
            onDone={done}
            onClose={() => setEditing(undefined)}
          />
        )}
      </Show>
    </>
  )
}

function ReadyBadge(props: { readonly wizard: Wizard; readonly draft: MemberDraft }) {
  const kind = () => readinessOf(props.draft, props.wizard.abilities.found()).kind
  return (
    <Show when={kind() === "missing" || kind() === "blocked" || kind() === "no-model"}>
      <Badge tone="warning" icon={<StateIcon shape={SHAPES.triangle} />}>
        {kind() === "no-model" ? t("wizard.needs-model") : t("wizard.not-ready")}
      </Badge>
    </Show>
  )
}
