import { useSearchParams } from "@solidjs/router"
import { Show, createMemo, onCleanup } from "solid-js"
import { failureText } from "#src/api/failure.ts"
import { t } from "#src/i18n/index.ts"
import { SEARCH_QUIET_MILLIS } from "#src/limits.ts"
import { Button } from "#src/parts/button.tsx"
import { EmptyState } from "#src/parts/empty-state.tsx"
import { ErrorState } from "#src/parts/error-state.tsx"
import { Select } from "#src/parts/select.tsx"
import { Skeleton } from "#src/parts/skeleton.tsx"
import { Tabs } from "#src/parts/tabs.tsx"
import { TextField } from "#src/parts/text-field.tsx"
import { VirtualList } from "#src/parts/virtual-list.tsx"
import { may } from "#src/session/may.ts"
import { useLiveTeam } from "#src/team/live-team.ts"
import { roster } from "#src/team/members/work.ts"
import { TaskRow } from "#src/team/panes/task-row.tsx"
import { useDispatch } from "#src/pages/team/dispatch/context.ts"
import { usePeek } from "#src/pages/team/peek.ts"
import { BulkActions } from "#src/pages/team/tasks/bulk-actions.tsx"
import { DeadLetters } from "#src/pages/team/tasks/dead-letters.tsx"
import { FILTER_PHASES, filtersFrom, isFiltered } from "#src/pages/team/tasks/filters.ts"
import { createTaskPages } from "#src/pages/team/tasks/task-pages.ts"
import "#src/team/panes/tasks-pane.css"
import "./page.css"

const ROW_PIXELS = 36
const ANY = "any"

/** Every task the team was ever given, and what could not be delivered. */
export default function TeamTasksPage() {
  const [search, setSearch] = useSearchParams<{ tab?: string }>()
  return (
    <div data-component="tasks-page">
      <Tabs
        label={t("tasks.tabs")}
        value={search.tab === "dead" ? "dead" : "all"}
        onChange={(tab) => setSearch({ tab: tab === "dead" ? "dead" : undefined })}
        tabs={[
          { value: "all", label: t("tasks.tab-all"), content: () => <AllTasks /> },
          ...(may("deadletter.read")
            ? [{ value: "dead", label: t("tasks.tab-dead"), content: () => <DeadLetters /> }]
            : []),
        ]}
      />
    </div>
  )
}

function AllTasks() {
  const team = useLiveTeam()
  const peek = usePeek()
  const dispatch = useDispatch()
  const [search, setSearch] = useSearchParams()
  const filters = createMemo(() => filtersFrom(search))
  const pages = createTaskPages(filters)
  const ids = createMemo(() => pages.tasks()?.map((task) => task.id) ?? [])
  const byId = createMemo(() => new Map(pages.tasks()?.map((task) => [task.id, task])))
  let typing: ReturnType<typeof setTimeout> | undefined
  onCleanup(() => clearTimeout(typing))

  // eslint-disable-next-line solid/reactivity -- the order is handed out as it is; it is read when keys are pressed
  peek.setOrder(ids)
  onCleanup(() => peek.setOrder(undefined))

  const set = (part: Record<string, string | undefined>) => setSearch(part, { replace: true })
  const choose = (name: string) => (value: string) => set({ [name]: value === ANY ? undefined : value })
  const type = (q: string) => {
    clearTimeout(typing)
    typing = setTimeout(() => set({ q: q === "" ? undefined : q }), SEARCH_QUIET_MILLIS)
  }
  const clear = () => set({ q: undefined, state: undefined, phase: undefined, member: undefined })

  return (
    <div data-slot="all">
      <div data-slot="filters" role="search">
        <TextField
          label={t("tasks.search")}
          hideLabel
          type="search"
          placeholder={t("tasks.search")}
          value={filters().q}
          onInput={type}
        />
        <Select
          label={t("tasks.filter-state")}
          hideLabel
          value={filters().state ?? ANY}
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
          value={filters().phase ?? ANY}
          onChange={choose("phase")}
          options={[
            { value: ANY, label: t("tasks.any-phase") },
            ...FILTER_PHASES.map((phase) => ({ value: phase as string, label: t(`state.${phase}`) })),
          ]}
        />
        <Select
          label={t("tasks.filter-member")}
          hideLabel
          value={filters().member ?? ANY}
          onChange={choose("member")}
          options={[
            { value: ANY, label: t("tasks.any-member") },
            ...roster(team.raw()).map((member) => ({
              value: member.id as string,
              label: t("member.label", { handle: member.handle }),
            })),
          ]}
        />
        <Show when={isFiltered(filters())}>
          <Button variant="ghost" onClick={clear}>
            {t("tasks.clear")}
          </Button>
          <Show when={ids().length > 0}>
            <BulkActions filters={filters()} />
          </Show>
        </Show>
      </div>
      <Show when={pages.failure()}>
        {(failure) => (
          <ErrorState
            title={t("tasks.failed")}
            detail={failureText(failure())}
            {...(failure().requestId === undefined ? {} : { errorId: failure().requestId ?? "" })}
            onRetry={pages.reload}
          />
        )}
      </Show>
      <Show
        when={pages.tasks() !== undefined}
        fallback={
          <Show when={!pages.failure()}>
            <Skeleton lines={6} />
          </Show>
        }
      >
        <Show
          when={ids().length > 0}
          fallback={
            <Show
              when={isFiltered(filters())}
              fallback={
                <EmptyState
                  title={t("tasks.empty")}
                  detail={t("tasks.empty-detail")}
                  action={
                    <Show when={may("task.dispatch")}>
                      <Button variant="primary" onClick={() => dispatch.open()}>
                        {t("team.dispatch")}
                      </Button>
                    </Show>
                  }
                />
              }
            >
              <EmptyState
                title={t("tasks.none")}
                detail={t("tasks.none-detail")}
                action={<Button onClick={clear}>{t("tasks.clear")}</Button>}
              />
            </Show>
          }
        >
          <div data-component="tasks">
            <div data-component="task-head" aria-hidden="true">
              <span>{t("tasks.column-task")}</span>
              <span>{t("tasks.column-title")}</span>
              <span>{t("tasks.column-member")}</span>
              <span>{t("tasks.column-state")}</span>
              <span>{t("tasks.column-age")}</span>
            </div>
            <div data-slot="list">
              <VirtualList label={t("tasks.list")} rows={ids()} keyOf={(id) => id} rowHeight={ROW_PIXELS}>
                {(id) => (
                  <Show when={byId().get(id)}>
                    {(task) => (
                      <TaskRow task={task()} isOpen={peek.taskId() === id} onOpen={(opened) => peek.open(opened)} />
                    )}
                  </Show>
                )}
              </VirtualList>
            </div>
            <Show when={pages.hasMore()}>
              <div data-slot="more">
                <Button busy={pages.isLoading()} onClick={pages.loadMore}>
                  {t("common.load-older")}
                </Button>
              </div>
            </Show>
          </div>
        </Show>
      </Show>
    </div>
  )
}
