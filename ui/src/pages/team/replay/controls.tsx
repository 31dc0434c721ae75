import Pause from "lucide-solid/icons/pause"
import Play from "lucide-solid/icons/play"
import SkipBack from "lucide-solid/icons/skip-back"
import SkipForward from "lucide-solid/icons/skip-forward"
import StepBack from "lucide-solid/icons/step-back"
import StepForward from "lucide-solid/icons/step-forward"
import { Show } from "solid-js"
import { t, tn } from "#src/i18n/index.ts"
import { absoluteTime, clockTime, millisOf, readablePosition } from "#src/lib/time.ts"
import { REPLAY_SPEEDS } from "#src/limits.ts"
import { Badge } from "#src/parts/badge.tsx"
import { Button } from "#src/parts/button.tsx"
import { CopyButton } from "#src/parts/copy-button.tsx"
import { IconButton } from "#src/parts/icon-button.tsx"
import { KeyCaps } from "#src/parts/kbd.tsx"
import { Select } from "#src/parts/select.tsx"
import { Slider } from "#src/parts/slider.tsx"
import type { Player } from "#src/pages/team/replay/player.ts"

export type ReplaySpeed = (typeof REPLAY_SPEEDS)[number]

export interface ReplayControlsProps {
  readonly player: Player
  /** Events that the live view has by now. */
  readonly liveSeq: number
  readonly speed: ReplaySpeed
  readonly onSpeed: (speed: ReplaySpeed) => void
  readonly onPlay: () => void
  readonly onLive: () => void
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
  const since = () => Math.max(0, props.liveSeq - player.headSeq())
  const goToNewest = () => {
    player.setHead(Math.max(props.liveSeq, player.headSeq()))
    player.goTo(player.headSeq())
  }
  const setSpeed = (text: string) => {
    const speed = REPLAY_SPEEDS.find((each) => String(each) === text)
    if (speed !== undefined) props.onSpeed(speed)
  }
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
            <Button title={t("replay.since-title")} onClick={goToNewest}>
              {t("replay.since", { n: since() })}
            </Button>
          </Show>
          <Button onClick={() => props.onLive()}>
            {t("replay.back")}
            <KeyCaps keys="l" isSilent />
          </Button>
        </span>
      </div>
      <div data-slot="transport">
        <IconButton
          icon={SkipBack}
          label={t("replay.oldest")}
          keys="home"
          placement="bottom"
          onClick={() => player.goTo(1)}
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
        <IconButton icon={SkipForward} label={t("replay.newest")} keys="end" placement="bottom" onClick={goToNewest} />
        <Slider
          label={t("replay.slider")}
          min={1}
          max={Math.max(1, player.headSeq())}
          value={player.seq()}
          valueText={valueText()}
          disabled={player.headSeq() <= 1}
          onInput={(seq) => player.goTo(seq)}
        />
        <Select
          label={t("replay.speed")}
          hideLabel
          value={String(props.speed)}
          options={REPLAY_SPEEDS.map((each) => ({ value: String(each), label: tn("replay.speed-option", each) }))}
          onChange={setSpeed}
        />
      </div>
    </div>
  )
}
