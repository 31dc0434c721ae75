import type { ActivityBucket, HistoryQuery } from "@muster/contracts"
import { Show, createEffect, createMemo, createSignal, on, onCleanup, onMount } from "solid-js"
import type { Accessor, JSX } from "solid-js"
import { failureText } from "#src/api/failure.ts"
import type { Failure } from "#src/api/failure.ts"
import { t } from "#src/i18n/index.ts"
import { ACTIVITY_GROWTH_PARTS, REPLAY_SPEEDS } from "#src/limits.ts"
import { EmptyState } from "#src/parts/empty-state.tsx"
import { ErrorState } from "#src/parts/error-state.tsx"
import { Skeleton } from "#src/parts/skeleton.tsx"
import type { Bookmarks } from "#src/team/bookmarks.ts"
import { TeamSourceProvider } from "#src/team/source.ts"
import type { TeamSource } from "#src/team/source.ts"
import { bookmarkBeside, within } from "#src/pages/team/replay/bookmark-marks.ts"
import { BookmarksDialog } from "#src/pages/team/replay/bookmarks-dialog.tsx"
import { ReplayControls } from "#src/pages/team/replay/controls.tsx"
import type { ReplaySpeed } from "#src/pages/team/replay/controls.tsx"
import type { PaceBy } from "#src/pages/team/replay/pace.ts"
import { ReplayPanes } from "#src/pages/team/replay/panes.tsx"
import { createPlacedBookmarks } from "#src/pages/team/replay/placed-bookmarks.ts"
import { createPlayer, failureFrom } from "#src/pages/team/replay/player.ts"
import type { Player } from "#src/pages/team/replay/player.ts"
import type { ReplayPort } from "#src/pages/team/replay/port.ts"
import { useReplayCommands } from "#src/pages/team/replay/replay-commands.ts"
import { namesAround, replaySource } from "#src/pages/team/replay/sources.ts"
import type { EventsBefore } from "#src/pages/team/replay/sources.ts"
import type { Frame } from "#src/pages/team/replay/tape.ts"
import "./page.css"

/** Where replay stands, as the address says it: the only source of truth. */
export interface ReplayAddress {
  readonly at: Accessor<string | undefined>
  /** The moment that is compared with. */
  readonly vs: Accessor<string | undefined>
  readonly set: (next: { readonly at?: string; readonly vs?: string | undefined }) => void
}

/** The events between two moments that are compared. */
export interface SeqRange {
  readonly first: number
  readonly last: number
}

export interface ReplayViewProps {
  readonly port: ReplayPort
  readonly address: ReplayAddress
  readonly teamId: string
  /** The team at the end of its history: names of tasks and members that a moment does not know. */
  readonly names: TeamSource
  readonly bookmarks: Bookmarks | undefined
  /** How far the history has come since; undefined where it cannot go on. */
  readonly liveSeq: number | undefined
  readonly onLive: (() => void) | undefined
  /** Beside the ways out: an export, another file. */
  readonly actions: (range: SeqRange | undefined) => JSX.Element
  readonly taskEvents: EventsBefore
  readonly onOpenTask: (taskId: string, player: Player) => void
  /** The panel of an opened task. */
  readonly panel?: JSX.Element
}

/**
 * Frames the whole page. A selector that looks for what is inside (:has) would do the same, and would be asked again
 * with every element that comes or goes in any pane.
 */
function frameOf(element: HTMLElement): void {
  onMount(() => {
    const page = element.closest<HTMLElement>("[data-component=page]")
    page?.setAttribute("data-moment", "past")
    onCleanup(() => page?.removeAttribute("data-moment"))
  })
}

