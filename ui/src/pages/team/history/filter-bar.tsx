import { EVENT_TYPES, tasksNewestFirst } from "@muster/projections"
import { For, Show, createEffect, createMemo, createSignal, on, onCleanup, untrack } from "solid-js"
import { t } from "#src/i18n/index.ts"
import type { PlainTextKey } from "#src/i18n/index.ts"
import { HISTORY_QUERY_MAX_CHARS, HISTORY_TASK_CHOICES, SEARCH_QUIET_MILLIS } from "#src/limits.ts"
import { useNow } from "#src/lib/clock.ts"
import { Button } from "#src/parts/button.tsx"
import { Select } from "#src/parts/select.tsx"
import type { SelectOption } from "#src/parts/select.tsx"
import { TextField } from "#src/parts/text-field.tsx"
import { useLiveTeam } from "#src/team/live-team.ts"
import { memberLabel, taskLabel, taskName } from "#src/team/names.ts"
import { peopleNames } from "#src/team/people.ts"
import { instantOf, localOf } from "#src/pages/team/history/filters.ts"
import type { FilterName } from "#src/pages/team/history/filters.ts"

const ANY = "any"

const LEVELS: Readonly<Record<string, PlainTextKey>> = {
  normal: "history.level.normal",
  key: "history.level.key",
}
const SIGNALS: Readonly<Record<string, PlainTextKey>> = {
  failure: "history.signal.failure",
  ask: "history.signal.ask",
  human: "history.signal.human",
}
const SYSTEM = ["setup", "dispatcher", "provisioner", "control-plane"] as const

type Options = ReadonlyArray<SelectOption>

const isSame = (a: Options, b: Options): boolean =>
  a.length === b.length && a.every((each, at) => each.value === b[at]?.value && each.label === b[at]?.label)

export interface FilterBarProps {
  readonly values: { readonly [N in FilterName]?: string | undefined }
  readonly onChange: (next: { readonly [N in FilterName]?: string | undefined }) => void
  readonly isFiltered: boolean
}

/** What narrows the history. All of it stands in the address. */
export function FilterBar(props: FilterBarProps) {
  const team = useLiveTeam()
  const second = useNow()
  // Hundreds of events a second may change the team: what is offered follows it once a second, and only if it differs.
  const view = createMemo(() => (second(), untrack(team.raw)))
  const [words, setWords] = createSignal("")
  let timer: ReturnType<typeof setTimeout> | undefined
  onCleanup(() => clearTimeout(timer))
  // The address may change by itself: a link, a saved view, "clear".
  createEffect(
    on(
      () => props.values.q ?? "",
      (q) => q !== words().trim() && setWords(q),
    ),
  )
  const type = (text: string) => {
    setWords(text)
    clearTimeout(timer)
    timer = setTimeout(() => props.onChange({ q: text.trim() || undefined }), SEARCH_QUIET_MILLIS)
  }
  const choose = (name: FilterName) => (value: string) => props.onChange({ [name]: value === ANY ? undefined : value })
  const table = (texts: Readonly<Record<string, PlainTextKey>>, any: PlainTextKey) => [
    { value: ANY, label: t(any) },
    ...Object.entries(texts).map(([value, key]) => ({ value, label: t(key) })),
  ]
  const taskOptions = createMemo<Options>(
    () => {
      const shown = tasksNewestFirst(view()).slice(0, HISTORY_TASK_CHOICES)
      const chosen = props.values.of
      const isShown = chosen === undefined || shown.some((task) => task.id === chosen)
      return [
        { value: ANY, label: t("history.any-task") },
        ...(isShown ? [] : [{ value: chosen, label: taskName(view(), chosen) }]),
        ...shown.map((task) => ({
          value: task.id as string,
          label: t("panel.label", { task: taskLabel(task.number), title: task.title }),
        })),
      ]
    },
    [],
    { equals: isSame },
  )
  const actorOptions = createMemo<Options>(
    () => {
      const options = [
        ...Object.keys(view().members).map((id) => ({ value: id, label: memberLabel(view(), id) })),
        ...[...peopleNames()].map(([id, label]) => ({ value: id, label })),
        ...SYSTEM.map((id) => ({ value: id as string, label: t(`actor.${id}`) })),
      ]
      const chosen = props.values.by
      const isShown = chosen === undefined || options.some(({ value }) => value === chosen)
      return [
        { value: ANY, label: t("history.any-actor") },
        ...(isShown ? [] : [{ value: chosen, label: t("actor.unknown-member") }]),
        ...options,
      ]
    },
    [],
    { equals: isSame },
  )
  const typeOptions = () => {
    const chosen = props.values.type
    const isShown = chosen === undefined || (EVENT_TYPES as ReadonlyArray<string>).includes(chosen)
    return [
      { value: ANY, label: t("history.any-type") },
      ...(isShown ? [] : [{ value: chosen, label: chosen }]),
      ...EVENT_TYPES.map((value) => ({ value: value as string, label: value as string })),
    ]
  }
  return (
    <>
      <TextField
        label={t("history.search")}
        hideLabel
        type="search"
        placeholder={t("history.search")}
        value={words()}
        onInput={type}
        maxLength={HISTORY_QUERY_MAX_CHARS}
      />
      <Select
        label={t("history.level")}
        hideLabel
        value={props.values.level ?? ANY}
        onChange={choose("level")}
        options={table(LEVELS, "history.level.any")}
      />
      <Select
        label={t("history.signal")}
        hideLabel
        value={props.values.signal ?? ANY}
        onChange={choose("signal")}
        options={table(SIGNALS, "history.signal.any")}
      />
      <Select
        label={t("history.type")}
        hideLabel
        value={props.values.type ?? ANY}
        onChange={choose("type")}
        options={typeOptions()}
      />
      <Select
        label={t("history.task")}
        hideLabel
        value={props.values.of ?? ANY}
        onChange={choose("of")}
        options={taskOptions()}
      />
      <Select
        label={t("history.actor")}
        hideLabel
        value={props.values.by ?? ANY}
        onChange={choose("by")}
        options={actorOptions()}
      />
      <For each={["from", "to"] as const}>
        {(name) => (
          <label data-slot="instant">
            <span>{t(`history.${name}`)}</span>
            <input
              data-slot="control"
              type="datetime-local"
              value={localOf(props.values[name])}
              onChange={(event) => props.onChange({ [name]: instantOf(event.currentTarget.value) })}
            />
          </label>
        )}
      </For>
      <Show when={props.isFiltered}>
        <Button
          variant="ghost"
          onClick={() => {
            const none = undefined
            clearTimeout(timer)
            props.onChange({ q: none, type: none, signal: none, level: none, by: none, of: none, from: none, to: none })
          }}
        >
          {t("history.clear")}
        </Button>
      </Show>
    </>
  )
}
