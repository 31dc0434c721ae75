import { A, useSearchParams } from "@solidjs/router"
import { catalogue } from "@muster/domain"
import type { FeedEvent } from "@muster/contracts"
import { tasksNewestFirst } from "@muster/projections"
import ChevronRight from "lucide-solid/icons/chevron-right"
import Rewind from "lucide-solid/icons/rewind"
import { Show, createMemo, createSignal } from "solid-js"
import { failureText } from "#src/api/failure.ts"
import { t, tn } from "#src/i18n/index.ts"
import { HISTORY_TASK_CHOICES } from "#src/limits.ts"
import { Button } from "#src/parts/button.tsx"
import { CodeBlock } from "#src/parts/code-block.tsx"
import { EmptyState } from "#src/parts/empty-state.tsx"
import { ErrorState } from "#src/parts/error-state.tsx"
import { Select } from "#src/parts/select.tsx"
import { Skeleton } from "#src/parts/skeleton.tsx"
import { VirtualList } from "#src/parts/virtual-list.tsx"
import { EventLine } from "#src/team/history/event-row.tsx"
import { useLiveTeam } from "#src/team/live-team.ts"
import { taskLabel, taskName } from "#src/team/names.ts"
import { createEventPages } from "#src/pages/team/history/event-pages.ts"
import { usePeek } from "#src/pages/team/peek.ts"
import { teamViewPath } from "#src/pages/team/views.ts"
import "./page.css"

const ROW_PIXELS = 36
const ANY = "any"
const TYPES = Object.keys(catalogue).toSorted()
const JSON_INDENT = 2

const text = (value: unknown): string | undefined => (typeof value === "string" && value !== "" ? value : undefined)

/** Everything that ever happened in the team, newest first. */
export default function TeamHistoryPage() {
  const team = useLiveTeam()
  const peek = usePeek()
  const [search, setSearch] = useSearchParams()
  const filters = createMemo(() => ({ type: text(search["type"]), task: text(search["of"]) }))
  const pages = createEventPages(filters)
  const isFiltered = () => filters().type !== undefined || filters().task !== undefined
  const choose = (name: string) => (value: string) =>
    setSearch({ [name]: value === ANY ? undefined : value }, { replace: true })
  const clear = () => setSearch({ type: undefined, of: undefined }, { replace: true })
  const taskOptions = createMemo(() => {
    const shown = tasksNewestFirst(team.raw()).slice(0, HISTORY_TASK_CHOICES)
    const chosen = filters().task
    const isShown = chosen === undefined || shown.some((task) => task.id === chosen)
    return [
      { value: ANY, label: t("history.any-task") },
      ...(isShown ? [] : [{ value: chosen, label: taskName(team.raw(), chosen) }]),
      ...shown.map((task) => ({
        value: task.id as string,
        label: t("panel.label", { task: taskLabel(task.number), title: task.title }),
      })),
    ]
  })

  return (
    <div data-component="history">
      <div data-slot="filters" role="search">
        <Select
          label={t("history.type")}
          hideLabel
          value={filters().type ?? ANY}
          onChange={choose("type")}
          options={[
            { value: ANY, label: t("history.any-type") },
            ...TYPES.map((type) => ({ value: type, label: type })),
          ]}
        />
        <Select
          label={t("history.task")}
          hideLabel
          value={filters().task ?? ANY}
          onChange={choose("of")}
          options={taskOptions()}
        />
        <Show when={isFiltered()}>
          <Button variant="ghost" onClick={clear}>
            {t("history.clear")}
          </Button>
        </Show>
        <span data-slot="count" data-numbers>
          {tn("history.count", isFiltered() ? pages.events().length : team.view.seq)}
        </span>
      </div>
      <Show when={pages.failure()}>
        {(failure) => (
          <ErrorState
            title={t("history.failed")}
            detail={failureText(failure())}
            {...(failure().requestId === undefined ? {} : { errorId: failure().requestId ?? "" })}
            onRetry={pages.reload}
          />
        )}
      </Show>
      <Show
        when={pages.isLoaded()}
        fallback={
          <Show when={!pages.failure()}>
            <Skeleton lines={8} />
          </Show>
        }
      >
        <Show
          when={pages.events().length > 0}
          fallback={
            <EmptyState
              title={t("history.empty")}
              detail={t("history.empty-detail")}
              action={<Button onClick={clear}>{t("history.clear")}</Button>}
            />
          }
        >
          <div data-slot="list">
            <VirtualList
              label={t("history.list")}
              rows={pages.events()}
              keyOf={(event) => event.id}
              rowHeight={ROW_PIXELS}
            >
              {(event) => <EventRow event={event} teamId={team.teamId} onOpenTask={(id) => peek.open(id)} />}
            </VirtualList>
          </div>
          <div data-slot="foot">
            <Show when={pages.hasOlder()} fallback={<span>{t("history.oldest")}</span>}>
              <Button busy={pages.isLoading()} onClick={pages.loadOlder}>
                {t("history.older")}
              </Button>
            </Show>
          </div>
        </Show>
      </Show>
    </div>
  )
}

interface EventRowProps {
  readonly event: FeedEvent
  readonly teamId: string
  readonly onOpenTask: (id: string) => void
}

/** An event with its record to unfold and the way into replay. */
function EventRow(props: EventRowProps) {
  const [isOpen, setOpen] = createSignal(false)
  const label = () => ({ n: props.event.seq })
  return (
    <div data-slot="event">
      <div data-slot="line">
        <button
          type="button"
          data-component="icon-button"
          data-slot="fold"
          aria-expanded={isOpen()}
          aria-label={isOpen() ? t("history.close", label()) : t("history.open", label())}
          onClick={() => setOpen(!isOpen())}
        >
          <ChevronRight size={14} aria-hidden="true" />
        </button>
        <EventLine event={props.event} onOpenTask={props.onOpenTask} />
        <A
          data-slot="moment"
          href={`${teamViewPath(props.teamId, "replay")}?at=${props.event.position}`}
          title={t("history.replay")}
          aria-label={t("history.replay")}
        >
          <Rewind size={14} aria-hidden="true" />
        </A>
      </div>
      <Show when={isOpen()}>
        <div data-slot="raw">
          <CodeBlock label={t("history.raw")} code={JSON.stringify(props.event, undefined, JSON_INDENT)} />
        </div>
      </Show>
    </div>
  )
}
