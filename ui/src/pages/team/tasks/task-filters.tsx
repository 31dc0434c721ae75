import { useSearchParams } from "@solidjs/router"
import { For, Show, createSignal, onCleanup } from "solid-js"
import type { JSX } from "solid-js"
import { t } from "#src/i18n/index.ts"
import { createMediaQuery } from "#src/lib/media.ts"
import { SEARCH_QUIET_MILLIS } from "#src/limits.ts"
import { Button } from "#src/parts/button.tsx"
import { Select } from "#src/parts/select.tsx"
import { TextField } from "#src/parts/text-field.tsx"
import { useLiveTeam } from "#src/team/live-team.ts"
import { roster } from "#src/team/members/work.ts"
import { FILTER_PHASES, isFiltered } from "#src/pages/team/tasks/filters.ts"
import type { TaskFilters } from "#src/pages/team/tasks/filters.ts"
import { TASK_GROUPS, TASK_LAYOUTS } from "#src/pages/team/tasks/view-params.ts"
import type { TaskGroup, TaskLayout } from "#src/pages/team/tasks/view-params.ts"

const ANY = "any"
const UNGROUPED = "none"

export interface TaskFilterBarProps {
  readonly filters: TaskFilters
  readonly layout: TaskLayout
  readonly group: TaskGroup | undefined
  /** What can be done with all that the filters let through. */
  readonly children?: JSX.Element
}

/** What is shown and how; all of it stands in the address. */
export function TaskFilterBar(props: TaskFilterBarProps) {
  const team = useLiveTeam()
  const [, setSearch] = useSearchParams()
  const isNarrow = createMediaQuery("(width < 640px)")
  const [isOpen, setOpen] = createSignal(false)
  let typing: ReturnType<typeof setTimeout> | undefined
  onCleanup(() => clearTimeout(typing))
  const set = (part: Record<string, string | undefined>) => setSearch(part, { replace: true })
  const choose = (name: string) => (value: string) => set({ [name]: value === ANY ? undefined : value })
  const type = (q: string) => {
    clearTimeout(typing)
    typing = setTimeout(() => set({ q: q === "" ? undefined : q }), SEARCH_QUIET_MILLIS)
  }
  const groups = () => TASK_GROUPS.map((group) => ({ value: group as string, label: t(`task-group.${group}`) }))
  return (
    <div data-slot="filters" role="search">
      <div data-component="layout-switch" role="group" aria-label={t("layout.label")}>
        <For each={TASK_LAYOUTS}>
          {(layout) => (
            <Button
              variant="ghost"
              aria-pressed={props.layout === layout}
              onClick={() => set({ view: layout === "list" ? undefined : layout })}
            >
              {t(`layout.${layout}`)}
            </Button>
          )}
        </For>
      </div>
      <TextField
        label={t("tasks.search")}
        hideLabel
        type="search"
        placeholder={t("tasks.search")}
        value={props.filters.q}
        onInput={type}
      />
      <Show when={isNarrow()}>
        <Button aria-expanded={isOpen()} onClick={() => setOpen(!isOpen())}>
          {t("task-filters.title")}
        </Button>
      </Show>
      <Show when={!isNarrow() || isOpen()}>
        <Select
          label={t("tasks.filter-state")}
          hideLabel
          value={props.filters.state ?? ANY}
          onChange={choose("state")}
          options={[
            { value: ANY, label: t("tasks.any") },
            { value: "open", label: t("tasks.only-open") },
            { value: "closed", label: t("tasks.only-closed") },
          ]}
        />
        <Select
          label={t("tasks.filter-phase")}
          hideLabel
          value={props.filters.phase ?? ANY}
          onChange={choose("phase")}
          options={[
            { value: ANY, label: t("tasks.any-phase") },
            ...FILTER_PHASES.map((phase) => ({ value: phase as string, label: t(`state.${phase}`) })),
          ]}
        />
        <Select
          label={t("tasks.filter-member")}
          hideLabel
          value={props.filters.member ?? ANY}
          onChange={choose("member")}
          options={[
            { value: ANY, label: t("tasks.any-member") },
            ...roster(team.raw()).map((member) => ({
              value: member.id as string,
              label: t("member.label", { handle: member.handle }),
            })),
          ]}
        />
        <Show when={props.layout !== "timeline"}>
          <Select
            label={t("task-group.label")}
            hideLabel
            value={props.group ?? (props.layout === "board" ? "state" : UNGROUPED)}
            onChange={(group) => set({ group: group === UNGROUPED ? undefined : group })}
            options={
              props.layout === "board" ? groups() : [{ value: UNGROUPED, label: t("task-group.none") }, ...groups()]
            }
          />
        </Show>
      </Show>
      <Show when={isFiltered(props.filters)}>
        <Button
          variant="ghost"
          onClick={() => set({ q: undefined, state: undefined, phase: undefined, member: undefined })}
        >
          {t("tasks.clear")}
        </Button>
        {props.children}
      </Show>
    </div>
  )
}
