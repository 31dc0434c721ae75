import type { FeedEvent } from "@muster/contracts"
import { A } from "@solidjs/router"
import { Show, createSignal, onCleanup, onMount } from "solid-js"
import { failureOf, failureText } from "#src/api/failure.ts"
import type { Failure } from "#src/api/failure.ts"
import { reads } from "#src/api/reads.ts"
import { t } from "#src/i18n/index.ts"
import { LIVE_EVENTS_SHOWN } from "#src/limits.ts"
import { EmptyState } from "#src/parts/empty-state.tsx"
import { ErrorState } from "#src/parts/error-state.tsx"
import { Pane } from "#src/parts/pane.tsx"
import { Skeleton } from "#src/parts/skeleton.tsx"
import { VirtualList } from "#src/parts/virtual-list.tsx"
import { EventLine } from "#src/team/history/event-row.tsx"
import { useLiveTeam } from "#src/team/live-team.ts"
import { newestEvents } from "#src/pages/team/live-model.ts"
import { teamViewPath } from "#src/pages/team/views.ts"

const ROW_PIXELS = 32

/** The newest events as they come; all of them are a page of their own. */
export function LiveEvents(props: { readonly onOpenTask: (id: string) => void }) {
  const team = useLiveTeam()
  const [events, setEvents] = createSignal<ReadonlyArray<FeedEvent>>([])
  const [isLoaded, setLoaded] = createSignal(false)
  const [failure, setFailure] = createSignal<Failure>()
  let isGone = false
  onCleanup(() => (isGone = true))
  onCleanup(team.onEvents((fresh) => setEvents((shown) => newestEvents(shown, fresh, LIVE_EVENTS_SHOWN))))
  const load = async () => {
    setFailure(undefined)
    try {
      const query = { limit: LIVE_EVENTS_SHOWN }
      const { items } = await reads.listHistory({ params: { team: team.teamId }, query })
      if (isGone) return
      setEvents((shown) => newestEvents(shown, items, LIVE_EVENTS_SHOWN))
      setLoaded(true)
    } catch (error) {
      if (!isGone) setFailure(failureOf(error))
    }
  }
  onMount(() => void load())
  return (
    <Pane title={t("live.events")} meta={<A href={teamViewPath(team.teamId, "history")}>{t("live.events-all")}</A>}>
      <Show
        when={failure()}
        fallback={
          <Show when={isLoaded()} fallback={<Skeleton lines={5} />}>
            <Show when={events().length > 0} fallback={<EmptyState title={t("live.events-empty")} />}>
              <VirtualList
                label={t("live.events-list")}
                rows={events()}
                keyOf={(event) => event.id}
                rowHeight={ROW_PIXELS}
              >
                {(event) => (
                  <div data-component="live-event">
                    <EventLine event={event} onOpenTask={props.onOpenTask} />
                  </div>
                )}
              </VirtualList>
            </Show>
          </Show>
        }
      >
        {(found) => (
          <ErrorState title={t("live.events-failed")} detail={failureText(found())} onRetry={() => void load()} />
        )}
      </Show>
    </Pane>
  )
}
