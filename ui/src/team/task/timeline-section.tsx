import { For, Show, createMemo } from "solid-js"
import { failureText } from "#src/api/failure.ts"
import { t } from "#src/i18n/index.ts"
import { hinted } from "#src/lib/hint.ts"
import { absoluteTime, clockTime, millisOf } from "#src/lib/time.ts"
import { TASK_EVENTS_SHOWN } from "#src/limits.ts"
import { Banner } from "#src/parts/banner.tsx"
import { Button } from "#src/parts/button.tsx"
import { StateIcon } from "#src/parts/state-icon.tsx"
import { useTeamSource } from "#src/team/source.ts"
import type { OpenedTask } from "#src/team/task/task-doc.ts"
import { StepBody } from "#src/team/task/step-body.tsx"
import { keepEqual, timelineOf } from "#src/team/task/timeline.ts"
import type { Moment } from "#src/team/task/timeline.ts"
import "#src/parts/badge.css"
import "./timeline-section.css"

/** The life of the task, step by step, over all its runs and attempts. */
export function TimelineSection(props: { readonly opened: OpenedTask }) {
  const source = useTeamSource()
  // A moment that says what it said stays the one that is on the page: what a person has unfolded stays so.
  const moments = createMemo<ReadonlyArray<Moment>>(
    (before) => keepEqual(before, timelineOf(props.opened.events(), source.raw())),
    [],
  )
  return (
    <section data-slot="section" data-component="timeline" aria-label={t("panel.timeline")}>
      <h3>{t("panel.timeline")}</h3>
      <Show when={props.opened.eventsFailure()}>
        {(failure) => (
          <Banner tone="danger" action={<Button onClick={props.opened.reload}>{t("common.retry")}</Button>}>
            {t("panel.timeline-failed")}
            {": "}
            {failureText(failure())}
          </Banner>
        )}
      </Show>
      <Show when={props.opened.events().length >= TASK_EVENTS_SHOWN}>
        <p data-slot="note">{t("panel.timeline-more")}</p>
      </Show>
      <ol>
        <For each={moments()}>
          {(moment) => (
            <li data-tone={moment.look.tone} data-starts-run={moment.startsRun} data-step={moment.step?.kind}>
              <StateIcon shape={moment.look.shape} />
              <span data-slot="what">
                <Show when={moment.step} fallback={moment.text}>
                  {(step) => <StepBody step={step()} />}
                </Show>
                <Show when={moment.by}>{(who) => <span data-slot="by"> {t("timeline.by", { who: who() })}</span>}</Show>
              </span>
              <time ref={hinted(() => absoluteTime(millisOf(moment.at)))} datetime={moment.at}>
                {clockTime(millisOf(moment.at))}
              </time>
            </li>
          )}
        </For>
      </ol>
    </section>
  )
}
