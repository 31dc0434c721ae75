import { useNavigate, useSearchParams } from "@solidjs/router"
import { emptyTeamView } from "@muster/projections"
import { Show, createEffect, createSignal, on, onCleanup, onMount } from "solid-js"
import { useCommands } from "#src/commands/context.ts"
import { failureText } from "#src/api/failure.ts"
import { reads } from "#src/api/reads.ts"
import { t } from "#src/i18n/index.ts"
import { useNow } from "#src/lib/clock.ts"
import { millisOf } from "#src/lib/time.ts"
import { REPLAY_SPEEDS, TASK_EVENTS_SHOWN } from "#src/limits.ts"
import { EmptyState } from "#src/parts/empty-state.tsx"
import { ErrorState } from "#src/parts/error-state.tsx"
import { Skeleton } from "#src/parts/skeleton.tsx"
import { TeamSourceProvider, useTeamSource } from "#src/team/source.ts"
import type { TeamSource } from "#src/team/source.ts"
import { TaskPanel } from "#src/team/task/panel.tsx"
import { usePeek } from "#src/pages/team/peek.ts"
import { ReplayControls } from "#src/pages/team/replay/controls.tsx"
import type { ReplaySpeed } from "#src/pages/team/replay/controls.tsx"
import { ReplayPanes } from "#src/pages/team/replay/panes.tsx"
import { createPlayer, viewOf } from "#src/pages/team/replay/player.ts"
import type { Player, PlayerPort } from "#src/pages/team/replay/player.ts"
import { teamViewPath } from "#src/pages/team/views.ts"
import "./page.css"

/** Asks the server for what replay needs. Nothing here can change anything. */
const replayPort = (team: string): PlayerPort => ({
  find: async (position) => {
    const { state, head } = await reads.replayTeam({
      params: { team },
      query: position === undefined ? {} : { at: position },
    })
    return { seq: state.seq, headSeq: head.seq }
  },
  stateAt: async (position) => (await reads.replayTeam({ params: { team }, query: { at: position } })).state,
  eventsAfter: async (after, limit) => (await reads.listHistory({ params: { team }, query: { after, limit } })).items,
})

/** The team as a source of panes, at the moment that the player stands at. */
function replaySource(teamId: string, player: Player): TeamSource {
  const empty = emptyTeamView()
  const clock = useNow()
  const view = () => viewOf(player.frame(), empty)
  return {
    teamId,
    mode: "replay",
    get view() {
      return view()
    },
    raw: view,
    isLoaded: () => player.frame() !== undefined,
    now: () => {
      const at = player.frame()?.event.at
      return at === undefined ? clock() : millisOf(at)
    },
    taskEvents: async (taskId) => {
      const before = view().seq + 1
      const query = { task: taskId, before, limit: TASK_EVENTS_SHOWN }
      return (await reads.listHistory({ params: { team: teamId }, query })).items
    },
    onEvents: () => () => undefined,
  }
}

/** The team as it was at any moment of its history. Here one looks and changes nothing. */
export default function TeamReplayPage() {
  const live = useTeamSource()
  const peek = usePeek()
  const navigate = useNavigate()
  const [search, setSearch] = useSearchParams<{ at?: string }>()
  const [speed, setSpeed] = createSignal<ReplaySpeed>(REPLAY_SPEEDS[1])
  // eslint-disable-next-line solid/reactivity -- another team is another page
  const player = createPlayer(replayPort(live.teamId))
  const source = replaySource(live.teamId, player)
  const asked = () => (typeof search.at === "string" && /^\d{1,20}$/.test(search.at) ? search.at : undefined)

  onMount(() => void player.open(asked()))
  // The address is a link to the moment in sight. One that was typed or followed is gone to.
  createEffect(
    on(
      () => player.frame()?.event.position,
      (position) => {
        if (position !== undefined && !player.isPlaying() && asked() !== position)
          setSearch({ at: position }, { replace: true, scroll: false })
      },
      { defer: true },
    ),
  )
  createEffect(
    on(
      asked,
      (position) => {
        if (position !== undefined && position !== player.frame()?.event.position && !player.isPlaying())
          void player.open(position)
      },
      { defer: true },
    ),
  )

  const toLive = () => navigate(teamViewPath(live.teamId, "live"))
  const playOrPause = () => {
    if (player.isPlaying()) player.pause()
    else player.play(speed())
  }
  useCommands(() => [
    { id: "replay.play", title: t("replay.play"), group: "view", keys: "space", run: playOrPause },
    { id: "replay.earlier", title: t("replay.earlier"), group: "view", keys: "arrowleft", run: () => player.step(-1) },
    { id: "replay.later", title: t("replay.later"), group: "view", keys: "arrowright", run: () => player.step(1) },
    { id: "replay.oldest", title: t("replay.oldest"), group: "view", keys: "home", run: () => player.goTo(1) },
    {
      id: "replay.newest",
      title: t("replay.newest"),
      group: "view",
      keys: "end",
      run: () => player.goTo(player.headSeq()),
    },
    { id: "replay.live", title: t("replay.back"), group: "go", keys: "l", run: toLive },
  ])
  onCleanup(() => peek.setOrder(undefined))

  return (
    <TeamSourceProvider source={source}>
      <div data-component="replay">
        <ReplayControls
          player={player}
          liveSeq={live.view.seq}
          speed={speed()}
          onSpeed={(next) => {
            setSpeed(next)
            if (player.isPlaying()) player.play(next)
          }}
          onPlay={playOrPause}
          onLive={toLive}
        />
        <Show when={player.failure()}>
          {(failure) => (
            <ErrorState
              title={t("replay.failed")}
              detail={failureText(failure())}
              {...(failure().requestId === undefined ? {} : { errorId: failure().requestId ?? "" })}
              onRetry={() => void player.open(asked())}
            />
          )}
        </Show>
        <Show
          when={player.frame()}
          fallback={
            <Show
              when={player.isEmpty()}
              fallback={
                <Show when={!player.failure()}>
                  <Skeleton lines={8} />
                </Show>
              }
            >
              <EmptyState title={t("replay.empty")} />
            </Show>
          }
        >
          {(frame) => <ReplayPanes frame={frame()} live={live} onGoTo={player.goTo} />}
        </Show>
        <Show when={peek.taskId()} keyed>
          {(taskId) => (
            <TaskPanel taskId={taskId} onClose={peek.close} onMove={peek.move()} onOpenTask={(id) => peek.open(id)} />
          )}
        </Show>
      </div>
    </TeamSourceProvider>
  )
}
