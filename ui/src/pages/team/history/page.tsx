import { useSearchParams } from "@solidjs/router"
import type { FeedEvent } from "@muster/contracts"
import { comparePositions } from "@muster/domain"
import { Show, createEffect, createMemo, createSignal, on } from "solid-js"
import { failureText } from "#src/api/failure.ts"
import { useCommands } from "#src/commands/context.ts"
import { titled } from "#src/commands/titled.ts"
import { t, tn } from "#src/i18n/index.ts"
import { Button } from "#src/parts/button.tsx"
import { EmptyState } from "#src/parts/empty-state.tsx"
import { ErrorState } from "#src/parts/error-state.tsx"
import { Select } from "#src/parts/select.tsx"
import { Skeleton } from "#src/parts/skeleton.tsx"
import { ExportButton } from "#src/team/history/export-button.tsx"
import { useLiveTeam } from "#src/team/live-team.ts"
import { EventDetail } from "#src/pages/team/history/detail.tsx"
import { createEventPages } from "#src/pages/team/history/event-pages.ts"
import { FILTER_NAMES, isFiltered, queryOf } from "#src/pages/team/history/filters.ts"
import { FilterBar } from "#src/pages/team/history/filter-bar.tsx"
import { createGroups } from "#src/pages/team/history/groups.ts"
import type { CompactRow } from "#src/pages/team/history/groups.ts"
import { CompactLine, EventRow, JsonLine } from "#src/pages/team/history/rows.tsx"
import { SavedViews } from "#src/pages/team/history/saved-views-menu.tsx"
import { filtersOf } from "#src/pages/team/history/saved-views.ts"
import type { SavedView } from "#src/pages/team/history/saved-views.ts"
import { WindowList } from "#src/team/history/window-list.tsx"
import type { WindowListHandle } from "#src/team/history/window-list.tsx"
import { usePeek } from "#src/pages/team/peek.ts"
import { serverPort } from "#src/pages/team/replay/port.ts"
import "./page.css"

const ROW_PIXELS = 36
const POSITION = /^\d{1,20}$/
const VIEWS = ["all", "compact", "json"] as const
type View = (typeof VIEWS)[number]

