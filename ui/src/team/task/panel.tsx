import type { TaskDoc } from "@muster/contracts"
import { isClosed } from "@muster/domain"
import ChevronDown from "lucide-solid/icons/chevron-down"
import ChevronUp from "lucide-solid/icons/chevron-up"
import X from "lucide-solid/icons/x"
import { Show, onCleanup, onMount } from "solid-js"
import type { JSX } from "solid-js"
import { t } from "#src/i18n/index.ts"
import { millisOf } from "#src/lib/time.ts"
import { CopyButton } from "#src/parts/copy-button.tsx"
import { EmptyState } from "#src/parts/empty-state.tsx"
import { ErrorState } from "#src/parts/error-state.tsx"
import { IconButton } from "#src/parts/icon-button.tsx"
import { RelativeTime } from "#src/parts/relative-time.tsx"
import { Skeleton } from "#src/parts/skeleton.tsx"
import { StateBadge } from "#src/parts/state-badge.tsx"
import { actorName, targetLabel, taskLabel } from "#src/team/names.ts"
import { useTeamSource } from "#src/team/source.ts"
import { PanelBody } from "#src/team/task/panel-body.tsx"
import type { PanelSlots } from "#src/team/task/panel-body.tsx"
import { createOpenedTask } from "#src/team/task/task-doc.ts"
import { taskLook } from "#src/team/task-look.ts"
import "./panel.css"

export interface TaskPanelProps extends PanelSlots {
  /** Must not change while the panel lives: another task is another panel. */
  readonly taskId: string
  readonly onClose: () => void
  /** To the task before or after it in the list behind; absent where there is no list. */
  readonly onMove?: ((rowsDown: 1 | -1) => void) | undefined
}

/** One task in full, at the right edge, over any page of its team. The page behind stays usable. */
export function TaskPanel(props: TaskPanelProps) {
  const source = useTeamSource()
  // eslint-disable-next-line solid/reactivity -- fixed for the life of a panel
  const opened = createOpenedTask(props.taskId)
  const title = () => {
    const task = opened.task()
    return task === undefined
      ? t("panel.loading")
      : t("panel.label", { task: taskLabel(task.number), title: task.title })
  }
  let panel: HTMLElement | undefined

  // The panel takes the focus once, so that Escape and the keys of its controls work at once.
  onMount(() => panel?.focus({ preventScroll: true }))
  const press = (event: KeyboardEvent) => {
    if (event.key !== "Escape" || event.defaultPrevented) return
    if (document.querySelector('[role="dialog"][data-expanded]') !== null) return
    props.onClose()
  }
  onMount(() => document.addEventListener("keydown", press))
  onCleanup(() => document.removeEventListener("keydown", press))

  return (
    <section
      ref={(element) => (panel = element)}
      data-component="task-panel"
      data-mode={source.mode}
      role="dialog"
      aria-label={title()}
      tabindex="-1"
    >
      <header data-slot="header">
        <Show when={opened.task()} fallback={<h2>{t("panel.loading")}</h2>}>
          {(task) => (
            <>
              <span data-slot="number">{taskLabel(task().number)}</span>
              <h2 title={task().title}>{task().title}</h2>
            </>
          )}
        </Show>
        <div data-slot="tools">
          <Show when={props.onMove}>
            {(move) => (
              <>
                <IconButton
                  icon={ChevronUp}
                  label={t("panel.previous")}
                  keys="k"
                  placement="bottom"
                  onClick={() => move()(-1)}
                />
                <IconButton
                  icon={ChevronDown}
                  label={t("panel.next")}
                  keys="j"
                  placement="bottom"
                  onClick={() => move()(1)}
                />
              </>
            )}
          </Show>
          <CopyButton text={linkTo(props.taskId)} label={t("panel.copy-link")} />
          <IconButton
            icon={X}
            label={t("panel.close")}
            keys="escape"
            placement="bottom"
            onClick={() => props.onClose()}
          />
        </div>
      </header>
      <div data-slot="body" tabindex="-1">
        <Show
          when={opened.task()}
          fallback={
            <Show when={opened.failure()} fallback={<Missing isLoaded={source.isLoaded()} mode={source.mode} />}>
              {(failure) => (
                <ErrorState
                  title={failure().kind === "not-found" ? t("panel.gone") : t("panel.failed")}
                  detail={failure().detail}
                  errorId={failure().requestId}
                  onRetry={opened.reload}
                />
              )}
            </Show>
          }
        >
          {(task) => (
            <>
              <Facts task={task()} />
              <PanelBody
                task={task()}
                opened={opened}
                actions={props.actions}
                answer={props.answer}
                approval={props.approval}
                thread={props.thread}
                onOutput={props.onOutput}
                onOpenTask={props.onOpenTask}
              />
            </>
          )}
        </Show>
      </div>
    </section>
  )
}

/** A link that opens this task, whatever page it is copied on. */
const linkTo = (taskId: string): string => {
  const url = new URL(window.location.href)
  url.searchParams.set("task", taskId)
  return url.href
}

function Missing(props: { readonly isLoaded: boolean; readonly mode: "live" | "replay" }): JSX.Element {
  return (
    <Show when={props.isLoaded && props.mode === "replay"} fallback={<Skeleton lines={6} />}>
      <EmptyState title={t("panel.gone-then")} />
    </Show>
  )
}

function Facts(props: { readonly task: TaskDoc }) {
  const source = useTeamSource()
  const look = () => taskLook(props.task, source.view, source.now())
  return (
    <div data-slot="facts" data-numbers>
      <StateBadge state={look().state} detail={look().detail} />
      <span>{t("panel.to", { member: targetLabel(source.view, props.task) })}</span>
      <span>{t("panel.by", { who: actorName(source.view, props.task.createdBy) })}</span>
      <RelativeTime at={millisOf(props.task.createdAt)} now={source.now()} />
      <Show when={props.task.attempt > 0 || props.task.run > 1}>
        <span>
          {t("panel.run", { n: props.task.run })}
          {", "}
          {t("panel.attempt", { n: props.task.attempt, max: props.task.retry.maxAttempts })}
        </span>
      </Show>
      <Show when={!isClosed(props.task.phase) && props.task.lastReportAt}>
        {(at) => (
          <span>
            {t("panel.sign-of-life")} <RelativeTime at={millisOf(at())} now={source.now()} />
          </span>
        )}
      </Show>
    </div>
  )
}
