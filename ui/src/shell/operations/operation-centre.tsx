import X from "lucide-solid/icons/x"
import { A } from "@solidjs/router"
import { For, Show, createEffect, on } from "solid-js"
import { t, tn } from "#src/i18n/index.ts"
import { OPERATION_FAILURES_SHOWN } from "#src/limits.ts"
import { Badge } from "#src/parts/badge.tsx"
import type { Tone } from "#src/parts/badge.tsx"
import { Button } from "#src/parts/button.tsx"
import { Sheet } from "#src/parts/dialog.tsx"
import { EmptyState } from "#src/parts/empty-state.tsx"
import { IconButton } from "#src/parts/icon-button.tsx"
import { Progress } from "#src/parts/progress.tsx"
import { RelativeTime } from "#src/parts/relative-time.tsx"
import { StateIcon } from "#src/parts/state-icon.tsx"
import { SHAPES } from "#src/parts/state-table.ts"
import type { Shape } from "#src/parts/state-table.ts"
import { isUnderWay, operations } from "#src/shell/operations/operations.ts"
import type { Operation, OperationState } from "#src/shell/operations/operations.ts"
import "./operation-centre.css"

const LOOKS: Readonly<Record<OperationState, { readonly tone: Tone; readonly shape: Shape }>> = {
  running: { tone: "info", shape: SHAPES.half },
  cancelling: { tone: "neutral", shape: SHAPES.stop },
  done: { tone: "success", shape: SHAPES.check },
  partly: { tone: "warning", shape: SHAPES.triangle },
  failed: { tone: "danger", shape: SHAPES.cross },
  cancelled: { tone: "neutral", shape: SHAPES.slashedRing },
}

export interface OperationCentreProps {
  readonly open: boolean
  readonly onOpenChange: (open: boolean) => void
}

/** What runs, how far it is, and what came of what has ended. Closing it counts as having read it. */
export function OperationCentre(props: OperationCentreProps) {
  createEffect(
    on(
      () => props.open,
      (isOpen, wasOpen) => {
        if (wasOpen === true && !isOpen) operations.markRead()
      },
    ),
  )
  return (
    <Sheet
      open={props.open}
      onOpenChange={(open) => props.onOpenChange(open)}
      title={t("operations.title")}
      actions={<Button onClick={() => operations.clearEnded()}>{t("operations.clear")}</Button>}
    >
      <Show
        when={operations.all().length > 0}
        fallback={<EmptyState title={t("operations.empty")} detail={t("operations.empty-detail")} />}
      >
        <ul data-component="operations">
          <For each={operations.all()}>{(operation) => <Row operation={operation} onLeave={props.onOpenChange} />}</For>
        </ul>
      </Show>
    </Sheet>
  )
}

function Row(props: { readonly operation: Operation; readonly onLeave: (open: boolean) => void }) {
  const look = () => LOOKS[props.operation.state]
  const percent = () => {
    const { done, total } = props.operation
    return total === undefined || total === 0 ? undefined : (done / total) * 100
  }
  const hidden = () => props.operation.failures.length - OPERATION_FAILURES_SHOWN
  return (
    <li>
      <div data-slot="head">
        <strong>{props.operation.title}</strong>
        <Badge tone={look().tone} icon={<StateIcon shape={look().shape} />}>
          {t(`operations.state.${props.operation.state}`)}
        </Badge>
        <RelativeTime at={props.operation.endedAt ?? props.operation.startedAt} />
        <Show
          when={isUnderWay(props.operation)}
          fallback={
            <IconButton
              icon={X}
              label={t("operations.dismiss", { title: props.operation.title })}
              onClick={() => operations.dismiss(props.operation.id)}
            />
          }
        >
          <Button
            busy={props.operation.state === "cancelling"}
            aria-label={t("operations.cancel", { title: props.operation.title })}
            onClick={() => operations.cancel(props.operation.id)}
          >
            {t("common.cancel")}
          </Button>
        </Show>
      </div>
      <Show when={isUnderWay(props.operation)}>
        <Progress label={props.operation.title} percent={percent()} />
        <p data-slot="note" data-numbers>
          <Show when={props.operation.total}>
            {(total) => <>{t("operations.of", { done: props.operation.done, total: total() })}</>}
          </Show>{" "}
          {props.operation.note}
        </p>
      </Show>
      <Show when={props.operation.summary}>{(summary) => <p data-slot="note">{summary()}</p>}</Show>
      <Show when={props.operation.failures.length > 0}>
        <ul data-slot="failures">
          <For each={props.operation.failures.slice(0, OPERATION_FAILURES_SHOWN)}>
            {(failure) => <li>{t("operations.failure", { what: failure.what, reason: failure.reason })}</li>}
          </For>
          <Show when={hidden() > 0}>
            <li>{tn("operations.more-failures", hidden())}</li>
          </Show>
        </ul>
      </Show>
      <Show when={props.operation.href}>
        {(href) => (
          <A href={href()} onClick={() => props.onLeave(false)}>
            {t("operations.show")}
          </A>
        )}
      </Show>
    </li>
  )
}
