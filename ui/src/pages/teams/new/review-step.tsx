import { For, Show } from "solid-js"
import { failureText } from "#src/api/failure.ts"
import { t } from "#src/i18n/index.ts"
import { Badge } from "#src/parts/badge.tsx"
import { Banner } from "#src/parts/banner.tsx"
import { Button } from "#src/parts/button.tsx"
import { Switch } from "#src/parts/switch.tsx"
import { canDoFirstWork } from "#src/pages/teams/new/draft.ts"
import type { FirstTask } from "#src/pages/teams/new/draft.ts"
import { runtimeLabel } from "#src/pages/teams/new/members-step.tsx"
import { NeedsList } from "#src/pages/teams/new/needs-list.tsx"
import type { Wizard } from "#src/pages/teams/new/wizard.ts"

export interface ReviewStepProps {
  readonly wizard: Wizard
  readonly onOpenTeam: (id: string) => void
}

/** The team as it will be, what it lacks, and what it begins with. */
export function ReviewStep(props: ReviewStepProps) {
  const draft = () => props.wizard.draft()
  const failed = () => {
    const now = props.wizard.creating()
    return now.kind === "failed" ? now.failure : undefined
  }
  const stuck = () => {
    const now = props.wizard.creating()
    return now.kind === "work-failed" ? now : undefined
  }
  const whoDoes = ({ handle, skills }: FirstTask): string => {
    if (handle !== null) return t("member.label", { handle })
    return skills.length > 0 ? t("member.pool", { skills: skills.join(", ") }) : t("wizard.leader-does")
  }
  return (
    <>
      <section data-component="wizard-review">
        <h3>{draft().name}</h3>
        <Show when={draft().description !== ""}>
          <p data-slot="note">{draft().description}</p>
        </Show>
        <ul data-component="wizard-members">
          <For each={draft().members}>
            {({ draft: member }) => (
              <li>
                <span data-slot="who">
                  <strong>{t("member.label", { handle: member.handle })}</strong>
                  <span>{member.name}</span>
                  <Show when={member.role === "leader"}>
                    <Badge>{t("member.role.leader")}</Badge>
                  </Show>
                </span>
                <span data-slot="what">
                  {runtimeLabel(member)}
                  <span data-slot="note">{t("wizard.slots-short", { n: member.slots })}</span>
                </span>
                <Show when={member.briefing !== ""}>
                  <p data-slot="note">{member.briefing}</p>
                </Show>
              </li>
            )}
          </For>
        </ul>
      </section>
      <NeedsList wizard={props.wizard} />
      <Show when={draft().firstWork.length > 0}>
        <section data-slot="first-work">
          <Switch
            label={t("wizard.first-work")}
            hint={canDoFirstWork(draft()) ? t("wizard.first-work-hint") : t("wizard.first-work-nobody")}
            checked={draft().wantsFirstWork && canDoFirstWork(draft())}
            disabled={!canDoFirstWork(draft())}
            onChange={(wantsFirstWork) => props.wizard.set({ ...draft(), wantsFirstWork })}
          />
          <ol aria-label={t("wizard.first-work-parts")}>
            <For each={draft().firstWork}>
              {(task) => <li>{t("wizard.first-work-for", { title: task.title, who: whoDoes(task) })}</li>}
            </For>
          </ol>
        </section>
      </Show>
      <Show when={failed()}>
        {(failure) => (
          <Banner tone="danger">
            {failure().kind === "unreachable" ? t("wizard.unknown-outcome") : failureText(failure())}
          </Banner>
        )}
      </Show>
      <Show when={stuck()}>
        {(found) => (
          <Banner
            tone="danger"
            action={<Button onClick={() => props.onOpenTeam(found().team.id)}>{t("wizard.to-team")}</Button>}
          >
            {t("wizard.work-failed", { team: draft().name, reason: found().reason })}
          </Banner>
        )}
      </Show>
    </>
  )
}
