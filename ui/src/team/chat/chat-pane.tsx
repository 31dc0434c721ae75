import type { ChatMessageDoc, MemberDoc } from "@muster/contracts"
import { Show, createSignal, onCleanup } from "solid-js"
import { failureOf, failureText } from "#src/api/failure.ts"
import { t } from "#src/i18n/index.ts"
import { asString, createPreference } from "#src/lib/preferences.ts"
import { Button } from "#src/parts/button.tsx"
import { Pane } from "#src/parts/pane.tsx"
import { Skeleton } from "#src/parts/skeleton.tsx"
import { may } from "#src/session/may.ts"
import { createAttachments } from "#src/team/chat/attach/store.ts"
import { createDropTarget } from "#src/team/chat/attach/drop.ts"
import { Composer } from "#src/team/chat/composer.tsx"
import { ChatLog } from "#src/team/chat/log.tsx"
import { readSlash, unescaped } from "#src/team/chat/slash/parse.ts"
import type { Given } from "#src/team/chat/slash/parse.ts"
import { SlashNote } from "#src/team/chat/slash/note.tsx"
import { faultNote, runSlash } from "#src/team/chat/slash/run.ts"
import type { Note } from "#src/team/chat/slash/run.ts"
import { TurnActions } from "#src/team/chat/turn-actions.tsx"
import type { TurnSlots } from "#src/team/chat/turn.tsx"
import { createSending } from "#src/team/chat/use-sending.ts"
import { teamCounts } from "#src/team/counts.ts"
import { roster } from "#src/team/members/work.ts"
import { useLiveTeam } from "#src/team/live-team.ts"
import "./chat-pane.css"

export interface ChatPaneProps {
  readonly onOpenTask: (id: string) => void
  readonly inputRef?: (element: HTMLTextAreaElement) => void
  /** Whom one talks with directly; absent for the team's chat. */
  readonly member?: MemberDoc | undefined
  readonly onBack?: (() => void) | undefined
  readonly onMakeTask?: ((message: ChatMessageDoc) => void) | undefined
  /** For `/dispatch` without words, and when one with words was accepted. */
  readonly onDispatch?: ((memberId: string | undefined) => void) | undefined
  readonly onDispatched?: ((taskId: string) => void) | undefined
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
  const attachments = createAttachments(source.teamId, place)
  const sending = createSending(source, attachments, memberId)
  const [note, setNote] = createSignal<Note>()
  const online = () => teamCounts(source.raw()).online
  const mayWrite = () => may("chat.post") && source.view.team?.isArchived !== true
  const drop = createDropTarget(() => mayWrite() && may("file.upload"), attachments.add)

  const run = async (given: Given) => {
    const files = attachments.files()
    try {
      const ran = await runSlash(given, {
        teamId: source.teamId,
        view: source.raw(),
        attachments: files.map(({ sha256, name }) => ({ sha256, name })),
        openDispatch: (id) => props.onDispatch?.(id),
        onDispatched: (id) => props.onDispatched?.(id),
      })
      if (ran.kind === "say") return sending.say(given.text)
      if (given.name === "dispatch" && given.words !== "") attachments.clear()
      setNote(ran.note)
    } catch (error) {
      setNote({ tone: "danger", title: failureText(failureOf(error)), lines: [] })
      // What was refused is there to be put right, unless something else is being written by now.
      if (draft.value() === "") draft.set(given.text)
    }
  }
  const send = (text: string): boolean => {
    const view = source.raw()
    const read = readSlash(text, {
      members: roster(view),
      tasks: Object.values(view.tasks),
      isDirect: memberId !== undefined,
      may: (command) => command.action === undefined || may(command.action),
    })
    if (read.kind === "fault") {
      setNote(faultNote(read.fault))
      return false
    }
    setNote(undefined)
    if (read.kind === "command") void run(read.given)
    else sending.say(unescaped(text))
    return true
  }

  return (
    <div data-component="chat-pane" {...drop.handlers}>
      <Pane
        title={props.member === undefined ? t("chat.title") : t("chat.direct", { member: props.member.handle })}
        meta={props.member === undefined ? t("chat.online", { n: online() }) : undefined}
        actions={
          // Nothing at all, rather than an empty place, keeps the header away where a tab names the pane.
          props.onBack === undefined ? undefined : (
            <Button variant="ghost" onClick={() => props.onBack?.()}>
              {t("chat.direct-back")}
            </Button>
          )
        }
        footer={
          <Show when={mayWrite()}>
            <Show when={note()}>{(shown) => <SlashNote note={shown()} onClose={() => setNote(undefined)} />}</Show>
            <Composer
              draft={draft}
              attachments={attachments}
              onSend={send}
              onRecall={sending.recall}
              {...(props.inputRef ? { inputRef: props.inputRef } : {})}
            />
          </Show>
        }
      >
        <Show when={source.isLoaded()} fallback={<Skeleton lines={6} />}>
          <ChatLog
            pending={sending.pending()}
            onRetry={sending.retry}
            onDiscard={sending.discard}
            onOpenTask={props.onOpenTask}
            emptyDetail={props.member === undefined ? t("chat.empty-detail") : t("chat.direct-empty")}
            memberId={memberId}
            turnSlots={turnSlots}
            onMakeTask={props.onMakeTask}
          />
        </Show>
      </Pane>
      <Show when={drop.isOver()}>
        <p data-slot="drop">{t("attach.drop")}</p>
      </Show>
    </div>
  )
}
