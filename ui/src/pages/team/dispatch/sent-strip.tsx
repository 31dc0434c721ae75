import type { FeedEvent } from "@muster/contracts"
import { A } from "@solidjs/router"
import { entityId } from "@muster/projections"
import Undo2 from "lucide-solid/icons/undo-2"
import X from "lucide-solid/icons/x"
import { For, Show, createEffect, createSignal, onCleanup } from "solid-js"
import { createAction } from "#src/api/action.ts"
import { commands } from "#src/api/commands.ts"
import { failureText } from "#src/api/failure.ts"
import { t } from "#src/i18n/index.ts"
import { useNow } from "#src/lib/clock.ts"
import { SENT_SHOWN_MILLIS } from "#src/limits.ts"
import { Banner } from "#src/parts/banner.tsx"
import { Button } from "#src/parts/button.tsx"
import { IconButton } from "#src/parts/icon-button.tsx"
import { may } from "#src/session/may.ts"
import { useLiveTeam } from "#src/team/live-team.ts"
import { targetLabel, taskLabel } from "#src/team/names.ts"
import { useDispatch } from "#src/pages/team/dispatch/context.ts"
import type { SentTask } from "#src/pages/team/dispatch/context.ts"
import { isTaken, positionsOf, SENT_STEPS, undoLeftMillis } from "#src/pages/team/dispatch/sent-steps.ts"
import { usePeek } from "#src/pages/team/peek.ts"
import "./sent-strip.css"

/** The task that was just sent: where it stands, each step a way to its moment, and a way to take it back while nobody has it. */
export default function SentStrip(props: { readonly sent: SentTask }) {
  const team = useLiveTeam()
  const dispatch = useDispatch()
  const peek = usePeek()
  const now = useNow()
  const [heard, setHeard] = createSignal<ReadonlyArray<FeedEvent>>([])
  const task = () => team.view.tasks[props.sent.taskId]
  onCleanup(
    // eslint-disable-next-line solid/reactivity -- another task is another strip
    team.onEvents((events) => {
      const own = events.filter(({ stream }) => stream.startsWith("task-") && entityId(stream) === props.sent.taskId)
      if (own.length > 0) setHeard((before) => [...before, ...own])
    }),
  )
  createEffect(() => {
    if (now() - props.sent.atMillis > SENT_SHOWN_MILLIS) dispatch.forgetSent()
  })
  const undoLeft = () => {
    const sent = task()
    return sent === undefined ? 0 : undoLeftMillis(sent, props.sent.atMillis, now())
  }
  const undo = createAction(async () => {
    await commands.cancelTask({
      params: { team: team.teamId, task: props.sent.taskId },
      body: { reason: t("sent.undone") },
    })
    dispatch.forgetSent()
  })
  return (
    <section data-component="sent-strip" role="status" aria-label={t("sent.title")}>
      <Show when={task()} fallback={<p>{t("dispatch.done-unseen")}</p>}>
        {(sent) => {
          const positions = () => positionsOf(heard())
          return (
            <>
              <p>
                <strong>{t("dispatch.done", { task: taskLabel(sent().number) })}</strong>{" "}
                {t("dispatch.done-to", { member: targetLabel(team.view, sent()) })}
              </p>
              <ol>
                <For each={SENT_STEPS}>
                  {(step) => (
                    <li data-taken={isTaken(step, sent())}>
                      <Show when={positions().get(step)} fallback={t(`sent.${step}`)}>
                        {(position) => (
                          <A href={`/teams/${encodeURIComponent(team.teamId)}/replay?at=${position()}`}>
                            {t(`sent.${step}`)}
                          </A>
                        )}
                      </Show>
                    </li>
                  )}
                </For>
              </ol>
            </>
          )
        }}
      </Show>
      <div data-slot="tools">
        <Show when={undoLeft() > 0 && may("task.cancel")}>
          <Button busy={undo.isBusy()} onClick={() => void undo.run()}>
            <Undo2 size={14} aria-hidden="true" />
            {t("sent.undo", { n: Math.ceil(undoLeft() / 1_000) })}
          </Button>
        </Show>
        <Button onClick={() => peek.open(props.sent.taskId)}>{t("dispatch.show")}</Button>
        <IconButton icon={X} label={t("common.close")} onClick={() => dispatch.forgetSent()} />
      </div>
      <Show when={undo.failure()}>{(failure) => <Banner tone="danger">{failureText(failure())}</Banner>}</Show>
    </section>
  )
}
