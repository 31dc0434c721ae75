import type { TaskDoc } from "@muster/contracts"
import ZoomIn from "lucide-solid/icons/zoom-in"
import ZoomOut from "lucide-solid/icons/zoom-out"
import Table from "lucide-solid/icons/table-2"
import { For, Show, createMemo, createSignal, onCleanup } from "solid-js"
import { t } from "#src/i18n/index.ts"
import { clockTime, durationText, minuteTime } from "#src/lib/time.ts"
import { LIST_OVERSCAN_ROWS, TIMELINE_CLOCK_MILLIS } from "#src/limits.ts"
import { Button } from "#src/parts/button.tsx"
import { IconButton } from "#src/parts/icon-button.tsx"
import { useTeamSource } from "#src/team/source.ts"
import { TimelineArrows } from "#src/pages/team/tasks/timeline-arrows.tsx"
import { TimelineRowView } from "#src/pages/team/tasks/timeline-row.tsx"
import { TimelineTable } from "#src/pages/team/tasks/timeline-table.tsx"
import type { TimelineRow } from "#src/pages/team/tasks/timeline-rows.ts"
import { arrowsOf, busyTimes, rowsInSight, timelineRows } from "#src/pages/team/tasks/timeline-rows.ts"
import { WHOLE, inSight, moved, ticksOf, timeScale, zoomed } from "#src/pages/team/tasks/time-scale.ts"
import type { Sight } from "#src/pages/team/tasks/time-scale.ts"
import "./timeline.css"

const TIMELINE_ROW_PIXELS = 32
const TICK_PIXELS = 110
const ZOOM_STEP = 0.6
const MOVE_STEP = 0.2
const MINUTE_MILLIS = 60_000
/** A press or a turn of the wheel that changes what is in sight. */
const KEYS: Readonly<Record<string, (sight: Sight) => Sight>> = {
  "+": (sight) => zoomed(sight, ZOOM_STEP),
  "=": (sight) => zoomed(sight, ZOOM_STEP),
  "-": (sight) => zoomed(sight, 1 / ZOOM_STEP),
  "0": () => WHOLE,
  ArrowLeft: (sight) => moved(sight, -MOVE_STEP),
  ArrowRight: (sight) => moved(sight, MOVE_STEP),
}

export interface TimelineProps {
  readonly tasks: ReadonlyArray<TaskDoc>
  readonly openTask: string | undefined
  readonly isSelected: (id: string) => boolean
  readonly onOpen: (id: string) => void
}

interface Placed {
  readonly row: TimelineRow
  readonly index: number
}

