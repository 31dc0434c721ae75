import type { TaskDoc } from "@muster/contracts"
import { PRIORITY_MAX, PRIORITY_MIN } from "@muster/domain"
import CirclePause from "lucide-solid/icons/circle-pause"
import CirclePlay from "lucide-solid/icons/circle-play"
import RotateCcw from "lucide-solid/icons/rotate-ccw"
import ChevronDown from "lucide-solid/icons/chevron-down"
import X from "lucide-solid/icons/x"
import { Show, createSignal } from "solid-js"
import type { JSX } from "solid-js"
import { createAction } from "#src/api/action.ts"
import { commands } from "#src/api/commands.ts"
import { failureText } from "#src/api/failure.ts"
import { t } from "#src/i18n/index.ts"
import { Banner } from "#src/parts/banner.tsx"
import { Button } from "#src/parts/button.tsx"
import { Menu } from "#src/parts/menu.tsx"
import { Select } from "#src/parts/select.tsx"
import { showToast } from "#src/parts/toast.tsx"
import { may } from "#src/session/may.ts"
import { ConfirmWithReason } from "#src/team/confirm-with-reason.tsx"
import { roster } from "#src/team/members/work.ts"
import { taskLabel } from "#src/team/names.ts"
import { useTeamSource } from "#src/team/source.ts"
import { SteerForm } from "#src/team/task/steer-form.tsx"
import { hearingOf, possibleActions } from "#src/team/task/task-actions.ts"

const PRIORITIES = Array.from({ length: PRIORITY_MAX - PRIORITY_MIN + 1 }, (_, index) => String(PRIORITY_MAX - index))

type Verb = "pause" | "resume" | "retry" | "redrive" | "discard"

/** What can be done with this task now. What its state does not allow is not offered. */
export function TaskActions(props: { readonly task: TaskDoc; readonly children?: JSX.Element }) {
  const source = useTeamSource()
  const [isCancelling, setCancelling] = createSignal(false)
  const params = () => ({ team: source.teamId, task: props.task.id })
  const label = () => taskLabel(props.task.number)
  const possible = () => possibleActions(props.task)
  const hearing = () => hearingOf(props.task, source.view.members[props.task.memberId ?? ""]?.runtime)
  const done = (verb: Verb | "cancel" | "priority") =>
    showToast({ tone: "success", title: t(`action.done.${verb}`, { task: label() }) })

  const act = createAction(async (verb: Verb, memberId?: string) => {
    const body = memberId === undefined ? {} : { memberId }
    if (verb === "pause") await commands.pauseTask({ params: params() })
    else if (verb === "resume") await commands.resumeTask({ params: params() })
    else if (verb === "discard") await commands.discardTask({ params: params(), body: {} })
    else if (verb === "retry") await commands.retryTask({ params: params(), body })
    else await commands.redriveTask({ params: params(), body })
    done(verb)
  })
  const cancel = async (reason: string) => {
    await commands.cancelTask({ params: params(), body: { reason } })
    done("cancel")
  }
  const prioritise = createAction(async (priority: number) => {
    await commands.prioritiseTask({ params: params(), body: { priority } })
    done("priority")
  })
  const otherMembers = () =>
    roster(source.raw())
      .filter((member) => member.id !== props.task.memberId)
      .map((member) => ({
        label: t("action.retry-as", { member: t("member.label", { handle: member.handle }) }),
        run: () => void act.run(possible().redrive ? "redrive" : "retry", member.id),
      }))
  const newRun = (): "retry" | "redrive" | undefined => {
    if (possible().retry && may("task.retry")) return "retry"
    return possible().redrive && may("task.redrive") ? "redrive" : undefined
  }

  return (
    <>
      <div data-slot="actions">
        <Show when={newRun()}>
          {(verb) => (
            <>
              <Button variant="primary" busy={act.isBusy()} onClick={() => void act.run(verb())}>
                <RotateCcw size={14} aria-hidden="true" />
                {t(`action.${verb()}`)}
              </Button>
              <Show when={otherMembers().length > 0}>
                <Menu items={otherMembers()} trigger={{ "aria-label": t("panel.actions") }}>
                  <ChevronDown size={14} aria-hidden="true" />
                </Menu>
              </Show>
            </>
          )}
        </Show>
        <Show when={possible().discard && may("task.discard")}>
          <Button busy={act.isBusy()} onClick={() => void act.run("discard")}>
            {t("dead.discard")}
          </Button>
        </Show>
        <Show when={possible().pause && may("task.pause")}>
          <Button busy={act.isBusy()} onClick={() => void act.run("pause")}>
            <CirclePause size={14} aria-hidden="true" />
            {t("action.pause")}
          </Button>
        </Show>
        <Show when={possible().resume && may("task.pause")}>
          <Button variant="primary" busy={act.isBusy()} onClick={() => void act.run("resume")}>
            <CirclePlay size={14} aria-hidden="true" />
            {t("action.resume")}
          </Button>
        </Show>
        <Show when={possible().cancel && may("task.cancel")}>
          <Button onClick={() => setCancelling(true)}>
            <X size={14} aria-hidden="true" />
            {t("action.cancel")}
          </Button>
        </Show>
        {props.children}
        <Show when={possible().prioritise && may("task.prioritise")}>
          <div data-slot="priority">
            <Select
              label={t("action.priority")}
              options={PRIORITIES.map((value) => ({ value, label: value }))}
              value={String(props.task.priority)}
              disabled={prioritise.isBusy()}
              onChange={(value) => void prioritise.run(Number(value))}
            />
          </div>
        </Show>
      </div>
      <Show when={act.failure() ?? prioritise.failure()}>
        {(failure) => <Banner tone="danger">{failureText(failure())}</Banner>}
      </Show>
      <Show when={may("task.answer") && hearing()}>{(how) => <SteerForm task={props.task} hearing={how()} />}</Show>
      <ConfirmWithReason
        open={isCancelling()}
        onOpenChange={setCancelling}
        title={t("action.cancel-title", { task: label() })}
        detail={t("action.cancel-detail")}
        keep={t("action.cancel-keep")}
        submit={t("action.cancel-submit")}
        onConfirm={cancel}
      />
    </>
  )
}
