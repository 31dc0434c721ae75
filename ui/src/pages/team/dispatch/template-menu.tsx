import type { TaskTemplateDoc } from "@muster/contracts"
import { NAME_MAX_CHARS, TASK_TEMPLATE_INSTRUCTIONS_MAX_CHARS } from "@muster/domain"
import { For, Show, createSignal } from "solid-js"
import { createAction } from "#src/api/action.ts"
import { commands } from "#src/api/commands.ts"
import { failureText } from "#src/api/failure.ts"
import { t } from "#src/i18n/index.ts"
import { Banner } from "#src/parts/banner.tsx"
import { Button } from "#src/parts/button.tsx"
import { TextField } from "#src/parts/text-field.tsx"
import { showToast } from "#src/parts/toast.tsx"
import { may } from "#src/session/may.ts"
import { useLiveTeam } from "#src/team/live-team.ts"
import { roster } from "#src/team/members/work.ts"
import { titleOf } from "#src/pages/team/dispatch/draft.ts"
import type { DispatchDraft } from "#src/pages/team/dispatch/draft.ts"
import { templateDraftOf, templatesFor } from "#src/pages/team/dispatch/templates.ts"

export interface TemplateMenuProps {
  readonly draft: DispatchDraft
  readonly onPick: (template: TaskTemplateDoc) => void
}

/** The team's templates: take one, keep what is written as one, delete one. They are the team's, for everybody in it. */
export function TemplateMenu(props: TemplateMenuProps) {
  const team = useLiveTeam()
  const [name, setName] = createSignal<string>()
  const templates = () => templatesFor(team.view.team?.taskTemplates ?? [], "")
  const kept = () => templateDraftOf(props.draft, roster(team.raw()))
  const shownName = () => name() ?? titleOf(props.draft).slice(0, NAME_MAX_CHARS)
  const params = { team: team.teamId }
  const save = createAction(async () => {
    const draft = kept()
    if (draft === undefined || shownName().trim() === "") return
    await commands.saveTaskTemplate({ params, body: { name: shownName().trim(), draft } })
    showToast({ tone: "success", title: t("template.saved", { name: shownName().trim() }) })
    setName(undefined)
  })
  const remove = createAction(async (template: TaskTemplateDoc) => {
    await commands.deleteTaskTemplate({ params: { ...params, template: template.id } })
    showToast({ tone: "success", title: t("template.deleted", { name: template.name }) })
  })
  return (
    <details data-slot="more">
      <summary>{t("template.title", { n: templates().length })}</summary>
      <div data-slot="template-box">
        <Show when={templates().length > 0} fallback={<p data-slot="hint">{t("template.none")}</p>}>
          <ul aria-label={t("template.list")}>
            <For each={templates()}>
              {(template) => (
                <li>
                  <Button variant="ghost" onClick={() => props.onPick(template)}>
                    {template.name}
                  </Button>
                  <Show when={may("template.manage")}>
                    <Button
                      variant="ghost"
                      busy={remove.isBusy()}
                      aria-label={t("template.delete", { name: template.name })}
                      onClick={() => void remove.run(template)}
                    >
                      {t("template.delete-short")}
                    </Button>
                  </Show>
                </li>
              )}
            </For>
          </ul>
        </Show>
        <Show when={may("template.manage")}>
          <div data-slot="save">
            <TextField
              label={t("template.name")}
              hint={
                kept() === undefined
                  ? t("template.name-hint-none", { max: TASK_TEMPLATE_INSTRUCTIONS_MAX_CHARS })
                  : t("template.name-hint")
              }
              value={shownName()}
              maxLength={NAME_MAX_CHARS}
              onInput={setName}
            />
            <Button
              busy={save.isBusy()}
              disabled={kept() === undefined || shownName().trim() === ""}
              onClick={() => void save.run()}
            >
              {t("template.save")}
            </Button>
          </div>
        </Show>
        <Show when={save.failure() ?? remove.failure()}>
          {(failure) => <Banner tone="danger">{failureText(failure())}</Banner>}
        </Show>
      </div>
    </details>
  )
}
