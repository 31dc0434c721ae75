import type { ActivityBucket } from "@muster/contracts"
import Bookmark from "lucide-solid/icons/bookmark"
import ChevronLeft from "lucide-solid/icons/chevron-left"
import ChevronRight from "lucide-solid/icons/chevron-right"
import GitCompareArrows from "lucide-solid/icons/git-compare-arrows"
import Pause from "lucide-solid/icons/pause"
import Play from "lucide-solid/icons/play"
import SkipBack from "lucide-solid/icons/skip-back"
import SkipForward from "lucide-solid/icons/skip-forward"
import StepBack from "lucide-solid/icons/step-back"
import StepForward from "lucide-solid/icons/step-forward"
import { Show } from "solid-js"
import type { JSX } from "solid-js"
import { t } from "#src/i18n/index.ts"
import { absoluteTime, clockTime, millisOf, readablePosition } from "#src/lib/time.ts"
import { REPLAY_SPEEDS } from "#src/limits.ts"
import { Badge } from "#src/parts/badge.tsx"
import { Button } from "#src/parts/button.tsx"
import { CopyButton } from "#src/parts/copy-button.tsx"
import { IconButton } from "#src/parts/icon-button.tsx"
import { CommandCaps } from "#src/parts/kbd.tsx"
import { Select } from "#src/parts/select.tsx"
import { StateIcon } from "#src/parts/state-icon.tsx"
import { SHAPES } from "#src/parts/state-table.ts"
import type { PlacedBookmark } from "#src/pages/team/replay/bookmark-marks.ts"
import type { PaceBy } from "#src/pages/team/replay/pace.ts"
import type { Player } from "#src/pages/team/replay/player.ts"
import { Scrubber } from "#src/pages/team/replay/scrubber.tsx"
import type { Frame } from "#src/pages/team/replay/tape.ts"

export type ReplaySpeed = (typeof REPLAY_SPEEDS)[number]

export interface ReplayControlsProps {
  readonly player: Player
  readonly activity: ReadonlyArray<ActivityBucket> | undefined
  readonly anchor: Frame | undefined
  /** The bookmarks that are placed by now; undefined where there are none. */
  readonly marks: ReadonlyArray<PlacedBookmark> | undefined
  /** Events that the live view has by now; undefined where there is none. */
  readonly liveSeq: number | undefined
  readonly speed: ReplaySpeed
  readonly by: PaceBy
  readonly onPace: (by: PaceBy, speed: ReplaySpeed) => void
  readonly onPlay: () => void
  readonly onNewest: () => void
  readonly onFailure: (direction: 1 | -1) => void
  readonly onCompare: () => void
  readonly onBookmarks: (() => void) | undefined
  readonly onLive: (() => void) | undefined
  readonly actions: JSX.Element
  /** What a search came to, when it found nothing. */
  readonly notice: string | undefined
}

