import type { ChatMessageDoc, TaskDoc } from "@muster/contracts"
import { Match, Show, Switch, createEffect, createMemo, createSignal, on, onCleanup, onMount } from "solid-js"
import { failureOf, failureText } from "#src/api/failure.ts"
import { reads } from "#src/api/reads.ts"
import { t, tn } from "#src/i18n/index.ts"
import { areSame } from "#src/lib/same.ts"
import { CHAT_PAGE_MESSAGES } from "#src/limits.ts"
import { Button } from "#src/parts/button.tsx"
import { EmptyState } from "#src/parts/empty-state.tsx"
import { showToast } from "#src/parts/toast.tsx"
import { VirtualList } from "#src/parts/virtual-list.tsx"
import type { VirtualListHandle } from "#src/parts/virtual-list.tsx"
import { signedIn } from "#src/session/session.ts"
import { createEndFollower } from "#src/team/chat/follow-end.ts"
import { TasksLine, ThreadLine } from "#src/team/chat/folded.tsx"
import { Message, Pending } from "#src/team/chat/message.tsx"
import type { PendingMessage } from "#src/team/chat/overlay.ts"
import { createReadMark } from "#src/team/chat/read-mark.ts"
import { TaskCard } from "#src/team/chat/task-card.tsx"
import { chatRows, reuseRows, unreadCount } from "#src/team/chat/rows.ts"
import type { ChatRow } from "#src/team/chat/rows.ts"
import type { TurnSlots } from "#src/team/chat/turn.tsx"
import { chatWith, partsByTask, tasksInChat, threadsOf, turnsByMessage } from "#src/team/chat/turns.ts"
import { useTeamSource } from "#src/team/source.ts"
import "./log.css"

const ROW_PIXELS = 60
/** The line counts as seen when it is among so many rows from the upper edge. */
const LINE_SEEN_ROWS = 6

export interface ChatLogProps {
  readonly pending: ReadonlyArray<PendingMessage>
  readonly onRetry: (pending: PendingMessage) => void
  readonly onDiscard: (pending: PendingMessage) => void
  readonly onOpenTask: (id: string) => void
  readonly emptyDetail: string
  /** The member that is talked with directly; absent for the team's chat. */
  readonly memberId?: string | undefined
  readonly turnSlots?: TurnSlots | undefined
  readonly onMakeTask?: ((message: ChatMessageDoc) => void) | undefined
}

const rowOf = <K extends ChatRow["kind"]>(row: ChatRow, kind: K): Extract<ChatRow, { readonly kind: K }> | undefined =>
  row.kind === kind ? (row as Extract<ChatRow, { readonly kind: K }>) : undefined

