import type { ActivityBucket } from "@muster/contracts"
import Bookmark from "lucide-solid/icons/bookmark"
import { For, Show, createMemo, createSignal, onCleanup, onMount } from "solid-js"
import { t, tn } from "#src/i18n/index.ts"
import { durationText } from "#src/lib/time.ts"
import { Slider } from "#src/parts/slider.tsx"
import { StateIcon } from "#src/parts/state-icon.tsx"
import { SHAPES } from "#src/parts/state-table.ts"
import { BookmarkBar } from "#src/pages/team/replay/bookmark-bar.tsx"
import { within } from "#src/pages/team/replay/bookmark-marks.ts"
import type { PlacedBookmark } from "#src/pages/team/replay/bookmark-marks.ts"
import { lanesOf, seqAtX, xOf } from "#src/pages/team/replay/lanes.ts"
import type { Player } from "#src/pages/team/replay/player.ts"
import "./scrubber.css"

const BAR_PIXELS = 22
const MARK_PIXELS = 12
/** As parts/slider.css draws it. */
const THUMB_PIXELS = 14

export interface ScrubberProps {
  readonly player: Player
  /** Undefined until it is read. */
  readonly activity: ReadonlyArray<ActivityBucket> | undefined
  /** The moment that is compared with, if there is one. */
  readonly anchor: number | undefined
  /** The bookmarks that are placed by now; undefined where there are none. */
  readonly marks: ReadonlyArray<PlacedBookmark> | undefined
  readonly valueText: string
}

/** The whole history on one line: what happened when, above the slider that moves through it. */
export function Scrubber(props: ScrubberProps) {
  const [width, setWidth] = createSignal(0)
  let box: HTMLDivElement | undefined
  onMount(() => {
    const observer = new ResizeObserver(([entry]) => setWidth(Math.round(entry?.contentRect.width ?? 0)))
    if (box !== undefined) observer.observe(box)
    onCleanup(() => observer.disconnect())
  })
  const track = () => ({
    first: props.player.firstSeq,
    head: props.player.headSeq(),
    width: width(),
    thumb: THUMB_PIXELS,
  })
  const lanes = createMemo(() =>
    props.activity === undefined || width() === 0
      ? undefined
      : lanesOf(props.activity, { ...track(), barHeight: BAR_PIXELS, markHeight: MARK_PIXELS }),
  )
  const seek = (event: PointerEvent & { readonly currentTarget: HTMLDivElement }) => {
    const { left } = event.currentTarget.getBoundingClientRect()
    props.player.goTo(seqAtX(event.clientX - left, track()))
  }
  const height = MARK_PIXELS * 3 + BAR_PIXELS
  return (
    <div data-component="scrubber">
      <Show when={props.marks}>
        {(placed) => (
          // There before the bookmarks are placed: what is below must not move when they are.
          <div data-slot="marks">
            <Show when={width() > 0}>
              <BookmarkBar
                placed={placed()}
                track={track()}
                seq={props.player.seq()}
                onGoTo={(seq) => props.player.goTo(seq)}
              />
            </Show>
          </div>
        )}
      </Show>
      {/* The slider below does the same for the keyboard and for assistive technology. */}
      <div
        ref={(element) => (box = element)}
        data-slot="lanes"
        aria-hidden="true"
        onPointerDown={(event) => {
          event.currentTarget.setPointerCapture(event.pointerId)
          seek(event)
        }}
        onPointerMove={(event) => event.currentTarget.hasPointerCapture(event.pointerId) && seek(event)}
      >
        <svg width="100%" height={height}>
          <Show when={lanes()}>
            {(drawn) => (
              <>
                <path data-lane="failure" d={drawn().failures} />
                <path data-lane="ask" d={drawn().asks} transform={`translate(0 ${MARK_PIXELS})`} />
                <path data-lane="human" d={drawn().human} transform={`translate(0 ${MARK_PIXELS * 2})`} />
                <path data-lane="activity" d={drawn().activity} transform={`translate(0 ${MARK_PIXELS * 3})`} />
                <For each={drawn().gaps}>
                  {(gap) => (
                    <g data-lane="gap" transform={`translate(${gap.x} 0)`}>
                      <path d={`M0 0V${height}`} />
                      <text x="3" y="9">
                        {durationText(gap.millis)}
                      </text>
                    </g>
                  )}
                </For>
              </>
            )}
          </Show>
          <Show when={props.anchor}>
            {(seq) => <path data-lane="anchor" d={`M${xOf(seq(), track())} 0v${height}`} />}
          </Show>
        </svg>
        {/* Moves by itself, so that a step paints a line and not the lanes. */}
        <div data-slot="now" style={{ transform: `translateX(${xOf(props.player.seq(), track())}px)` }} />
      </div>
      <Slider
        label={t("replay.slider")}
        min={props.player.firstSeq}
        max={Math.max(props.player.firstSeq, props.player.headSeq())}
        value={props.player.seq()}
        valueText={props.valueText}
        disabled={props.player.headSeq() <= props.player.firstSeq}
        onInput={(seq) => props.player.goTo(seq)}
      />
      {/* There before it has words: what is below must not move when they come. */}
      <ul data-slot="legend">
        <Show when={lanes()}>
          {(drawn) => (
            <>
              <li data-lane="failure">
                <StateIcon shape={SHAPES.cross} />
                {tn("timeline.failures", drawn().totals.failures)}
              </li>
              <li data-lane="ask">
                <StateIcon shape={SHAPES.triangle} />
                {tn("timeline.asks", drawn().totals.asks)}
              </li>
              <li data-lane="human">
                <StateIcon shape={SHAPES.ring} />
                {tn("timeline.human", drawn().totals.human)}
              </li>
              <li data-lane="activity">
                <StateIcon shape={SHAPES.bars} />
                {t("timeline.rate")}
              </li>
              <Show when={within(props.marks ?? [], track()).length}>
                {(n) => (
                  <li data-lane="bookmark">
                    <Bookmark size={12} aria-hidden="true" />
                    {tn("timeline.marks", n())}
                  </li>
                )}
              </Show>
              <Show when={drawn().gaps.length > 0}>
                <li>{t("timeline.idle")}</li>
              </Show>
            </>
          )}
        </Show>
      </ul>
    </div>
  )
}
