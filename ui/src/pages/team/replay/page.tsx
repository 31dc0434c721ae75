import { A, useNavigate, useSearchParams } from "@solidjs/router"
import { Show, onCleanup } from "solid-js"
import { reads } from "#src/api/reads.ts"
import { t } from "#src/i18n/index.ts"
import { TASK_EVENTS_SHOWN } from "#src/limits.ts"
import { useBookmarks } from "#src/team/bookmarks.ts"
import { ExportButton } from "#src/team/history/export-button.tsx"
import { useTeamSource } from "#src/team/source.ts"
import { TaskPanel } from "#src/team/task/panel.tsx"
import { usePeek } from "#src/pages/team/peek.ts"
import { serverPort } from "#src/pages/team/replay/port.ts"
import { ReplayView } from "#src/pages/team/replay/view.tsx"
import type { ReplayAddress } from "#src/pages/team/replay/view.tsx"
import { teamViewPath } from "#src/pages/team/views.ts"

const POSITION = /^\d{1,20}$/

const position = (text: unknown): string | undefined =>
  typeof text === "string" && POSITION.test(text) ? text : undefined

/** A team's past, from the server. */
export default function TeamReplayPage() {
  const live = useTeamSource()
  const peek = usePeek()
  const navigate = useNavigate()
  const bookmarks = useBookmarks()
  const [search, setSearch] = useSearchParams<{ at?: string; vs?: string }>()
  onCleanup(() => peek.setOrder(undefined))
  // eslint-disable-next-line solid/reactivity -- another team is another page
  const port = serverPort(live.teamId)
  const address: ReplayAddress = {
    at: () => position(search.at),
    vs: () => position(search.vs),
    set: (next) => setSearch(next, { replace: true, scroll: false }),
  }
  const taskEvents = async (task: string, before: number) => {
    const query = { task, before, limit: TASK_EVENTS_SHOWN }
    return (await reads.listHistory({ params: { team: live.teamId }, query })).items
  }
  return (
    <ReplayView
      port={port}
      address={address}
      teamId={live.teamId}
      names={live}
      bookmarks={bookmarks}
      liveSeq={live.view.seq}
      onLive={() => navigate(teamViewPath(live.teamId, "live"))}
      actions={(range) => (
        <>
          <Show when={range} fallback={<ExportButton total={live.view.seq} />}>
            {(own) => (
              <ExportButton {...own()} total={own().last - own().first + 1} label={t("timeline.export-range")} />
            )}
          </Show>
          <A href="/replay/file" data-component="button" data-variant="ghost">
            {t("file.open")}
          </A>
        </>
      )}
      taskEvents={taskEvents}
      onOpenTask={(id) => peek.open(id)}
      panel={
        <Show when={peek.taskId()} keyed>
          {(taskId) => (
            <TaskPanel taskId={taskId} onClose={peek.close} onMove={peek.move()} onOpenTask={(id) => peek.open(id)} />
          )}
        </Show>
      }
    />
  )
}
