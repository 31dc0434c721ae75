import { INSTRUCTIONS_MAX_CHARS } from "@muster/domain"
import Paperclip from "lucide-solid/icons/paperclip"
import { Show, createMemo, createUniqueId } from "solid-js"
import { t } from "#src/i18n/index.ts"
import { Button } from "#src/parts/button.tsx"
import { RadioGroup } from "#src/parts/radio-group.tsx"
import { Select } from "#src/parts/select.tsx"
import { TextArea, TextField } from "#src/parts/text-field.tsx"
import { may } from "#src/session/may.ts"
import { FileChooser } from "#src/team/chat/attach/file-chooser.tsx"
import type { Attachments } from "#src/team/chat/attach/store.ts"
import { AttachTray } from "#src/team/chat/attach/tray.tsx"
import { useLiveTeam } from "#src/team/live-team.ts"
import { roster } from "#src/team/members/work.ts"
import { taskLabel } from "#src/team/names.ts"
import { CheckList } from "#src/pages/team/dispatch/check-list.tsx"
import { checksOf } from "#src/pages/team/dispatch/checks.ts"
import type { KnownModels } from "#src/pages/team/dispatch/checks.ts"
import { skillsOf, targetOf, titleOf, TO_POOL, WHEN_BUSY } from "#src/pages/team/dispatch/draft.ts"
import type { DispatchDraft, DraftErrors } from "#src/pages/team/dispatch/draft.ts"
import { MoreOptions } from "#src/pages/team/dispatch/more-options.tsx"
import { RuntimeOptions } from "#src/pages/team/dispatch/runtime-options.tsx"
import { BY_LEADER, poolNote, targetOptions } from "#src/pages/team/dispatch/targets.ts"
import { TemplateMenu } from "#src/pages/team/dispatch/template-menu.tsx"
import { TemplatePicker } from "#src/pages/team/dispatch/template-picker.tsx"
import { fromTemplate, templateQuery, templatesFor } from "#src/pages/team/dispatch/templates.ts"
import { busyChoice, talkWith } from "#src/pages/team/dispatch/when-busy.ts"

const INSTRUCTIONS_ROWS = 8

export interface DispatchFormProps {
  readonly draft: DispatchDraft
  readonly errors: DraftErrors
  readonly models: KnownModels
  readonly attachments: Attachments
  readonly onChange: (part: Partial<DispatchDraft>) => void
}

/** The fields of a dispatch, and what one should know before it is sent. */
export function DispatchForm(props: DispatchFormProps) {
  const team = useLiveTeam()
  const listId = createUniqueId()
  const members = () => roster(team.raw())
  const target = () => targetOf(props.draft, members())
  const talk = createMemo(() =>
    props.draft.memberId === TO_POOL || props.draft.memberId === "" ? undefined : talkWith(target(), team.raw()),
  )
  const choice = () => busyChoice(props.draft, talk())
  const checks = createMemo(() => checksOf(props.draft, team.raw(), props.models))
  const query = () => templateQuery(props.draft.instructions)
  const found = createMemo(() => templatesFor(team.view.team?.taskTemplates ?? [], query() ?? ""))
  let pressInPicker: (event: KeyboardEvent) => boolean = () => false
  const press = (event: KeyboardEvent) => {
    if (query() === undefined || event.isComposing || !pressInPicker(event)) return
    event.preventDefault()
    event.stopPropagation()
  }
  const pick = (template: Parameters<typeof fromTemplate>[0]) => props.onChange(fromTemplate(template, members()))
  const busyOptions = () => {
    const now = talk()
    return WHEN_BUSY.map((value) => ({
      value,
      label: t(`busy.${value}`),
      hint: t(`busy.${value}-hint`),
      disabled: value === "interrupt" && now?.hearing !== "at-once",
    }))
  }

  return (
    <>
      <Select
        label={t("dispatch.to")}
        options={targetOptions(members())}
        value={props.draft.memberId === "" ? BY_LEADER : props.draft.memberId}
        error={props.errors.memberId}
        onChange={(memberId) => props.onChange({ memberId: memberId === BY_LEADER ? "" : memberId })}
      />
      <Show when={props.draft.memberId === TO_POOL}>
        <TextField
          label={t("dispatch.skills")}
          hint={poolNote(skillsOf(props.draft.skills), members())}
          error={props.errors.skills}
          value={props.draft.skills}
          onInput={(skills) => props.onChange({ skills })}
        />
      </Show>
      <TextArea
        label={t("dispatch.instructions")}
        hint={t("dispatch.instructions-hint-templates")}
        error={props.errors.instructions}
        rows={INSTRUCTIONS_ROWS}
        maxLength={INSTRUCTIONS_MAX_CHARS}
        value={props.draft.instructions}
        onInput={(instructions) => props.onChange({ instructions })}
        onKeyDown={press}
      />
      <Show when={query() !== undefined && (team.view.team?.taskTemplates?.length ?? 0) > 0}>
        <TemplatePicker id={listId} templates={found()} onPick={pick} keys={(handle) => (pressInPicker = handle)} />
      </Show>
      <Show when={talk()}>
        {(now) => (
          <RadioGroup
            label={t("busy.title", {
              member: t("member.label", { handle: target()?.handle ?? "" }),
              task: taskLabel(now().task.number),
            })}
            value={choice()}
            onChange={(whenBusy) => props.onChange({ whenBusy })}
            options={busyOptions()}
          />
        )}
      </Show>
      <Show when={choice() === "queue"}>
        <TextField
          label={t("dispatch.name")}
          hint={t("dispatch.name-hint")}
          error={props.errors.title}
          value={props.draft.title ?? titleOf(props.draft)}
          onInput={(title) => props.onChange({ title: title === "" ? undefined : title })}
        />
      </Show>
      <CheckList checks={checks()} />
      <Show when={choice() === "queue"}>
        <RuntimeOptions target={target()} draft={props.draft} errors={props.errors} onChange={props.onChange} />
        <Show when={may("file.upload")}>
          <div data-slot="files">
            <FileChooser onChoose={props.attachments.add}>
              {(choose) => (
                <Button onClick={choose}>
                  <Paperclip size={14} aria-hidden="true" />
                  {t("attach.add")}
                </Button>
              )}
            </FileChooser>
            <AttachTray attachments={props.attachments} />
          </div>
        </Show>
        <MoreOptions draft={props.draft} errors={props.errors} onChange={props.onChange} />
      </Show>
      <TemplateMenu draft={props.draft} onPick={pick} />
    </>
  )
}
