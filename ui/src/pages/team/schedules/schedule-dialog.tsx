import type { ScheduleDoc } from "@muster/contracts"
import { CRON_MAX_CHARS, NAME_MAX_CHARS, TITLE_MAX_CHARS } from "@muster/domain"
import { For, Show, createMemo, createSignal, untrack } from "solid-js"
import { v7 } from "uuid"
import { createAction } from "#src/api/action.ts"
import { commands } from "#src/api/commands.ts"
import { failureText } from "#src/api/failure.ts"
import { t } from "#src/i18n/index.ts"
import { absoluteTime } from "#src/lib/time.ts"
import { Banner } from "#src/parts/banner.tsx"
import { Button } from "#src/parts/button.tsx"
import { Sheet } from "#src/parts/dialog.tsx"
import { RadioGroup } from "#src/parts/radio-group.tsx"
import { Select } from "#src/parts/select.tsx"
import { TextArea, TextField } from "#src/parts/text-field.tsx"
import { showToast } from "#src/parts/toast.tsx"
import { useLiveTeam } from "#src/team/live-team.ts"
import { roster } from "#src/team/members/work.ts"
import { skillsOf, TO_POOL } from "#src/pages/team/dispatch/draft.ts"
import { BY_LEADER, poolNote, targetOptions } from "#src/pages/team/dispatch/targets.ts"
import {
  draftOfSchedule,
  newScheduleDraft,
  nextOf,
  scheduleErrorsFrom,
  scheduleRequest,
} from "#src/pages/team/schedules/schedule-draft.ts"
import type { ScheduleDraft, ScheduleErrors } from "#src/pages/team/schedules/schedule-draft.ts"

const INSTRUCTIONS_ROWS = 5

export interface ScheduleDialogProps {
  /** Absent: a new one. */
  readonly schedule?: ScheduleDoc
  /** What a new one begins with. */
  readonly beginning?: Partial<ScheduleDraft> | undefined
  readonly onOpenChange: (isOpen: boolean) => void
}

/** Makes a schedule, or changes one; shows when it would come due. */
export function ScheduleDialog(props: ScheduleDialogProps) {
  const team = useLiveTeam()
  const [draft, setDraft] = createSignal<ScheduleDraft>(
    untrack(() => (props.schedule ? draftOfSchedule(props.schedule) : { ...newScheduleDraft(), ...props.beginning })),
  )
  const [errors, setErrors] = createSignal<ScheduleErrors>({})
  const members = () => roster(team.raw())
  const next = createMemo(() => nextOf(draft(), Date.now()))
  const change = (part: Partial<ScheduleDraft>) => {
    setDraft({ ...draft(), ...part })
    setErrors(Object.fromEntries(Object.entries(errors()).filter(([field]) => !(field in part))))
  }
  let sent: { readonly body: string; readonly key: string } | undefined
  const save = createAction(async () => {
    const verdict = scheduleRequest(draft(), props.schedule)
    if (!verdict.isOk) {
      setErrors(verdict.errors)
      return
    }
    const { request } = verdict
    const params = { team: team.teamId }
    if (props.schedule !== undefined)
      await commands.editSchedule({ params: { ...params, schedule: props.schedule.id }, body: request })
    else {
      const body = JSON.stringify(request)
      if (sent?.body !== body) sent = { body, key: v7() }
      await commands.createSchedule({ params, body: request, idempotencyKey: sent.key })
    }
    showToast({ tone: "success", title: t("schedule.saved", { name: request.name }) })
    props.onOpenChange(false)
  })
  const submit = async () => {
    await save.run()
    const failure = save.failure()
    if (failure !== undefined) setErrors(scheduleErrorsFrom(failure.fields))
  }
  return (
    <Sheet
      open
      onOpenChange={(isOpen) => props.onOpenChange(isOpen)}
      title={props.schedule === undefined ? t("schedule.new") : t("schedule.edit-title")}
      actions={
        <>
          <Button onClick={() => props.onOpenChange(false)}>{t("common.cancel")}</Button>
          <Button variant="primary" busy={save.isBusy()} onClick={() => void submit()}>
            {props.schedule === undefined ? t("schedule.create") : t("common.save")}
          </Button>
        </>
      }
    >
      <form
        data-component="schedule-form"
        onSubmit={(event) => {
          event.preventDefault()
          void submit()
        }}
      >
        <TextField
          label={t("schedule.name")}
          error={errors().name}
          value={draft().name}
          maxLength={NAME_MAX_CHARS}
          required
          onInput={(name) => change({ name })}
        />
        <TextField
          label={t("schedule.cron")}
          hint={t("schedule.cron-hint")}
          error={errors().cron}
          value={draft().cron}
          maxLength={CRON_MAX_CHARS}
          autocomplete="off"
          required
          onInput={(cron) => change({ cron })}
        />
        <TextField
          label={t("schedule.zone")}
          hint={t("schedule.zone-hint")}
          error={errors().timeZone}
          value={draft().timeZone}
          autocomplete="off"
          required
          onInput={(timeZone) => change({ timeZone })}
        />
        <Show when={next()}>
          {(times) => (
            <div data-slot="next">
              <p>{t("schedule.next")}</p>
              <ol data-numbers>
                <For each={times()}>{(millis) => <li>{absoluteTime(millis)}</li>}</For>
              </ol>
            </div>
          )}
        </Show>
        <TextField
          label={t("schedule.title")}
          error={errors().title}
          value={draft().title}
          maxLength={TITLE_MAX_CHARS}
          required
          onInput={(title) => change({ title })}
        />
        <TextArea
          label={t("dispatch.instructions")}
          error={errors().instructions}
          rows={INSTRUCTIONS_ROWS}
          value={draft().instructions}
          onInput={(instructions) => change({ instructions })}
        />
        <Select
          label={t("dispatch.to")}
          options={targetOptions(members())}
          value={draft().memberId === "" ? BY_LEADER : draft().memberId}
          error={errors().memberId}
          onChange={(memberId) => change({ memberId: memberId === BY_LEADER ? "" : memberId })}
        />
        <Show when={draft().memberId === TO_POOL}>
          <TextField
            label={t("dispatch.skills")}
            hint={poolNote(skillsOf(draft().skills), members())}
            error={errors().skills}
            value={draft().skills}
            onInput={(skills) => change({ skills })}
          />
        </Show>
        <RadioGroup
          label={t("schedule.overlap")}
          value={draft().overlap}
          onChange={(overlap) => change({ overlap })}
          options={[
            { value: "skip", label: t("schedule.overlap-skip"), hint: t("schedule.overlap-skip-hint") },
            { value: "queue", label: t("schedule.overlap-queue"), hint: t("schedule.overlap-queue-hint") },
          ]}
        />
        <RadioGroup
          label={t("schedule.catch-up")}
          value={draft().catchUp}
          onChange={(catchUp) => change({ catchUp })}
          options={[
            { value: "one", label: t("schedule.catch-up-one"), hint: t("schedule.catch-up-one-hint") },
            { value: "none", label: t("schedule.catch-up-none"), hint: t("schedule.catch-up-none-hint") },
          ]}
        />
        <Show when={save.failure()}>{(failure) => <Banner tone="danger">{failureText(failure())}</Banner>}</Show>
      </form>
    </Sheet>
  )
}
