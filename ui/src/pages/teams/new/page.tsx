import { useNavigate, useSearchParams } from "@solidjs/router"
import Users from "lucide-solid/icons/users"
import { For, Match, Show, Switch, createEffect, createMemo, createSignal, on } from "solid-js"
import { useCommands } from "#src/commands/context.ts"
import { titled } from "#src/commands/titled.ts"
import { t, tn } from "#src/i18n/index.ts"
import { Button } from "#src/parts/button.tsx"
import { EmptyState } from "#src/parts/empty-state.tsx"
import { KeyCaps } from "#src/parts/kbd.tsx"
import { showToast } from "#src/parts/toast.tsx"
import { may } from "#src/session/may.ts"
import { Page } from "#src/shell/page.tsx"
import { STEPS, firstFaultyStep, isStepDone } from "#src/pages/teams/new/draft.ts"
import type { Step } from "#src/pages/teams/new/draft.ts"
import { LimitsStep } from "#src/pages/teams/new/limits-step.tsx"
import { MembersStep } from "#src/pages/teams/new/members-step.tsx"
import { ReviewStep } from "#src/pages/teams/new/review-step.tsx"
import { TemplateStep } from "#src/pages/teams/new/template-step.tsx"
import { createWizard } from "#src/pages/teams/new/wizard.ts"
import "./page.css"

/** Makes a team in four steps. What is entered is kept until the team is there. */
export default function NewTeamPage() {
  return (
    <Show
      when={may("team.create")}
      fallback={
        <Page title={t("wizard.title")}>
          <EmptyState icon={Users} title={t("wizard.not-yours")} detail={t("wizard.not-yours-detail")} />
        </Page>
      }
    >
      <WizardPage />
    </Show>
  )
}

function WizardPage() {
  const navigate = useNavigate()
  const [search, setSearch] = useSearchParams<{ step?: string }>()
  const wizard = createWizard((team, tasks) => {
    showToast({
      tone: "success",
      title: t("wizard.created", { team: name() }),
      ...(tasks === 0 ? {} : { detail: tn("wizard.created-work", tasks) }),
    })
    navigate(`/teams/${encodeURIComponent(team.id)}/live`)
  })
  /** The draft is forgotten when the team is there; its name is still told. */
  let lastName = ""
  const name = () => wizard.draft().name || lastName
  createEffect(() => {
    if (wizard.draft().name !== "") lastName = wizard.draft().name
  })

  const faulty = createMemo(() => firstFaultyStep(wizard.faults()))
  /** Nobody gets past a step with something wrong in it, also not by the address. */
  const furthest = () => STEPS.indexOf(faulty() ?? "review")
  // A memo: what is typed changes what is wrong, and not the step; the focus goes to the heading of a new step alone.
  const step = createMemo((): Step => {
    const asked = STEPS.findIndex((each) => each === search.step)
    return STEPS[Math.min(Math.max(asked, 0), furthest())] ?? "template"
  })
  const [tried, setTried] = createSignal<Step>()
  const index = () => STEPS.indexOf(step())
  const go = (to: Step) => {
    setTried(undefined)
    setSearch({ step: to === "template" ? undefined : to })
  }
  let form: HTMLFormElement | undefined
  const next = () => {
    if (step() === "review") {
      void wizard.create()
      return
    }
    setTried(step())
    const following = STEPS[index() + 1]
    if (isStepDone(step(), wizard.faults()) && following !== undefined) go(following)
    else
      queueMicrotask(() =>
        form?.querySelector<HTMLElement>("[data-invalid], [aria-invalid=true], [data-fault]")?.focus(),
      )
  }
  // Wherever the focus is: also after a click beside everything.
  useCommands(() => [
    {
      id: "wizard.next",
      ...titled(step() === "review" ? "wizard.create" : "wizard.next"),
      group: "act",
      keys: "mod+enter",
      // Not behind a dialog: there it is the dialog's.
      run: () => void (document.querySelector('[role="dialog"]') === null && next()),
    },
  ])
  // A step begins at its heading.
  createEffect(on(step, () => queueMicrotask(() => form?.querySelector<HTMLElement>("h2")?.focus()), { defer: true }))

  return (
    <Page
      title={t("wizard.title")}
      actions={
        <Button
          variant="ghost"
          onClick={() => {
            wizard.discard()
            go("template")
          }}
        >
          {t("wizard.discard")}
        </Button>
      }
    >
      <div data-component="wizard">
        <nav aria-label={t("wizard.steps")}>
          <ol>
            <For each={STEPS}>
              {(each, at) => (
                <li>
                  <button
                    type="button"
                    aria-current={each === step() ? "step" : undefined}
                    disabled={at() > furthest()}
                    onClick={() => go(each)}
                  >
                    <span data-slot="number" aria-hidden="true">
                      {at() + 1}
                    </span>
                    {t(`wizard.step.${each}`)}
                  </button>
                </li>
              )}
            </For>
          </ol>
        </nav>
        <form
          ref={(element) => (form = element)}
          novalidate
          onSubmit={(event) => {
            event.preventDefault()
            next()
          }}
        >
          <header>
            <h2 tabindex="-1">{t(`wizard.step.${step()}`)}</h2>
            <span data-slot="note">
              {t("wizard.step-of", { n: index() + 1, of: STEPS.length })} {t("wizard.kept")}
            </span>
          </header>
          <Switch>
            <Match when={step() === "template"}>
              <TemplateStep wizard={wizard} isTried={tried() === "template"} onProposed={() => go("review")} />
            </Match>
            <Match when={step() === "members"}>
              <MembersStep wizard={wizard} isTried={tried() === "members"} />
            </Match>
            <Match when={step() === "limits"}>
              <LimitsStep wizard={wizard} />
            </Match>
            <Match when={step() === "review"}>
              <ReviewStep wizard={wizard} onOpenTeam={(id) => navigate(`/teams/${encodeURIComponent(id)}/live`)} />
            </Match>
          </Switch>
          <footer>
            <Button
              disabled={index() === 0}
              onClick={() => {
                const before = STEPS[index() - 1]
                if (before !== undefined) go(before)
              }}
            >
              {t("wizard.back")}
            </Button>
            <Button type="submit" variant="primary" busy={wizard.creating().kind === "busy"}>
              {step() !== "review"
                ? t("wizard.next")
                : wizard.creating().kind === "work-failed"
                  ? t("wizard.work-again")
                  : t("wizard.create")}
              <KeyCaps keys="mod+enter" isSilent />
            </Button>
          </footer>
        </form>
      </div>
    </Page>
  )
}
