import { createMemo, createSignal } from "solid-js"
import type { Accessor } from "solid-js"
import { v7 } from "uuid"
import { commands } from "#src/api/commands.ts"
import { failureOf, failureText } from "#src/api/failure.ts"
import { signedIn } from "#src/session/session.ts"
import { wordsFor } from "#src/team/chat/attach/model.ts"
import type { Attachments } from "#src/team/chat/attach/store.ts"
import { mentionedMembers, taskNumbersIn } from "#src/team/chat/mentions.ts"
import { stillPending } from "#src/team/chat/overlay.ts"
import type { PendingMessage } from "#src/team/chat/overlay.ts"
import type { LiveTeam } from "#src/team/live-team.ts"
import { roster } from "#src/team/members/work.ts"

/** One's own messages on their way. */
export interface Sending {
  readonly pending: Accessor<ReadonlyArray<PendingMessage>>
  readonly say: (text: string) => void
  readonly retry: (item: PendingMessage) => void
  readonly discard: (item: PendingMessage) => void
  /** Takes the newest message back that did not get through; undefined when all did. */
  readonly recall: () => string | undefined
}

/** Posts messages of one chat and shows them at once, until the log has them. */
export function createSending(team: LiveTeam, attachments: Attachments, memberId: string | undefined): Sending {
  const [sent, setSent] = createSignal<ReadonlyArray<PendingMessage>>([])
  const pending = createMemo(() => stillPending(sent(), team.raw().chat, signedIn()?.user.id ?? ""))
  const replace = (key: string, change: Partial<PendingMessage>) =>
    setSent((items) => items.map((item) => (item.key === key ? { ...item, ...change } : item)))
  const discard = (item: PendingMessage) => setSent((items) => items.filter((other) => other.key !== item.key))

  const post = async (item: PendingMessage) => {
    replace(item.key, { failure: undefined })
    try {
      const { id } = await commands.postChat({
        params: { team: team.teamId },
        body: {
          text: item.text,
          mentions: item.mentions,
          ...(item.taskId === undefined ? {} : { taskId: item.taskId }),
          ...(memberId === undefined ? {} : { to: memberId }),
          ...(item.files.length === 0 ? {} : { attachments: item.files.map(({ sha256, name }) => ({ sha256, name })) }),
        },
        idempotencyKey: item.key,
      })
      replace(item.key, { messageId: id })
    } catch (error) {
      replace(item.key, { failure: failureText(failureOf(error)) })
    }
  }

  return {
    pending,
    say: (words) => {
      const view = team.raw()
      const files = attachments.files()
      const text = words === "" ? wordsFor(files) : words
      const [number] = taskNumbersIn(text)
      const item: PendingMessage = {
        key: v7(),
        text,
        files,
        mentions: mentionedMembers(text, roster(view)).map((member) => member.id),
        taskId: Object.values(view.tasks).find((task) => task.number === number)?.id,
        sentAtMillis: Date.now(),
        since: view.position,
        messageId: undefined,
        failure: undefined,
      }
      attachments.clear()
      // What the log has shown meanwhile is let go of.
      setSent([...pending(), item])
      void post(item)
    },
    retry: (item) => void post(item),
    discard,
    recall: () => {
      const item = pending().findLast(({ failure }) => failure !== undefined)
      if (item === undefined) return undefined
      discard(item)
      return item.text
    },
  }
}
