import type { TaskDoc } from "@muster/contracts"
import type { Attachment } from "@muster/domain"
import { createEffect, createRoot, createSignal, getOwner, onCleanup, runWithOwner, untrack } from "solid-js"
import type { Accessor } from "solid-js"
import { t } from "#src/i18n/index.ts"
import { makeContext } from "#src/lib/context.ts"
import { ANNOUNCE_WAIT_MILLIS } from "#src/limits.ts"
import { showToast } from "#src/parts/toast.tsx"
import { targetLabel, taskLabel } from "#src/team/names.ts"
import type { LiveTeam } from "#src/team/live-team.ts"
import { focusRow } from "#src/pages/team/peek.ts"
import type { Peek } from "#src/pages/team/peek.ts"

export interface Dispatch {
  readonly isOpen: Accessor<boolean>
  /** The member that the panel was opened for, if any. */
  readonly presetMember: Accessor<string | undefined>
  /** Words that the panel was opened with, if any. */
  readonly presetText: Accessor<string | undefined>
  /** Files of the message that it was opened for, if any. */
  readonly presetFiles: Accessor<ReadonlyArray<Attachment> | undefined>
  readonly open: (memberId?: string, text?: string, files?: ReadonlyArray<Attachment>) => void
  readonly setOpen: (isOpen: boolean) => void
  /** Says that a task was accepted, by its number as soon as the live view has it. */
  readonly announce: (taskId: string) => void
}

const context = makeContext(
  "useDispatch",
  (props: { readonly team: LiveTeam; readonly peek: Peek; readonly isAllowed: Accessor<boolean> }): Dispatch => {
    const [isOpen, setOpen] = createSignal(false)
    const [presetMember, setPresetMember] = createSignal<string>()
    const [presetText, setPresetText] = createSignal<string>()
    const [presetFiles, setPresetFiles] = createSignal<ReadonlyArray<Attachment>>()
    const owner = getOwner()
    const { team, peek } = props

    const tell = (task: TaskDoc) => {
      showToast({
        tone: "success",
        title: t("dispatch.done", { task: taskLabel(task.number) }),
        detail: t("dispatch.done-to", { member: targetLabel(team.view, task) }),
        action: { label: t("dispatch.show"), run: () => peek.open(task.id) },
      })
      // After the panel has given the focus back.
      if (peek.taskId() === undefined) setTimeout(() => focusRow(task.id), 0)
    }
    const announce = (taskId: string) =>
      runWithOwner(owner, () =>
        createRoot((dispose) => {
          const timer = setTimeout(() => {
            showToast({ tone: "success", title: t("dispatch.done-unseen") })
            dispose()
          }, ANNOUNCE_WAIT_MILLIS)
          onCleanup(() => clearTimeout(timer))
          createEffect(() => {
            const task = team.view.tasks[taskId]
            if (task === undefined) return
            clearTimeout(timer)
            untrack(() => tell(task))
            queueMicrotask(dispose)
          })
        }, owner),
      )

    return {
      isOpen,
      presetMember,
      presetText,
      presetFiles,
      open: (memberId, text, files) => {
        if (!props.isAllowed()) return
        setPresetMember(memberId)
        setPresetText(text)
        setPresetFiles(files)
        setOpen(true)
      },
      setOpen,
      announce,
    }
  },
)

export const DispatchProvider = context.Provider
export const useDispatch = context.use
