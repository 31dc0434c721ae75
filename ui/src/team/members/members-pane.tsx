import type { MemberDoc } from "@muster/contracts"
import { For, Show } from "solid-js"
import type { Component, JSX } from "solid-js"
import { Dynamic } from "solid-js/web"
import { t } from "#src/i18n/index.ts"
import { EmptyState } from "#src/parts/empty-state.tsx"
import { Pane } from "#src/parts/pane.tsx"
import { Skeleton } from "#src/parts/skeleton.tsx"
import type { MemberCardProps } from "#src/team/members/member-card.tsx"
import { MemberRow } from "#src/team/members/member-row.tsx"
import { useRosterModel } from "#src/team/members/roster-model.ts"
import { useTeamSource } from "#src/team/source.ts"

export interface MembersPaneProps {
  readonly onOpenTask: (id: string) => void
  /** Beside the pane's title. */
  readonly actions?: JSX.Element
  /** Beside each member. */
  readonly memberActions?: Component<{ readonly member: MemberDoc }>
  /** On each member's card. */
  readonly cardActions?: MemberCardProps["actions"]
  /** The one thing to do while there is nobody. */
  readonly emptyAction?: JSX.Element
}

/** Who is in the team. */
export function MembersPane(props: MembersPaneProps) {
  const source = useTeamSource()
  const model = useRosterModel()
  return (
    <Pane title={t("members.title")} meta={String(model.ids().length)} actions={props.actions}>
      <Show when={source.isLoaded()} fallback={<Skeleton lines={4} />}>
        <Show
          when={model.ids().length > 0}
          fallback={
            <EmptyState title={t("members.empty")} detail={t("members.empty-detail")} action={props.emptyAction} />
          }
        >
          <ul aria-label={t("members.title")}>
            <For each={model.ids()}>
              {(id) => (
                <Show when={source.view.members[id]}>
                  {(member) => (
                    <MemberRow
                      member={member()}
                      work={model.workOf(id)}
                      today={model.todayOf(id)}
                      cardActions={props.cardActions}
                      onOpenTask={props.onOpenTask}
                      actions={
                        <Show when={props.memberActions}>
                          {(Actions) => <Dynamic component={Actions()} member={member()} />}
                        </Show>
                      }
                    />
                  )}
                </Show>
              )}
            </For>
          </ul>
        </Show>
      </Show>
    </Pane>
  )
}