/** Tasks on one axis of time: when each waited and worked, and what waited for what. Time without work is folded. */
export function Timeline(props: TimelineProps) {
  const source = useTeamSource()
  const [sight, setSight] = createSignal<Sight>(WHOLE)
  const [isTable, setTable] = createSignal(false)
  const [scrollTop, setScrollTop] = createSignal(0)
  const [box, setBox] = createSignal({ height: 0, trackPixels: 0 })
  let scroller: HTMLDivElement | undefined
  let axis: HTMLDivElement | undefined
  // What goes on grows; every second would redraw each bar for less than a pixel.
  const nowMillis = createMemo(() => Math.ceil(source.now() / TIMELINE_CLOCK_MILLIS) * TIMELINE_CLOCK_MILLIS)
  const rows = createMemo(() => timelineRows(props.tasks, nowMillis()))
  const scale = createMemo(() => timeScale(busyTimes(rows())))
  const arrows = createMemo(() => arrowsOf(rows()))
  const ticks = createMemo(() => ticksOf(scale(), sight(), Math.max(1, Math.floor(box().trackPixels / TICK_PIXELS))))
  const byId = createMemo(
    () => new Map(rows().map((row, index): readonly [string, Placed] => [row.task.id, { row, index }])),
  )
  const drawn = createMemo(() =>
    rowsInSight(scrollTop(), box().height, TIMELINE_ROW_PIXELS, rows().length, LIST_OVERSCAN_ROWS),
  )
  // By id, so that a row that changes keeps its element and with it the focus.
  const drawnIds = createMemo(() =>
    rows()
      .slice(drawn().from, drawn().to)
      .map(({ task }) => task.id as string),
  )
  const spanMillis = () => scale().unproject(sight().to) - scale().unproject(sight().from)
  const tickText = (millis: number) => (spanMillis() < 10 * MINUTE_MILLIS ? clockTime(millis) : minuteTime(millis))

  const observer = new ResizeObserver(() =>
    setBox({ height: scroller?.clientHeight ?? 0, trackPixels: axis?.clientWidth ?? 0 }),
  )
  onCleanup(() => observer.disconnect())
  const draw = (element: HTMLDivElement) => {
    scroller = element
    observer.observe(element)
    // Solid would listen passively; this keeps the browser from zooming the page instead.
    element.addEventListener("wheel", wheel, { passive: false })
  }
  const wheel = (event: WheelEvent) => {
    if (axis === undefined || !(event.ctrlKey || event.metaKey || event.shiftKey)) return
    event.preventDefault()
    const frame = axis.getBoundingClientRect()
    const around = Math.min(1, Math.max(0, (event.clientX - frame.left) / Math.max(1, frame.width)))
    const turn = Math.sign(event.deltaY === 0 ? event.deltaX : event.deltaY)
    if (event.shiftKey) setSight((before) => moved(before, turn * MOVE_STEP))
    else setSight((before) => zoomed(before, turn > 0 ? 1 / ZOOM_STEP : ZOOM_STEP, around))
  }
  const press = (event: KeyboardEvent) => {
    const change = event.ctrlKey || event.metaKey || event.altKey ? undefined : KEYS[event.key]
    if (change === undefined) return
    event.preventDefault()
    setSight(change)
  }

  return (
    <div data-component="task-timeline">
      <div data-slot="bar">
        <p data-slot="hint">{t("timeline-view.hint")}</p>
        <IconButton
          icon={ZoomOut}
          label={t("timeline-view.zoom-out")}
          keys="-"
          onClick={() => setSight(KEYS["-"] ?? WHOLE)}
        />
        <IconButton
          icon={ZoomIn}
          label={t("timeline-view.zoom-in")}
          keys="+"
          onClick={() => setSight(KEYS["+"] ?? WHOLE)}
        />
        <Button variant="ghost" onClick={() => setSight(WHOLE)}>
          {t("timeline-view.whole")}
        </Button>
        <Button variant="ghost" aria-pressed={isTable()} onClick={() => setTable(!isTable())}>
          <Table size={14} aria-hidden="true" />
          {t("timeline-view.table")}
        </Button>
      </div>
      <Show when={!isTable()} fallback={<TimelineTable rows={rows()} onOpen={(id) => props.onOpen(id)} />}>
        <div
          ref={draw}
          data-slot="scroller"
          tabindex="0"
          role="region"
          aria-label={t("timeline-view.label")}
          onScroll={(event) => setScrollTop(event.currentTarget.scrollTop)}
          onKeyDown={press}
        >
          <div data-slot="head">
            <span />
            <div data-slot="axis" ref={(element) => (axis = element)} aria-hidden="true">
              <For each={ticks()}>
                {(tick) => <span style={{ left: `${tick.at * 100}%` }}>{tickText(tick.millis)}</span>}
              </For>
            </div>
          </div>
          <div data-slot="rows" style={{ height: `${rows().length * TIMELINE_ROW_PIXELS}px` }}>
            <div data-slot="ground" aria-hidden="true">
              <For each={scale().segments.filter((segment) => segment.isIdle)}>
                {(segment) => (
                  <span
                    data-slot="idle"
                    title={t("timeline-view.idle", { time: durationText(segment.toMillis - segment.fromMillis) })}
                    style={{
                      left: `${inSight(segment.from, sight()) * 100}%`,
                      width: `${((segment.to - segment.from) / (sight().to - sight().from)) * 100}%`,
                    }}
                  />
                )}
              </For>
            </div>
            <div role="list" aria-label={t("tasks.list")}>
              <For each={drawnIds()}>
                {(id) => {
                  // What has left keeps its last look until its element goes.
                  const row = createMemo<Placed | undefined>((last) => byId().get(id) ?? last)
                  return (
                    <Show when={row()}>
                      {(found) => (
                        <TimelineRowView
                          row={found().row}
                          top={found().index * TIMELINE_ROW_PIXELS}
                          position={found().index + 1}
                          of={rows().length}
                          scale={scale()}
                          sight={sight()}
                          isOpen={props.openTask === id}
                          isSelected={props.isSelected(id)}
                          onOpen={(opened) => props.onOpen(opened)}
                        />
                      )}
                    </Show>
                  )
                }}
              </For>
            </div>
            <TimelineArrows
              arrows={arrows()}
              drawn={drawn()}
              rowPixels={TIMELINE_ROW_PIXELS}
              widthPixels={box().trackPixels}
              placeOf={(millis) => inSight(scale().project(millis), sight())}
            />
          </div>
        </div>
      </Show>
    </div>
  )
}