/** The team as it was at any moment of its history. Here one looks and changes nothing. */
export function ReplayView(props: ReplayViewProps) {
  const [speed, setSpeed] = createSignal<ReplaySpeed>(REPLAY_SPEEDS[1])
  const [paceBy, setPaceBy] = createSignal<PaceBy>("event")
  const [activity, setActivity] = createSignal<ReadonlyArray<ActivityBucket>>()
  const [isMarking, setMarking] = createSignal(false)
  const [notice, setNotice] = createSignal<string>()
  // eslint-disable-next-line solid/reactivity -- another history is another view
  const { port, address } = props
  const player = createPlayer(port)
  const source = replaySource(props, player)
  const names = namesAround(props, player)

  onMount(() => void player.open(address.at()))
  // The address is a link to the moment in sight. One that was typed or followed is gone to.
  createEffect(
    on(
      () => player.frame()?.event.position,
      (position) => {
        if (position === undefined) return
        setNotice(undefined)
        if (!player.isPlaying() && address.at() !== position) address.set({ at: position })
      },
      { defer: true },
    ),
  )
  createEffect(
    on(
      player.isPlaying,
      (isPlaying) => {
        const position = player.frame()?.event.position
        if (!isPlaying && position !== undefined && address.at() !== position) address.set({ at: position })
      },
      { defer: true },
    ),
  )
  createEffect(
    on(
      address.at,
      (position) => {
        if (position !== undefined && position !== player.frame()?.event.position && !player.isPlaying())
          void player.open(position)
      },
      { defer: true },
    ),
  )

  // Read once, and again when so much more has happened that the picture would mislead.
  const steps = createMemo(() => {
    const head = player.headSeq()
    return head === 0 ? 0 : Math.ceil(Math.log(head) * ACTIVITY_GROWTH_PARTS)
  })
  const [activityFailure, setActivityFailure] = createSignal<Failure>()
  const readActivity = async () => {
    try {
      const { items } = await port.activity()
      setActivityFailure(undefined)
      setActivity(items)
    } catch (error) {
      setActivityFailure(failureFrom(error))
    }
  }
  createEffect(
    on(steps, (now) => {
      if (now === 0) return
      void readActivity()
    }),
  )

  const [anchor, setAnchor] = createSignal<Frame>()
  createEffect(
    on(address.vs, (position) => {
      if (position === undefined) return setAnchor(undefined)
      player.look(position).then(
        (frame) => address.vs() === position && setAnchor(frame),
        (error: unknown) => setNotice(failureText(failureFrom(error))),
      )
      return undefined
    }),
  )
  const range = (): SeqRange | undefined => {
    const from = anchor()?.seq
    return from === undefined ? undefined : { first: Math.min(from, player.seq()), last: Math.max(from, player.seq()) }
  }
  const toggleCompare = () =>
    address.set({ vs: address.vs() === undefined ? player.frame()?.event.position : undefined })

  const seek = async (direction: 1 | -1, query: HistoryQuery, none: string) => {
    const from = player.seq()
    player.pause()
    setNotice(undefined)
    try {
      const event = await port.nearest(from, direction, query)
      if (player.seq() !== from) return
      if (event === undefined) setNotice(none)
      else player.goTo(event.seq)
    } catch (error) {
      setNotice(failureText(failureFrom(error)))
    }
  }
  const seekFailure = (direction: 1 | -1) =>
    void seek(
      direction,
      { signal: "failure" },
      direction === 1 ? t("timeline.no-failure-later") : t("timeline.no-failure-earlier"),
    )
  const seekTask = (direction: 1 | -1) => {
    const stream = player.frame()?.event.stream ?? ""
    if (!stream.startsWith("task-")) return setNotice(t("timeline.no-task"))
    return void seek(direction, { task: stream.slice("task-".length) }, t("timeline.no-task-event"))
  }
  const marks = createPlacedBookmarks(() => props.bookmarks?.list() ?? [], port.seqAt)
  const seekBookmark = (direction: 1 | -1) => {
    const track = { first: player.firstSeq, head: player.headSeq() }
    const found = bookmarkBeside(within(marks.placed(), track), player.seq(), direction)
    if (found !== undefined) return player.goTo(found.seq)
    player.pause()
    return setNotice(direction === 1 ? t("timeline.no-mark-later") : t("timeline.no-mark-earlier"))
  }
  const playOrPause = () => {
    if (player.isPlaying()) player.pause()
    else player.play({ by: paceBy(), speed: speed() })
  }
  const setPace = (by: PaceBy, next: ReplaySpeed) => {
    setPaceBy(by)
    setSpeed(next)
    if (player.isPlaying()) player.play({ by, speed: next })
  }
  const goToNewest = () => {
    player.setHead(Math.max(props.liveSeq ?? 0, player.headSeq()))
    player.goTo(player.headSeq())
  }
  useReplayCommands(player, () => ({
    playOrPause,
    goToNewest,
    toggleCompare,
    seekTask,
    seekFailure,
    bookmarks: props.bookmarks === undefined ? undefined : { open: () => void setMarking(true), seek: seekBookmark },
    goLive: props.onLive,
  }))

  const lacking = () => {
    if (activityFailure() !== undefined) return t("timeline.no-activity")
    return marks.failure() === undefined ? undefined : t("timeline.no-marks")
  }
  return (
    <TeamSourceProvider source={source}>
      <div ref={frameOf} data-component="replay">
        <ReplayControls
          player={player}
          activity={activity()}
          anchor={anchor()}
          liveSeq={props.liveSeq}
          speed={speed()}
          by={paceBy()}
          onPace={setPace}
          onPlay={playOrPause}
          onNewest={goToNewest}
          onFailure={seekFailure}
          onCompare={toggleCompare}
          onBookmarks={props.bookmarks === undefined ? undefined : () => setMarking(true)}
          onLive={props.onLive}
          actions={props.actions(range())}
          marks={(props.bookmarks?.list().length ?? 0) === 0 ? undefined : marks.placed()}
          notice={notice() ?? lacking()}
        />
        <Show when={player.failure()}>
          {(failure) => (
            <ErrorState
              title={t("replay.failed")}
              detail={failureText(failure())}
              errorId={failure().requestId}
              onRetry={() => void player.open(address.at())}
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
          {(frame) => (
            <ReplayPanes
              frame={frame()}
              anchor={anchor()}
              port={port}
              names={names}
              onGoTo={player.goTo}
              onOpenTask={(id) => props.onOpenTask(id, player)}
            />
          )}
        </Show>
        <Show when={props.bookmarks}>
          {(bookmarks) => (
            <BookmarksDialog
              open={isMarking()}
              onOpenChange={setMarking}
              bookmarks={bookmarks()}
              moment={player.frame()?.event.position}
              onGoTo={(position) => void player.open(position)}
            />
          )}
        </Show>
        {props.panel}
      </div>
    </TeamSourceProvider>
  )
}