/** Where one stands in the history, and how to move. */
export function ReplayControls(props: ReplayControlsProps) {
  // eslint-disable-next-line solid/reactivity -- one player for the life of the page
  const player = props.player
  const event = () => {
    const frame = player.frame()
    return frame?.seq === player.seq() ? frame.event : undefined
  }
  const count = () => ({ n: player.seq(), of: player.headSeq() })
  const valueText = () => {
    const now = event()
    return now === undefined
      ? t("replay.value-only", count())
      : t("replay.value", { ...count(), time: clockTime(millisOf(now.at)), type: now.type })
  }
  const since = () => Math.max(0, (props.liveSeq ?? 0) - player.headSeq())
  return (
    <div data-slot="controls">
      <div data-slot="where">
        <Badge tone="replay">{t("replay.read-only")}</Badge>
        <Show when={player.frame()}>
          {(frame) => (
            <span data-slot="as-of" data-numbers title={absoluteTime(millisOf(frame().event.at))}>
              {t("replay.as-of", {
                time: clockTime(millisOf(frame().event.at)),
                position: readablePosition(frame().event.position),
                n: frame().seq,
                of: player.headSeq(),
              })}
            </span>
          )}
        </Show>
        <span data-slot="end">
          <CopyButton text={window.location.href} label={t("replay.copy-link")} />
          <Show when={since() > 0}>
            <Button title={t("replay.since-title")} onClick={() => props.onNewest()}>
              {t("replay.since", { n: since() })}
            </Button>
          </Show>
          <Show when={props.onBookmarks}>
            {(open) => <IconButton icon={Bookmark} label={t("timeline.bookmarks")} keys="b" onClick={() => open()()} />}
          </Show>
          {props.actions}
          <Show when={props.onLive}>
            {(leave) => (
              <Button onClick={() => leave()()}>
                {t("replay.back")}
                <CommandCaps keys="l" isSilent />
              </Button>
            )}
          </Show>
        </span>
      </div>
      <div data-slot="transport">
        <IconButton
          icon={SkipBack}
          label={t("replay.oldest")}
          keys="home"
          placement="bottom"
          onClick={() => player.goTo(player.firstSeq)}
        />
        <IconButton
          icon={StepBack}
          label={t("replay.earlier")}
          keys="arrowleft"
          placement="bottom"
          onClick={() => player.step(-1)}
        />
        <IconButton
          icon={player.isPlaying() ? Pause : Play}
          label={player.isPlaying() ? t("replay.stop") : t("replay.play")}
          keys="space"
          placement="bottom"
          disabled={!player.isPlaying() && player.seq() >= player.headSeq()}
          onClick={() => props.onPlay()}
        />
        <IconButton
          icon={StepForward}
          label={t("replay.later")}
          keys="arrowright"
          placement="bottom"
          onClick={() => player.step(1)}
        />
        <IconButton
          icon={SkipForward}
          label={t("replay.newest")}
          keys="end"
          placement="bottom"
          onClick={() => props.onNewest()}
        />
        <span data-slot="failures">
          <IconButton
            icon={ChevronLeft}
            label={t("timeline.failure-earlier")}
            keys=","
            placement="bottom"
            onClick={() => props.onFailure(-1)}
          />
          <StateIcon shape={SHAPES.cross} />
          <IconButton
            icon={ChevronRight}
            label={t("timeline.failure-later")}
            keys="."
            placement="bottom"
            onClick={() => props.onFailure(1)}
          />
        </span>
        <Pace by={props.by} speed={props.speed} onPace={props.onPace} />
        <span data-slot="end">
          <span role="status">{props.notice}</span>
          <Show when={props.anchor}>
            {(anchor) => (
              <span data-slot="moments" data-numbers>
                {t("timeline.moments", { a: anchor().seq, b: player.seq() })}
              </span>
            )}
          </Show>
          <Button variant="ghost" aria-pressed={props.anchor !== undefined} onClick={() => props.onCompare()}>
            <GitCompareArrows size={14} aria-hidden="true" />
            {props.anchor === undefined ? t("timeline.compare") : t("timeline.compare-end")}
            <CommandCaps keys="c" isSilent />
          </Button>
        </span>
      </div>
      <Scrubber
        player={player}
        activity={props.activity}
        anchor={props.anchor?.seq}
        marks={props.marks}
        valueText={valueText()}
      />
    </div>
  )
}

/** How fast it plays, and by what. */
function Pace(props: Pick<ReplayControlsProps, "by" | "speed" | "onPace">) {
  const setSpeed = (text: string) => {
    const speed = REPLAY_SPEEDS.find((each) => String(each) === text)
    if (speed !== undefined) props.onPace(props.by, speed)
  }
  const options = () =>
    REPLAY_SPEEDS.map((each) => ({
      value: String(each),
      label: props.by === "event" ? t("timeline.speed-event", { n: each }) : t("timeline.speed-clock", { n: each }),
    }))
  return (
    <>
      <Select
        label={t("timeline.pace")}
        hideLabel
        value={props.by}
        options={[
          { value: "event", label: t("timeline.by-event") },
          { value: "clock", label: t("timeline.by-clock") },
        ]}
        onChange={(by) => props.onPace(by, props.speed)}
      />
      <Select label={t("replay.speed")} hideLabel value={String(props.speed)} options={options()} onChange={setSpeed} />
    </>
  )
}
