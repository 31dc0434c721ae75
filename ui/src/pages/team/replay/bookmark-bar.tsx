import Bookmark from "lucide-solid/icons/bookmark"
import { Index, Show, createMemo, createSignal } from "solid-js"
import { listText } from "#src/i18n/format.ts"
import { t } from "#src/i18n/index.ts"
import { BOOKMARK_MARK_PIXELS } from "#src/limits.ts"
import { Tooltip } from "#src/parts/tooltip.tsx"
import { aimOf, marksOf } from "#src/pages/team/replay/bookmark-marks.ts"
import type { BookmarkMark, PlacedBookmark } from "#src/pages/team/replay/bookmark-marks.ts"
import type { Track } from "#src/pages/team/replay/lanes.ts"
import "./bookmark-bar.css"

export interface BookmarkBarProps {
  readonly placed: ReadonlyArray<PlacedBookmark>
  readonly track: Track
  /** The moment in sight. */
  readonly seq: number
  readonly onGoTo: (seq: number) => void
}

const nameOf = ({ items }: BookmarkMark): string => {
  const [only] = items
  return items.length === 1 && only !== undefined
    ? t("timeline.mark", { name: only.bookmark.name, n: only.seq })
    : t("timeline.mark-several", { n: items.length, names: listText(items.map(({ bookmark }) => bookmark.name)) })
}

/** The bookmarks above the slider, at their moments. One stop for Tab, arrows lead from one to the next. */
export function BookmarkBar(props: BookmarkBarProps) {
  const marks = createMemo(() => marksOf(props.placed, props.track, BOOKMARK_MARK_PIXELS))
  const [place, setPlace] = createSignal(0)
  const stop = () => Math.min(place(), marks().length - 1)
  let bar: HTMLDivElement | undefined
  const press = (event: KeyboardEvent) => {
    const last = marks().length - 1
    const to: Readonly<Record<string, number>> = {
      ArrowLeft: Math.max(0, stop() - 1),
      ArrowRight: Math.min(last, stop() + 1),
      Home: 0,
      End: last,
    }
    const next = to[event.key]
    if (next === undefined || event.ctrlKey || event.metaKey || event.altKey || event.shiftKey) return
    event.preventDefault()
    setPlace(next)
    bar?.querySelectorAll("button")[next]?.focus()
  }
  const go = (mark: BookmarkMark, index: number) => {
    setPlace(index)
    const aim = aimOf(mark, props.seq)
    if (aim !== undefined) props.onGoTo(aim.seq)
  }
  // One look for all of them, so that a step draws the two marks anew that it leaves and comes to.
  const here = createMemo(() => marks().findIndex(({ items }) => items.some(({ seq }) => seq === props.seq)))
  return (
    <Show when={marks().length > 0}>
      <div
        ref={(element) => (bar = element)}
        data-component="bookmark-bar"
        role="toolbar"
        aria-label={t("timeline.bookmarks")}
        onKeyDown={press}
      >
        <Index each={marks()}>
          {(mark, index) => {
            const isHere = createMemo(() => here() === index)
            return (
              <span
                data-slot="place"
                style={{ transform: `translateX(${Math.round(mark().x) - BOOKMARK_MARK_PIXELS / 2}px)` }}
              >
                <Tooltip
                  text={nameOf(mark())}
                  trigger={{
                    "data-slot": "mark",
                    "aria-label": nameOf(mark()),
                    "aria-current": isHere() ? "true" : "false",
                    tabindex: index === stop() ? 0 : -1,
                    onClick: () => go(mark(), index),
                  }}
                >
                  <Bookmark size={14} aria-hidden="true" />
                  <Show when={mark().items.length > 1}>
                    <span data-slot="count" data-numbers aria-hidden="true">
                      {mark().items.length}
                    </span>
                  </Show>
                </Tooltip>
              </span>
            )
          }}
        </Index>
      </div>
    </Show>
  )
}
