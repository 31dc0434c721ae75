import ArrowDownToLine from "lucide-solid/icons/arrow-down-to-line"
import Download from "lucide-solid/icons/download"
import PanelBottom from "lucide-solid/icons/panel-bottom"
import Pause from "lucide-solid/icons/pause"
import { Show, createEffect, createMemo, createSignal, on } from "solid-js"
import { createAction } from "#src/api/action.ts"
import { failureText } from "#src/api/failure.ts"
import { t, tn } from "#src/i18n/index.ts"
import { sizeText } from "#src/lib/time.ts"
import { Banner } from "#src/parts/banner.tsx"
import { Button } from "#src/parts/button.tsx"
import { CopyButton } from "#src/parts/copy-button.tsx"
import { IconButton } from "#src/parts/icon-button.tsx"
import { Skeleton } from "#src/parts/skeleton.tsx"
import { VirtualList } from "#src/parts/virtual-list.tsx"
import type { VirtualListHandle } from "#src/parts/virtual-list.tsx"
import { textOf } from "#src/team/task/output-lines.ts"
import type { OutputLines } from "#src/team/task/output-lines.ts"
import { createOutputReader, outputPort } from "#src/team/task/output-reader.ts"
import "./output.css"

const LINE_PIXELS = 18

export interface OutputProps {
  readonly teamId: string
  readonly taskId: string
  readonly assignmentId: string
  readonly label: string
  readonly fileName: string
  /** Nothing more will come. */
  readonly isEnded: boolean
  readonly isTruncated: boolean
  /** Changes when there may be more to read. */
  readonly pulse: unknown
  /** Calls back whenever the server says that this output has grown; returns how to stop. */
  readonly onGrown?: (grown: (assignmentId: string) => void) => void
  /** Takes the height there is, instead of growing with the text. */
  readonly fills?: boolean
  /** Puts the output where it outlives this page. */
  readonly dock?: { readonly isDocked: boolean; readonly keep: () => void }
}

/** What a task writes, as it writes it. Pausing holds the picture still and loses nothing. */
export function Output(props: OutputProps) {
  // eslint-disable-next-line solid/reactivity -- another assignment is another component
  const reader = createOutputReader(outputPort(props.teamId, props.taskId, props.assignmentId))
  const [held, setHeld] = createSignal<OutputLines>()
  const shown = createMemo(() => held() ?? reader.output())
  const newLines = () => {
    const still = held()
    if (still === undefined) return 0
    return (reader.output().lines.at(-1)?.key ?? -1) - (still.lines.at(-1)?.key ?? -1)
  }
  let list: VirtualListHandle | undefined

  createEffect(on(() => props.pulse, reader.follow))
  // eslint-disable-next-line solid/reactivity -- subscribed once
  props.onGrown?.((assignmentId) => {
    if (assignmentId === props.assignmentId) reader.follow()
  })

  const save = createAction(async () => {
    const url = URL.createObjectURL(await reader.download())
    const link = document.createElement("a")
    link.href = url
    link.download = props.fileName
    link.click()
    URL.revokeObjectURL(url)
  })
  const follow = () => {
    setHeld(undefined)
    queueMicrotask(() => list?.scrollToEnd())
  }

  return (
    <div data-component="output">
      <div data-slot="bar">
        <span data-slot="size" data-numbers>
          {t("output.size", { size: sizeText(reader.size()) })}
          <Show when={props.isTruncated}>{`, ${t("output.truncated")}`}</Show>
        </span>
        <Show when={newLines() > 0}>
          <span data-slot="new" data-numbers>
            {tn("output.new-lines", newLines())}
          </span>
        </Show>
        <Show when={!props.isEnded || held() !== undefined}>
          <Button
            variant="ghost"
            aria-pressed={held() !== undefined}
            onClick={() => (held() === undefined ? setHeld(reader.output()) : follow())}
          >
            <Show when={held() === undefined} fallback={<ArrowDownToLine size={14} aria-hidden="true" />}>
              <Pause size={14} aria-hidden="true" />
            </Show>
            {held() === undefined ? t("output.pause") : t("output.follow")}
          </Button>
        </Show>
        <CopyButton text={textOf(reader.output())} label={t("output.copy")} />
        <IconButton icon={Download} label={t("output.download")} onClick={() => void save.run()} />
        <Show when={props.dock}>
          {(dock) => (
            <IconButton
              icon={PanelBottom}
              label={dock().isDocked ? t("dock.kept") : t("dock.keep")}
              aria-pressed={dock().isDocked}
              onClick={() => dock().keep()}
            />
          )}
        </Show>
      </div>
      <Show when={reader.failure() ?? save.failure()}>
        {(failure) => (
          <Banner tone="danger" action={<Button onClick={reader.follow}>{t("common.retry")}</Button>}>
            {failureText(failure())}
          </Banner>
        )}
      </Show>
      <Show when={reader.skipped() > 0}>
        <Button variant="ghost" onClick={reader.readAll}>
          {t("output.earlier")}
        </Button>
      </Show>
      <Show when={reader.isLoaded()} fallback={<Skeleton lines={3} />}>
        <Show
          when={shown().lines.length > 0}
          fallback={<p data-slot="none">{props.isEnded ? t("output.empty-ended") : t("output.empty")}</p>}
        >
          <div
            data-slot="lines"
            style={{ height: props.fills === true ? undefined : `${heightOf(shown().lines.length)}px` }}
          >
            <VirtualList
              label={props.label}
              anchor="end"
              rows={shown().lines}
              keyOf={(line) => String(line.key)}
              rowHeight={LINE_PIXELS}
              handle={(handle) => (list = handle)}
            >
              {(line) => <pre>{line.text === "" ? " " : line.text}</pre>}
            </VirtualList>
          </div>
        </Show>
      </Show>
    </div>
  )
}

const LINES_SHOWN_MIN = 3
const LINES_SHOWN_MAX = 16
const FRAME_PIXELS = 14

/** Grows with its text up to a height at which the rest of the panel stays in sight. */
const heightOf = (lines: number): number =>
  Math.min(LINES_SHOWN_MAX, Math.max(LINES_SHOWN_MIN, lines)) * LINE_PIXELS + FRAME_PIXELS
