import { useNavigate, useSearchParams } from "@solidjs/router"
import type { NeedItem } from "@muster/contracts"
import Inbox from "lucide-solid/icons/inbox"
import { Show, createEffect, createMemo, createSignal, on, onCleanup } from "solid-js"
import { failureText } from "#src/api/failure.ts"
import { t, tn } from "#src/i18n/index.ts"
import { NEEDS_FIRST_ROWS, NEEDS_MAX_ROWS } from "#src/limits.ts"
import { needs, setNeeds } from "#src/needs/state.ts"
import { needHref } from "#src/needs/words.ts"
import { Banner } from "#src/parts/banner.tsx"
import { Button } from "#src/parts/button.tsx"
import { EmptyState } from "#src/parts/empty-state.tsx"
import { ErrorState } from "#src/parts/error-state.tsx"
import { Select } from "#src/parts/select.tsx"
import { Skeleton } from "#src/parts/skeleton.tsx"
import { Page } from "#src/shell/page.tsx"
import { usePageStatus } from "#src/shell/page-status.ts"
import { useNeedKeys } from "#src/pages/needs-you/keys.ts"
import { NeedList } from "#src/pages/needs-you/list.tsx"
import { createMarks } from "#src/pages/needs-you/marks.ts"
import {
  GROUPINGS,
  drawnOrder,
  groupNeeds,
  groupingOf,
  rowAfter,
  rowInstead,
  showOf,
} from "#src/pages/needs-you/model.ts"
import { NeedRow } from "#src/pages/needs-you/row.tsx"
import { TeamsStrip } from "#src/pages/needs-you/teams-strip.tsx"
import "./page.css"

const SHOWS = ["open", "snoozed", "done"] as const

/** Everything that waits for the person, over all teams: answered, decided and tried again without leaving the list. */
export default function NeedsYouPage() {
  const navigate = useNavigate()
  const [search, setSearch] = useSearchParams<{ group?: string; show?: string }>()
  const grouping = () => groupingOf(search.group)
  const show = () => showOf(search.show)
  const [rows, setRows] = createSignal(NEEDS_FIRST_ROWS)
  const [chosen, setChosen] = createSignal<string>()
  const [opened, setOpened] = createSignal<string>()
  const [snoozing, setSnoozing] = createSignal<string>()
  const marks = createMarks()
  usePageStatus(needs.status)

  createEffect(() => setNeeds.wanted({ show: show(), rows: rows() }))
  onCleanup(() => setNeeds.wanted({ show: "open", rows: NEEDS_FIRST_ROWS }))

  const page = () => (show() === "open" ? needs.open() : needs.other())
  const items = createMemo(() => (page()?.items ?? []).filter((item) => !needs.hidden().has(item.id)))
  const groups = createMemo(() => groupNeeds(items(), grouping()))
  const order = createMemo(() => drawnOrder(groups()))
  const byId = createMemo(() => new Map(items().map((item) => [item.id, item])))
  const current = () => byId().get(chosen() ?? "")
  const first = () => byId().get(order()[0] ?? "")

  // The row that was chosen is gone: the one that took its place is chosen, and keeps the focus if the row had it.
  createEffect(
    on(order, (now, before) => {
      const id = chosen()
      if (id === undefined || now.includes(id)) return
      const instead =
        before === undefined
          ? undefined
          : rowInstead(
              before.filter((each) => each === id || now.includes(each)),
              id,
            )
      setChosen(instead)
      if (document.activeElement === document.body) focusRow(instead)
    }),
  )

  const move = (step: 1 | -1) => {
    const next = rowAfter(order(), chosen(), step)
    setChosen(next)
    focusRow(next)
  }
  const toggle = (id: string) => {
    const isOpening = opened() !== id
    setChosen(id)
    setOpened(isOpening ? id : undefined)
    if (isOpening) queueMicrotask(() => focusField(id))
  }
  const done = (item: NeedItem) => {
    focusRow(rowInstead(order(), item.id))
    void marks.done(item)
  }
  useNeedKeys({
    current,
    first,
    move,
    open: (item) => navigate(needHref(item)),
    reply: (item) => toggle(item.id),
    done,
    snooze: (item) => setSnoozing(item.id),
  })

  return (
    <Page
      title={t("nav.needs-you")}
      actions={
        <>
          <Select
            label={t("needs.show")}
            hideLabel
            value={show()}
            options={SHOWS.map((value) => ({ value, label: t(`needs.show.${value}`) }))}
            onChange={(value) => setSearch({ show: value === "open" ? undefined : value })}
          />
          <Select
            label={t("needs.group")}
            hideLabel
            value={grouping()}
            options={GROUPINGS.map((value) => ({ value, label: t(`needs.group-by.${value}`) }))}
            onChange={(value) => setSearch({ group: value === "kind" ? undefined : value })}
          />
        </>
      }
    >
      <Show
        when={page()}
        fallback={
          <Show when={needs.failure()} fallback={<Skeleton lines={6} />}>
            {(failure) => (
              <ErrorState
                title={t("needs.failed")}
                detail={failureText(failure())}
                errorId={failure().requestId}
                onRetry={() => void needs.reload()?.()}
              />
            )}
          </Show>
        }
      >
        <div data-component="needs">
          <Show when={needs.failure()}>
            {(failure) => (
              <Banner
                tone="warning"
                action={<Button onClick={() => void needs.reload()?.()}>{t("common.retry")}</Button>}
              >
                {t("needs.stale", { reason: failureText(failure()) })}
              </Banner>
            )}
          </Show>
          <Show when={items().length > 0} fallback={<Nothing show={show()} />}>
            <NeedList groups={groups()}>
              {(item) => (
                <NeedRow
                  item={item()}
                  grouping={grouping()}
                  isChosen={chosen() === item().id || (chosen() === undefined && order()[0] === item().id)}
                  isOpen={opened() === item().id}
                  isSnoozing={snoozing() === item().id}
                  marks={marks}
                  onChoose={() => setChosen(item().id)}
                  onToggle={() => toggle(item().id)}
                  onSnoozing={(open) => setSnoozing(open ? item().id : undefined)}
                  onDone={() => done(item())}
                />
              )}
            </NeedList>
            <Show when={page()?.next}>
              <p data-slot="more">
                <Show when={rows() < NEEDS_MAX_ROWS} fallback={tn("needs.too-many", NEEDS_MAX_ROWS)}>
                  <Button onClick={() => setRows(Math.min(rows() * 2, NEEDS_MAX_ROWS))}>{t("needs.more")}</Button>
                </Show>
              </p>
            </Show>
          </Show>
        </div>
      </Show>
    </Page>
  )
}

function Nothing(props: { readonly show: (typeof SHOWS)[number] }) {
  return (
    <>
      <EmptyState
        icon={Inbox}
        title={t(`needs.empty.${props.show}`)}
        {...(props.show === "open" ? { detail: t("needs.empty-detail") } : {})}
      />
      <Show when={props.show === "open"}>
        <TeamsStrip />
      </Show>
    </>
  )
}

const rowOf = (id: string | undefined): HTMLElement | null =>
  id === undefined ? null : document.querySelector<HTMLElement>(`[data-need="${CSS.escape(id)}"]`)

function focusRow(id: string | undefined): void {
  rowOf(id)?.focus()
}

/** Into the first thing that can be filled in or pressed. */
function focusField(id: string): void {
  const detail = rowOf(id)?.querySelector<HTMLElement>("[data-slot=detail]")
  const field = detail?.querySelector<HTMLElement>("textarea, input")
  ;(field ?? detail?.querySelector<HTMLElement>("[data-slot=choices] button"))?.focus()
}
