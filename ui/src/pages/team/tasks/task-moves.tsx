import type { TaskDoc } from "@muster/contracts"
import type { MemberId, PoolTarget, TaskId } from "@muster/domain"
import { Show, createSignal } from "solid-js"
import type { JSX } from "solid-js"
import { commands } from "#src/api/commands.ts"
import { failureOf, failureText } from "#src/api/failure.ts"
import { t, tn } from "#src/i18n/index.ts"
import { makeContext } from "#src/lib/context.ts"
import type { MenuItem } from "#src/parts/menu.tsx"
import { showToast } from "#src/parts/toast.tsx"
import { may } from "#src/session/may.ts"
import { ConfirmWithReason } from "#src/team/confirm-with-reason.tsx"
import { useLiveTeam } from "#src/team/live-team.ts"
import { taskLabel, taskName } from "#src/team/names.ts"
import { possibleActions } from "#src/team/task/task-actions.ts"
import { operateOn } from "#src/pages/team/tasks/bulk-operation.ts"
import type { BulkOperation } from "#src/pages/team/tasks/bulk-operation.ts"
import { ReassignDialog } from "#src/pages/team/tasks/reassign-dialog.tsx"
import { tellVerdicts } from "#src/pages/team/tasks/selection-bar.tsx"

/** Whom work is given to. */
export type Target = { readonly memberId: MemberId } | { readonly pool: PoolTarget }

/** What can be asked of one task or of many, and needs a word more before it is done. */
type Asked = {
  readonly kind: "cancel" | "reassign" | "retry-with"
  readonly ids: ReadonlyArray<string>
  readonly done: () => void
}

export interface TaskMoves {
  /** What can be done with a task as it stands. Each is a command: a state that nobody can set is not offered. */
  readonly itemsFor: (task: TaskDoc) => ReadonlyArray<MenuItem>
  /** Asks why, or to whom, and then commands all of them; `done` is called when that has begun. */
  readonly ask: (kind: Asked["kind"], ids: ReadonlyArray<string>, done: () => void) => void
  readonly retry: (ids: ReadonlyArray<string>) => void
  /** What is being asked, for the dialogs. */
  readonly asked: () => Asked | undefined
  readonly forget: () => void
}

const asIds = (ids: ReadonlyArray<string>) => ids.map((id) => id as TaskId)
const nothing = () => undefined

const context = makeContext("useTaskMoves", (_props: object): TaskMoves => {
  const team = useLiveTeam()
  const params = { team: team.teamId }
  const [asked, setAsked] = createSignal<Asked>()
  const ask: TaskMoves["ask"] = (kind, ids, done) => {
    if (ids.length > 0) setAsked({ kind, ids, done })
  }
  const retry = (ids: ReadonlyArray<string>) =>
    operateOn({
      title: tn("bulk.operation-retry", ids.length),
      ids,
      nameOf: (id) => taskName(team.view, id),
      send: (part) => commands.retryTasks({ params, body: { ids: asIds(part) } }),
    })
  /** Does something with one task at once, and says why when it was refused. */
  const one =
    (task: TaskDoc, work: (params: { readonly team: string; readonly task: string }) => Promise<unknown>) => () =>
      void work({ ...params, task: task.id }).then(nothing, (error: unknown) =>
        showToast({
          tone: "danger",
          title: t("action.failed", { task: taskLabel(task.number) }),
          detail: failureText(failureOf(error)),
        }),
      )
  return {
    asked,
    ask,
    retry,
    forget: () => setAsked(undefined),
    itemsFor: (task) => {
      const can = possibleActions(task)
      const isOpenTeam = team.view.team?.isArchived === false
      return [
        ...(can.resume && may("task.pause") && isOpenTeam
          ? [{ label: t("action.resume"), run: one(task, (path) => commands.resumeTask({ params: path })) }]
          : []),
        ...(can.pause && may("task.pause") && isOpenTeam
          ? [{ label: t("action.pause"), run: one(task, (path) => commands.pauseTask({ params: path })) }]
          : []),
        ...(can.reassign && may("task.reassign") && isOpenTeam
          ? [{ label: t("reassign.to"), run: () => ask("reassign", [task.id], nothing) }]
          : []),
        ...(can.retry && may("task.retry") && isOpenTeam
          ? [
              { label: t("action.retry"), run: one(task, (path) => commands.retryTask({ params: path, body: {} })) },
              { label: t("reassign.retry-with"), run: () => ask("retry-with", [task.id], nothing) },
            ]
          : []),
        ...(can.redrive && may("task.redrive") && isOpenTeam
          ? [{ label: t("action.redrive"), run: one(task, (path) => commands.redriveTask({ params: path, body: {} })) }]
          : []),
        ...(can.cancel && may("task.cancel")
          ? [
              {
                label: t("action.cancel"),
                danger: true,
                startsGroup: true,
                run: () => ask("cancel", [task.id], nothing),
              },
            ]
          : []),
      ]
    },
  }
})

export const useTaskMoves = context.use

/** Gives tasks below it their menus and the dialogs that these lead to. */
export function TaskMovesProvider(props: { readonly children: JSX.Element }) {
  return (
    <context.Provider>
      {props.children}
      <Dialogs />
    </context.Provider>
  )
}

function Dialogs() {
  const team = useLiveTeam()
  const moves = useTaskMoves()
  const params = { team: team.teamId }
  const ids = () => moves.asked()?.ids ?? []
  const close = (isOpen: boolean) => {
    if (!isOpen) moves.forget()
  }
  const operate = (title: string, now: Asked, send: BulkOperation["send"]) => {
    operateOn({ title, ids: now.ids, nameOf: (id) => taskName(team.view, id), send })
    now.done()
  }
  /** One task is answered in the dialog itself; many go on behind it. */
  const cancel = async (reason: string) => {
    const now = moves.asked()
    if (now === undefined) return
    const send = (part: ReadonlyArray<string>) => commands.cancelTasks({ params, body: { ids: asIds(part), reason } })
    if (now.ids.length > 1) return operate(tn("bulk.operation-cancel", now.ids.length), now, send)
    tellVerdicts(await send(now.ids))
    now.done()
  }
  const give = async (target: Target) => {
    const now = moves.asked()
    if (now === undefined) return
    const isReassign = now.kind === "reassign"
    const command = isReassign ? commands.reassignTasks : commands.retryTasks
    const send = (part: ReadonlyArray<string>) => command({ params, body: { ids: asIds(part), ...target } })
    const title = tn(isReassign ? "bulk.operation-reassign" : "bulk.operation-retry", now.ids.length)
    if (now.ids.length > 1) return operate(title, now, send)
    tellVerdicts(await send(now.ids))
    now.done()
  }
  const isGiving = () => moves.asked()?.kind === "reassign" || moves.asked()?.kind === "retry-with"
  return (
    <>
      <ConfirmWithReason
        open={moves.asked()?.kind === "cancel"}
        onOpenChange={close}
        title={tn("selection.cancel-title", ids().length)}
        detail={t("action.cancel-detail")}
        keep={t("action.cancel-keep")}
        submit={t("bulk.submit-cancel")}
        onConfirm={cancel}
      />
      <Show when={isGiving()}>
        <ReassignDialog
          title={
            moves.asked()?.kind === "reassign"
              ? tn("reassign.title", ids().length)
              : tn("reassign.retry-title", ids().length)
          }
          detail={moves.asked()?.kind === "reassign" ? t("reassign.detail") : t("reassign.retry-detail")}
          onOpenChange={close}
          onGive={give}
        />
      </Show>
    </>
  )
}
