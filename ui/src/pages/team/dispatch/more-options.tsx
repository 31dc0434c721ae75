import { PRIORITY_MAX, PRIORITY_MIN } from "@muster/domain"
import { tasksNewestFirst } from "@muster/projections"
import X from "lucide-solid/icons/x"
import { For, Show, createMemo } from "solid-js"
import { t } from "#src/i18n/index.ts"
import { DEPENDENCY_CHOICES } from "#src/limits.ts"
import { IconButton } from "#src/parts/icon-button.tsx"
import { Select } from "#src/parts/select.tsx"
import { TextField } from "#src/parts/text-field.tsx"
import { taskLabel, taskName } from "#src/team/names.ts"
import { useLiveTeam } from "#src/team/live-team.ts"
import { RunLimit } from "#src/pages/team/dispatch/run-limit.tsx"
import type { OptionsProps } from "#src/pages/team/dispatch/runtime-options.tsx"

const PRIORITIES = Array.from({ length: PRIORITY_MAX - PRIORITY_MIN + 1 }, (_, index) => String(PRIORITY_MAX - index))

const NONE = "none"

/** What most tasks leave as it is, folded until it is wanted. */
export function MoreOptions(props: OptionsProps) {
  const team = useLiveTeam()
  const choices = createMemo(() => [
    { value: NONE, label: t("dispatch.after-choose") },
    ...tasksNewestFirst(team.raw())
      .filter((task) => !props.draft.after.includes(task.id))
      .slice(0, DEPENDENCY_CHOICES)
      .map((task) => ({
        value: task.id as string,
        label: t("dispatch.after-option", { task: taskLabel(task.number), title: task.title }),
      })),
  ])
  return (
    <details data-slot="more">
      <summary>{t("dispatch.more")}</summary>
      <div data-slot="grid">
        <Select
          label={t("dispatch.priority")}
          hint={t("dispatch.priority-hint", { min: PRIORITY_MIN, max: PRIORITY_MAX })}
          options={PRIORITIES.map((value) => ({ value, label: value }))}
          value={String(props.draft.priority)}
          onChange={(value) => props.onChange({ priority: Number(value) })}
        />
        <TextField
          label={t("dispatch.time-limit")}
          error={props.errors.timeLimitMinutes}
          value={props.draft.timeLimitMinutes}
          onInput={(timeLimitMinutes) => props.onChange({ timeLimitMinutes })}
        />
        <TextField
          label={t("dispatch.attempts")}
          error={props.errors.attempts}
          value={props.draft.attempts}
          onInput={(attempts) => props.onChange({ attempts })}
        />
        <TextField
          label={t("dispatch.backoff")}
          error={props.errors.backoffSeconds}
          value={props.draft.backoffSeconds}
          onInput={(backoffSeconds) => props.onChange({ backoffSeconds })}
        />
        <TextField
          label={t("dispatch.not-before")}
          type="datetime-local"
          error={props.errors.notBefore}
          value={props.draft.notBefore}
          onInput={(notBefore) => props.onChange({ notBefore })}
        />
        <TextField
          label={t("dispatch.deadline")}
          type="datetime-local"
          hint={t("dispatch.deadline-hint")}
          error={props.errors.deadline}
          value={props.draft.deadline}
          onInput={(deadline) => props.onChange({ deadline })}
        />
        <div data-slot="after">
          <Select
            label={t("dispatch.after-add")}
            error={props.errors.after}
            options={choices()}
            value={NONE}
            onChange={(id) => id !== NONE && props.onChange({ after: [...props.draft.after, id] })}
          />
          <Show when={props.draft.after.length > 0}>
            <ul aria-label={t("dispatch.after")}>
              <For each={props.draft.after}>
                {(id) => (
                  <li>
                    {taskName(team.view, id)}
                    <IconButton
                      icon={X}
                      label={t("dispatch.after-remove", { task: taskName(team.view, id) })}
                      onClick={() => props.onChange({ after: props.draft.after.filter((other) => other !== id) })}
                    />
                  </li>
                )}
              </For>
            </ul>
          </Show>
        </div>
        <RunLimit />
      </div>
    </details>
  )
}
