import type { ChatMessageDoc, TaskDoc } from "@muster/contracts"
import ListPlus from "lucide-solid/icons/list-plus"
import { For, Show, createMemo } from "solid-js"
import { t } from "#src/i18n/index.ts"
import { hinted } from "#src/lib/hint.ts"
import { areSame } from "#src/lib/same.ts"
import { absoluteTime, minuteTime, millisOf } from "#src/lib/time.ts"
import { CARDS_PER_MESSAGE } from "#src/limits.ts"
import { Avatar } from "#src/parts/avatar.tsx"
import { Button } from "#src/parts/button.tsx"
import { IconButton } from "#src/parts/icon-button.tsx"
import { Markdown } from "#src/parts/markdown.tsx"
import { Attached } from "#src/team/chat/attach/attached.tsx"
import { LongText } from "#src/team/chat/long-text.tsx"
import { taskNumbersIn } from "#src/team/chat/mentions.ts"
import type { PendingMessage } from "#src/team/chat/overlay.ts"
import { TaskLink } from "#src/team/chat/task-card.tsx"
import { Turn } from "#src/team/chat/turn.tsx"
import type { TurnSlots } from "#src/team/chat/turn.tsx"
import { actorName } from "#src/team/names.ts"
import { useTeamSource } from "#src/team/source.ts"
import "./message.css"

export interface MessageProps {
  readonly message: ChatMessageDoc
  /** Continues what the same author said just before: the name is not repeated. */
  readonly isFollowUp: boolean
  readonly onOpenTask: (id: string) => void
  /** The task that it is shown at: no card tells of that one. */
  readonly atTask?: string | undefined
  /** Turns of agents that it asked for. */
  readonly turns?: ReadonlyArray<string> | undefined
  readonly turnSlots?: TurnSlots | undefined
  readonly onMakeTask?: ((message: ChatMessageDoc) => void) | undefined
}

export function Message(props: MessageProps) {
  const source = useTeamSource()
  const author = () => actorName(source.view, props.message.author)
  const turns = createMemo(() => props.turns ?? [], [], { equals: areSame })
  /** Most messages are about no task: they do not look at tasks at all. */
  const isAboutTasks = createMemo(() => props.message.taskId !== null || taskNumbersIn(props.message.text).length > 0)
  const cards = createMemo(
    () =>
      isAboutTasks()
        ? tasksOf(props.message, Object.values(source.raw().tasks)).filter((id) => id !== props.atTask)
        : [],
    [] as ReadonlyArray<string>,
    { equals: areSame },
  )
  // Links to tasks inside the text are plain fragments; they open the panel instead of leaving the page.
  const follow = (event: MouseEvent) => {
    const link = event.target instanceof Element ? event.target.closest<HTMLAnchorElement>("a[href^='#task-']") : null
    if (link === null) return
    event.preventDefault()
    const number = Number(link.getAttribute("href")?.slice("#task-".length))
    const task = Object.values(source.raw().tasks).find((each) => each.number === number)
    if (task !== undefined) props.onOpenTask(task.id)
  }
  return (
    <article data-component="message" data-follow-up={props.isFollowUp} onClick={follow}>
      <Show when={!props.isFollowUp}>
        <Avatar name={author()} />
        <header data-slot="head">
          <strong>{author()}</strong>
          <time ref={hinted(() => absoluteTime(millisOf(props.message.at)))} datetime={props.message.at}>
            {minuteTime(millisOf(props.message.at))}
          </time>
        </header>
      </Show>
      <div data-slot="text">
        <LongText source={props.message.text} />
        <Show when={props.message.attachments}>{(files) => <Attached teamId={source.teamId} files={files()} />}</Show>
        <For each={cards()}>
          {(id) => (
            <Show when={source.view.tasks[id]}>{(task) => <TaskLink task={task()} onOpen={props.onOpenTask} />}</Show>
          )}
        </For>
        <For each={turns()}>
          {(id) => (
            <Show when={source.view.tasks[id]}>
              {(task) => <Turn task={task()} slots={props.turnSlots} onOpenTask={props.onOpenTask} />}
            </Show>
          )}
        </For>
      </div>
      <Show when={props.onMakeTask}>
        {(make) => (
          <div data-slot="message-actions">
            <IconButton icon={ListPlus} label={t("chat.make-task")} onClick={() => make()(props.message)} />
          </div>
        )}
      </Show>
    </article>
  )
}

/** The tasks that a message is about: the one it was sent for, and those it names. A turn stands below the message that asked for it. */
function tasksOf(message: ChatMessageDoc, tasks: ReadonlyArray<TaskDoc>): ReadonlyArray<string> {
  const numbers = taskNumbersIn(message.text)
  const named = numbers.flatMap((number) => tasks.find((task) => task.number === number)?.id ?? [])
  const own = tasks.some((task) => task.id === message.taskId && task.conversation === undefined)
    ? message.taskId
    : null
  return [...new Set([...(own === null ? [] : [own]), ...named])].slice(0, CARDS_PER_MESSAGE)
}

export interface PendingProps {
  readonly pending: PendingMessage
  readonly author: string
  readonly onRetry: () => void
  readonly onDiscard: () => void
}

/** A message of one's own on its way, or refused and waiting for a decision. */
export function Pending(props: PendingProps) {
  const source = useTeamSource()
  return (
    <article data-component="message" data-pending={props.pending.failure === undefined}>
      <Avatar name={props.author} />
      <header data-slot="head">
        <strong>{props.author}</strong>
        <span data-slot="state">{props.pending.failure === undefined ? t("chat.sending") : t("chat.not-sent")}</span>
      </header>
      <div data-slot="text">
        <Markdown source={props.pending.text} />
        <Show when={props.pending.files.length > 0}>
          <Attached teamId={source.teamId} files={props.pending.files} />
        </Show>
        <Show when={props.pending.failure}>
          {(failure) => (
            <div data-slot="failure" role="alert">
              <p>{failure()}</p>
              <Button onClick={() => props.onRetry()}>{t("common.retry")}</Button>
              <Button variant="ghost" onClick={() => props.onDiscard()}>
                {t("chat.discard")}
              </Button>
            </div>
          )}
        </Show>
      </div>
    </article>
  )
}
