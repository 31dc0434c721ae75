import type { Attachment } from "@muster/domain"
import { createSignal } from "solid-js"
import type { Accessor } from "solid-js"
import { makeContext } from "#src/lib/context.ts"
import { focusRow } from "#src/pages/team/peek.ts"
import type { Peek } from "#src/pages/team/peek.ts"

/** A task that was just sent. */
export interface SentTask {
  readonly taskId: string
  /** Epoch milliseconds. */
  readonly atMillis: number
}

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
  /** Says that a task was accepted, and shows its first steps. */
  readonly announce: (taskId: string) => void
  /** The task whose first steps are shown; undefined when there is none. */
  readonly sent: Accessor<SentTask | undefined>
  readonly forgetSent: () => void
}

const context = makeContext(
  "useDispatch",
  (props: { readonly peek: Peek; readonly isAllowed: Accessor<boolean> }): Dispatch => {
    const [isOpen, setOpen] = createSignal(false)
    const [presetMember, setPresetMember] = createSignal<string>()
    const [presetText, setPresetText] = createSignal<string>()
    const [presetFiles, setPresetFiles] = createSignal<ReadonlyArray<Attachment>>()
    const [sent, setSent] = createSignal<SentTask>()
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
      announce: (taskId) => {
        setSent({ taskId, atMillis: Date.now() })
        // After the panel has given the focus back.
        if (props.peek.taskId() === undefined) setTimeout(() => focusRow(taskId), 0)
      },
      sent,
      forgetSent: () => setSent(undefined),
    }
  },
)

export const DispatchProvider = context.Provider
export const useDispatch = context.use