/** Everything that ever happened in the team, newest first. */
export default function TeamHistoryPage() {
  const team = useLiveTeam()
  const peek = usePeek()
  const [search, setSearch] = useSearchParams()
  const [isAtTop, setAtTop] = createSignal(true)
  const [seenAbove, setSeenAbove] = createSignal(0)
  const [open, setOpen] = createSignal<ReadonlySet<string>>(new Set())
  const [chosen, setChosen] = createSignal<FeedEvent>()
  let list: WindowListHandle | undefined
  // eslint-disable-next-line solid/reactivity -- another team is another page
  const port = serverPort(team.teamId)

  const query = createMemo(() => queryOf(search))
  const pos = () => (typeof search["pos"] === "string" && POSITION.test(search["pos"]) ? search["pos"] : undefined)
  const view = (): View => VIEWS.find((each) => each === search["view"]) ?? "all"
  const set = (next: { readonly [name: string]: string | undefined }) => setSearch(next, { replace: true })
  const pages = createEventPages(query, pos)
  const groups = createGroups(pages.log)
  const compact = createMemo<ReadonlyArray<CompactRow>>(() => {
    if (view() !== "compact") return []
    pages.version()
    return groups.rows(open())
  })
  const size = () => (pages.version(), pages.log.size())
  const eventAt = (place: number) => (pages.version(), pages.log.at(place))

  // New events push the reader's place down in the flat views only: groups change their order.
  const addedAbove = () => (view() === "compact" ? 0 : pages.addedAbove())
  const unseen = () => (isAtTop() ? 0 : pages.addedAbove() - seenAbove())
  createEffect(on([isAtTop, pages.addedAbove], ([top, added]) => top && setSeenAbove(added)))

  // A link to a position marks its event and brings it into sight, once.
  createEffect(
    on(pages.isLoaded, (isLoaded) => {
      const position = pos()
      const event = isLoaded && position !== undefined ? nearest(position) : undefined
      if (event === undefined) return
      // The filters may leave the event itself out: then what came just before it is in sight, and nothing is opened.
      if (event.position === position) setChosen(event)
      bringIntoSight(event)
    }),
  )
  const nearest = (position: string): FeedEvent | undefined => {
    for (let place = 0; place < pages.log.size(); place += 1) {
      const event = pages.log.at(place)
      if (event !== undefined && comparePositions(event.position, position) <= 0) return event
    }
    return undefined
  }
  const bringIntoSight = (event: FeedEvent) => {
    const place = pages.log.placeOf(event.seq)
    if (place >= 0 && view() !== "compact") requestAnimationFrame(() => list?.toPlace(place))
  }
  const choose = (event: FeedEvent) => {
    if (chosen()?.id === event.id) return close()
    setChosen(event)
    return set({ pos: event.position })
  }
  const close = () => {
    setChosen(undefined)
    set({ pos: undefined })
  }
  const goTo = (event: FeedEvent) => {
    set({ pos: event.position })
    setChosen(event)
    bringIntoSight(event)
  }
  const isChosen = (event: FeedEvent) => chosen()?.id === event.id
  const step = (places: 1 | -1) => {
    const place = pages.log.placeOf(chosen()?.seq ?? -1)
    const next = pages.log.at(place < 0 ? 0 : place + places)
    if (next !== undefined) goTo(next)
  }
  useCommands(() => [
    { id: "history.next", ...titled("history.next"), group: "view", keys: "j", run: () => step(1) },
    { id: "history.previous", ...titled("history.previous"), group: "view", keys: "k", run: () => step(-1) },
    ...(chosen() === undefined
      ? []
      : [
          {
            id: "history.close",
            ...titled("history.close-detail"),
            group: "view" as const,
            keys: "escape",
            run: close,
          },
        ]),
  ])

  const toNewest = () => {
    if (pages.hasNewer()) {
      set({ pos: undefined })
      setChosen(undefined)
      pages.reload()
    }
    list?.toTop()
  }
  const openView = (saved: SavedView) => {
    const none = Object.fromEntries(FILTER_NAMES.map((name) => [name, undefined]))
    set({ ...none, ...saved.filters, view: saved.view === "all" ? undefined : saved.view })
  }
  const fold = (key: string) =>
    setOpen((before) => {
      const next = new Set(before)
      if (!next.delete(key)) next.add(key)
      return next
    })
  const openTask = (id: string) => peek.open(id)
  const clear = () => set(Object.fromEntries(FILTER_NAMES.map((name) => [name, undefined])))
  const listProps = {
    rowPixels: ROW_PIXELS,
    onTop: setAtTop,
    onEnd: () => pages.stoppedAt() === undefined && pages.loadOlder(),
    handle: (handle: WindowListHandle) => (list = handle),
  }

  return (
    <div data-component="history">
      <div data-slot="filters" role="search">
        <FilterBar values={filtersOf(search)} onChange={set} isFiltered={isFiltered(query())} />
        <span data-slot="end">
          <Select
            label={t("history.view")}
            hideLabel
            value={view()}
            options={VIEWS.map((value) => ({ value, label: t(`history.view.${value}`) }))}
            onChange={(next) => set({ view: next === "all" ? undefined : next })}
          />
          <SavedViews current={{ filters: filtersOf(search), view: view() }} onOpen={openView} />
          <ExportButton query={query()} {...(isFiltered(query()) ? {} : { total: team.view.seq })} />
          <span data-slot="count" data-numbers>
            {tn("history.count", isFiltered(query()) ? size() : team.view.seq)}
          </span>
        </span>
      </div>
      <Show when={pages.failure()}>
        {(failure) => (
          <ErrorState
            title={t("history.failed")}
            detail={failureText(failure())}
            errorId={failure().requestId}
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
        <div data-slot="body">
          <Show
            when={size() > 0}
            fallback={
              <EmptyState
                title={t("history.empty")}
                detail={t("history.empty-detail")}
                action={<Button onClick={clear}>{t("history.clear")}</Button>}
              />
            }
          >
            <div data-slot="list">
              <Show when={unseen() > 0 || pages.hasNewer()}>
                <div data-slot="newer">
                  <Show when={pages.hasNewer()}>
                    <Button busy={pages.isLoading()} onClick={pages.loadNewer}>
                      {t("history.newer")}
                    </Button>
                  </Show>
                  <Button variant="primary" onClick={toNewest}>
                    {unseen() > 0 ? tn("history.unseen", unseen()) : t("history.newest")}
                  </Button>
                </div>
              </Show>
              <Show
                when={view() === "compact"}
                fallback={
                  <WindowList
                    {...listProps}
                    label={t("history.list")}
                    count={size()}
                    rowAt={eventAt}
                    addedAbove={addedAbove()}
                  >
                    {(event: FeedEvent) => (
                      <Show
                        when={view() === "json"}
                        fallback={
                          <EventRow event={event} isOpen={isChosen(event)} onOpen={choose} onOpenTask={openTask} />
                        }
                      >
                        <JsonLine event={event} isOpen={isChosen(event)} onOpen={choose} />
                      </Show>
                    )}
                  </WindowList>
                }
              >
                <WindowList
                  {...listProps}
                  label={t("history.list-compact")}
                  count={compact().length}
                  rowAt={(place) => compact()[place]}
                  addedAbove={addedAbove()}
                >
                  {(row: CompactRow) => (
                    <CompactLine row={row} isOpen={isChosen} onOpen={choose} onFold={fold} onOpenTask={openTask} />
                  )}
                </WindowList>
              </Show>
            </div>
          </Show>
          <Show when={chosen()}>
            {(event) => <EventDetail event={event()} look={port.look} onGoTo={goTo} onClose={close} />}
          </Show>
        </div>
        <div data-slot="foot">
          <Show when={pages.stoppedAt()}>
            {(seq) => <span role="status">{t("history.stopped", { n: seq() })}</span>}
          </Show>
          <Show when={pages.hasOlder()} fallback={<span>{t("history.oldest")}</span>}>
            <Button busy={pages.isLoading()} onClick={pages.loadOlder}>
              {pages.stoppedAt() === undefined ? t("history.older") : t("history.search-on")}
            </Button>
          </Show>
        </div>
      </Show>
    </div>
  )
}
