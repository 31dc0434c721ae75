import type { MemberDoc } from "@muster/contracts"
import Pencil from "lucide-solid/icons/pencil"
import { For, Show, createMemo, createSignal } from "solid-js"
import { t } from "#src/i18n/index.ts"
import { Badge } from "#src/parts/badge.tsx"
import { IconButton } from "#src/parts/icon-button.tsx"
import { may } from "#src/session/may.ts"
import { useLiveTeam } from "#src/team/live-team.ts"
import { roster } from "#src/team/members/work.ts"
import { hasModel } from "#src/pages/team/members/member-draft.ts"
import { MemberDialog } from "#src/pages/team/members/member-dialog.tsx"

/** Who is in the team, with role, runtime and briefing. */
export function MembersSection() {
  const team = useLiveTeam()
  const [editing, setEditing] = createSignal<MemberDoc>()
  const members = createMemo(() => roster(team.raw()))
  const mayEdit = () => may("member.edit") && team.view.team?.isArchived === false
  return (
    <section>
      <h2>{t("settings.members")}</h2>
      <p>{t("settings.members-detail")}</p>
      <Show when={members().length > 0} fallback={<p data-slot="note">{t("settings.members-none")}</p>}>
        <ul data-component="settings-members">
          <For each={members()}>
            {(member) => (
              <li>
                <span data-slot="who">
                  <strong>{t("member.label", { handle: member.handle })}</strong>
                  <Show when={member.role === "leader"}>
                    <Badge>{t("member.role.leader")}</Badge>
                  </Show>
                  <span data-slot="note">{t(`member.runtime.${member.runtime}`)}</span>
                </span>
                <Show when={mayEdit()}>
                  <IconButton
                    icon={Pencil}
                    label={t("settings.edit-member", { handle: member.handle })}
                    onClick={() => setEditing(member)}
                  />
                </Show>
                <Show when={hasModel(member.runtime)}>
                  <p data-slot="note">{(member.briefing ?? "") === "" ? t("settings.no-briefing") : member.briefing}</p>
                </Show>
              </li>
            )}
          </For>
        </ul>
      </Show>
      <Show when={editing()} keyed>
        {(member) => <MemberDialog member={member} onOpenChange={(open) => !open && setEditing(undefined)} />}
      </Show>
    </section>
  )
}
