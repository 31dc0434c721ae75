import type { ChatMessageDoc, MemberDoc } from "@muster/contracts"
import { createMemo, createSignal, onCleanup } from "solid-js"
import { Show } from "solid-js"
import { v7 } from "uuid"
import { commands } from "#src/api/commands.ts"
import { failureOf, failureText } from "#src/api/failure.ts"
import { t } from "#src/i18n/index.ts"
import { asString, createPreference } from "#src/lib/preferences.ts"
import { Button } from "#src/parts/button.tsx"
import { Pane } from "#src/parts/pane.tsx"
import { Skeleton } from "#src/parts/skeleton.tsx"
import { may } from "#src/session/may.ts"
import { signedIn } from "#src/session/session.ts"
import { Composer } from "#src/team/chat/composer.tsx"
import { ChatLog } from "#src/team/chat/log.tsx"
import { mentionedMembers, taskNumbersIn } from "#src/team/chat/mentions.ts"
import { stillPending } from "#src/team/chat/overlay.ts"
import type { PendingMessage } from "#src/team/chat/overlay.ts"
import { TurnActions } from "#src/team/chat/turn-actions.tsx"
import type { TurnSlots } from "#src/team/chat/turn.tsx"
import { teamCounts } from "#src/team/counts.ts"
import { roster } from "#src/team/members/work.ts"
import { useLiveTeam } from "#src/team/live-team.ts"

export interface ChatPaneProps {
  readonly onOpenTask: (id: string) => void
  readonly inputRef?: (element: HTMLTextAreaElement) => void
  /** Whom one talks with directly; absent for the team's chat. */
  readonly member?: MemberDoc | undefined
  readonly onBack?: (() => void) | undefined
  readonly onMakeTask?: ((message: ChatMessageDoc) => void) | undefined
}

/** The team's chat with a place to write. One's own message is there at once and marked until the log has it. */
export function ChatPane(props: ChatPaneProps) {
  const source = useLiveTeam()
  const turnSlots: TurnSlots = {
    actions: TurnActions,
    onOutput: (taskId, grown) =>
      onCleanup(
        source.onOutput((notice) => {
          if (notice.taskId === taskId) grown(notice.assignmentId)
        }),
      ),
  }
  // eslint-disable-next-line solid/reactivity -- another chat is another component
  const memberId = props.member?.id
  const place = memberId === undefined ? source.teamId : `${source.teamId}.${memberId}`
  const draft = createPreference(`chat.draft.${place}`, "", asString)
  const [sent, setSent] = createSignal<ReadonlyArray<PendingMessage>>([])
  const pending = createMemo(() => stillPending(sent(), source.raw().chat, signedIn()?.user.id ?? ""))
  const online = () => teamCounts(source.raw()).online

  const replace = (key: string, change: Partial<PendingMessage>) =>
    setSent((items) => items.map((item) => (item.key === key ? { ...item, ...change } : item)))
  const post = async (item: PendingMessage) => {
    replace(item.key, { failure: undefined })
    try {
      const { id } = await commands.postChat({
        params: { team: source.teamId },
        body: {
          text: item.text,
          mentions: item.mentions,
          ...(item.taskId === undefined ? {} : { taskId: item.taskId }),
          ...(memberId === undefined ? {} : { to: memberId }),
        },
        idempotencyKey: item.key,
      })
      replace(item.key, { messageId: id })
    } catch (error) {
      replace(item.key, { failure: failureText(failureOf(error)) })
    }
  }
  const send = (text: string) => {
    const [number] = taskNumbersIn(text)
    const view = source.raw()
    const item: PendingMessage = {
      key: v7(),
      text,
      mentions: mentionedMembers(text, roster(view)).map((member) => member.id),
      taskId: Object.values(view.tasks).find((task) => task.number === number)?.id,
      sentAtMillis: Date.now(),
      since: view.position,
      messageId: undefined,
      failure: undefined,
    }
    // What the log has shown meanwhile is let go of.
    setSent([...pending(), item])
    void post(item)
  }

  return (
    <Pane
      title={props.member === undefined ? t("chat.title") : t("chat.direct", { member: props.member.handle })}
      meta={props.member === undefined ? t("chat.online", { n: online() }) : undefined}
      actions={
        <Show when={props.onBack}>
          {(back) => (
            <Button variant="ghost" onClick={() => back()()}>
              {t("chat.direct-back")}
            </Button>
          )}
        </Show>
      }
      footer={
        <Show when={may("chat.post") && source.view.team?.isArchived !== true}>
          <Composer draft={draft} onSend={send} {...(props.inputRef ? { inputRef: props.inputRef } : {})} />
        </Show>
      }
    >
      <Show when={source.isLoaded()} fallback={<Skeleton lines={6} />}>
        <ChatLog
          pending={pending()}
          onRetry={(item) => void post(item)}
          onDiscard={(item) => setSent((items) => items.filter((other) => other.key !== item.key))}
          onOpenTask={props.onOpenTask}
          emptyDetail={props.member === undefined ? t("chat.empty-detail") : t("chat.direct-empty")}
          memberId={memberId}
          turnSlots={turnSlots}
          onMakeTask={props.onMakeTask}
        />
      </Show>
    </Pane>
  )
}
