import { For, Show } from "solid-js"
import { t } from "#src/i18n/index.ts"
import { Avatar } from "#src/parts/avatar.tsx"
import { MemberCard } from "#src/team/members/member-card.tsx"
import type { MemberCardProps } from "#src/team/members/member-card.tsx"
import { WorkShape } from "#src/team/members/member-facts.tsx"
import { useRosterModel } from "#src/team/members/roster-model.ts"
import { useTeamSource } from "#src/team/source.ts"
import "./members-strip.css"

/** The roster where there is no room for a pane of its own: one row of members, each with its card. */
export function MembersStrip(props: {
  readonly onOpenTask: (id: string) => void
  readonly actions?: MemberCardProps["actions"]
}) {
  const source = useTeamSource()
  const model = useRosterModel()
  return (
    <section data-component="members-strip" aria-label={t("live.strip")}>
      <ul>
        <For each={model.ids()}>
          {(id) => (
            <Show when={source.view.members[id]}>
              {(member) => (
                <li aria-label={t("member.label", { handle: member().handle })}>
                  <MemberCard
                    member={member()}
                    work={model.workOf(id)}
                    today={model.todayOf(id)}
                    onOpenTask={props.onOpenTask}
                    actions={props.actions}
                  >
                    <Avatar name={member().name} presence={member().presence === "online" ? "online" : "offline"} />
                    <span data-slot="handle">{member().handle}</span>
                    <WorkShape word={model.workOf(id).word} />
                    <span class="visually-hidden">{t(`member.work.${model.workOf(id).word}`)}</span>
                  </MemberCard>
                </li>
              )}
            </Show>
          )}
        </For>
      </ul>
    </section>
  )
}