/** The conversation, oldest above. It follows its end, but never moves under a reader who has scrolled away. */
export function ChatLog(props: ChatLogProps) {
  const source = useTeamSource()
  // eslint-disable-next-line solid/reactivity -- another chat is another component
  const mark = createReadMark(props.memberId === undefined ? source.teamId : `${source.teamId}.${props.memberId}`)
  const userId = () => signedIn()?.user.id ?? ""
  const [older, setOlder] = createSignal<ReadonlyArray<ChatMessageDoc>>([])
  const [hasOlder, setHasOlder] = createSignal(true)
  const [isReading, setReading] = createSignal(false)
  const end = createEndFollower()
  /** Where reading stood when this chat came into sight: the line does not move while one looks at it. */
  const [lineAt, setLineAt] = createSignal(source.mode === "live" ? mark.value() : undefined)
  /** Rows of many tasks that show all of them: kept here, since a row that grows is drawn anew. */
  const [unfolded, setUnfolded] = createSignal<ReadonlySet<string>>(new Set())
  const toggle = (key: string) =>
    setUnfolded((open) =>
      open.has(key) ? new Set([...open].filter((other) => other !== key)) : new Set([...open, key]),
    )
  const [isLineAbove, setLineAbove] = createSignal(false)
  /** Once it was in sight, nobody has to be led to it any more. */
  let wasLineSeen = false
  let list: VirtualListHandle | undefined
  let box: HTMLElement | undefined

  const all = createMemo(() => {
    const shown = source.raw().chat
    const first = shown[0]?.id
    const before = older().filter((message) => message.id !== first)
    return [...before, ...shown]
  })
  // What stands where changes seldom, though something happens to tasks all the time: rows are made anew only for that.
  const messages = createMemo(() => all().filter(chatWith(props.memberId, userId())), [], { equals: areSame })
  const cards = createMemo(
    () => (props.memberId === undefined ? tasksInChat(source.raw().tasks) : []),
    [] as ReadonlyArray<TaskDoc>,
    { equals: (a, b) => a.length === b.length && a.every(({ id }, index) => id === b[index]?.id) },
  )
  const threads = createMemo(
    () => (props.memberId === undefined ? threadsOf(messages(), source.raw().tasks) : new Map<string, string>()),
    new Map<string, string>() as ReadonlyMap<string, string>,
    { equals: (a, b) => a.size === b.size && [...a].every(([id, taskId]) => b.get(id) === taskId) },
  )
  const turns = createMemo(() => turnsByMessage(source.raw().tasks))
  const parts = createMemo(() => partsByTask(source.raw().tasks))
  const rows = createMemo<ReadonlyArray<ChatRow>>(
    (last) =>
      reuseRows(
        last,
        chatRows({
          messages: messages(),
          pending: props.pending,
          hasOlder: hasOlder() && all().length >= CHAT_PAGE_MESSAGES,
          readUpTo: lineAt(),
          userId: userId(),
          tasks: cards(),
          threadOf: ({ id }) => threads().get(id),
        }),
      ),
    [],
  )
  const unread = createMemo(() => {
    const readUpTo = mark.value()
    return source.mode === "live" && readUpTo !== undefined ? unreadCount(messages(), readUpTo, userId()) : 0
  })

  const lineIndex = () => rows().findIndex((row) => row.kind === "unread")
  /** How many there were to read when the line was drawn, while it is above what is in sight. */
  const unreadAbove = createMemo(() => {
    const readUpTo = lineAt()
    return readUpTo !== undefined && isLineAbove() ? unreadCount(messages(), readUpTo, userId()) : 0
  })
  const look = () =>
    requestAnimationFrame(() => {
      end.look()
      const line = lineIndex()
      const isAbove = line >= 0 && line < (list?.firstIndex() ?? 0)
      setLineAbove(isAbove && !wasLineSeen)
      wasLineSeen ||= line >= 0 && !isAbove && line <= (list?.firstIndex() ?? 0) + LINE_SEEN_ROWS
    })
  onMount(look)
  // Who says something wants to see it, wherever they were reading.
  createEffect(
    on(
      () => props.pending.length,
      (count, before = 0) => {
        if (count > before) queueMicrotask(end.goToEnd)
      },
    ),
  )
  const markRead = () => {
    const last = messages().at(-1)
    if (source.mode === "live" && last !== undefined && end.isAtEnd() && document.visibilityState === "visible")
      mark.advance(last.position)
  }
  createEffect(on([() => messages().at(-1)?.id, end.isAtEnd], () => queueMicrotask(markRead)))
  // What came while the page was hidden gets its line when it is looked at again.
  const shown = () => {
    if (document.visibilityState === "hidden") return
    setLineAt(mark.value())
    wasLineSeen = false
    look()
    markRead()
  }
  onMount(() => document.addEventListener("visibilitychange", shown))
  onCleanup(() => document.removeEventListener("visibilitychange", shown))

  const readOlder = async () => {
    const [first] = all()
    if (first === undefined || isReading()) return
    setReading(true)
    try {
      const query = { before: first.position, limit: CHAT_PAGE_MESSAGES }
      const { items } = await reads.listChat({ params: { team: source.teamId }, query })
      setOlder([...items.toReversed(), ...all().slice(0, -source.raw().chat.length)])
      setHasOlder(items.length === CHAT_PAGE_MESSAGES)
    } catch (error) {
      showToast({ tone: "danger", title: t("chat.failed"), detail: failureText(failureOf(error)) })
    } finally {
      setReading(false)
    }
  }

  return (
    <Show when={rows().length > 0} fallback={<EmptyState title={t("chat.empty")} detail={props.emptyDetail} />}>
      <div ref={(element) => (box = element)} data-component="chat-log">
        <VirtualList
          label={t("chat.log")}
          role="log"
          anchor="end"
          rows={rows()}
          keyOf={(row) => row.key}
          rowHeight={ROW_PIXELS}
          handle={(handle) => {
            list = handle
            if (box !== undefined) end.attach(handle, box)
          }}
          onScroll={look}
          reuse={{
            kindOf: (row) => row.kind,
            draw: (row) => (
              <Switch>
                <Match when={row().kind === "older"}>
                  <div data-slot="older">
                    <Button variant="ghost" busy={isReading()} onClick={() => void readOlder()}>
                      {t("common.load-older")}
                    </Button>
                  </div>
                </Match>
                <Match when={row().kind === "unread"}>
                  <p data-slot="unread">{t("chat.unread")}</p>
                </Match>
                <Match when={rowOf(row(), "message")}>
                  {(found) => (
                    <Message
                      message={found().message}
                      isFollowUp={found().isFollowUp}
                      onOpenTask={props.onOpenTask}
                      turns={turns().get(found().message.id)}
                      turnSlots={props.turnSlots}
                      onMakeTask={props.onMakeTask}
                    />
                  )}
                </Match>
                <Match when={rowOf(row(), "task")}>
                  {(found) => (
                    <Show when={source.view.tasks[found().taskId]}>
                      {(task) => <TaskCard task={task()} parts={parts().get(task().id)} onOpen={props.onOpenTask} />}
                    </Show>
                  )}
                </Match>
                <Match when={rowOf(row(), "tasks")}>
                  {(found) => (
                    <TasksLine
                      taskIds={found().taskIds}
                      isOpen={unfolded().has(found().key)}
                      onToggle={() => toggle(found().key)}
                      onOpenTask={props.onOpenTask}
                    />
                  )}
                </Match>
                <Match when={rowOf(row(), "thread")}>
                  {(found) => (
                    <ThreadLine taskId={found().taskId} messages={found().messages} onOpenTask={props.onOpenTask} />
                  )}
                </Match>
                <Match when={rowOf(row(), "pending")}>
                  {(found) => (
                    <Pending
                      pending={found().pending}
                      author={signedIn()?.user.name ?? ""}
                      onRetry={() => props.onRetry(found().pending)}
                      onDiscard={() => props.onDiscard(found().pending)}
                    />
                  )}
                </Match>
              </Switch>
            ),
          }}
        />
        <Show when={unreadAbove() > 0}>
          <div data-slot="above">
            <Button onClick={() => list?.scrollToIndex(lineIndex())}>{tn("chat.unread-jump", unreadAbove())}</Button>
          </div>
        </Show>
        <Show when={!end.isAtEnd() && unread() > 0}>
          <div data-slot="below">
            <Button onClick={end.goToEnd}>{tn("chat.new-below", unread())}</Button>
          </div>
        </Show>
      </div>
    </Show>
  )
}
