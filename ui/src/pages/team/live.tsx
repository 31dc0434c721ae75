import type { ChatMessageDoc, MemberDoc } from "@muster/contracts"
import { Show, createSignal, onCleanup } from "solid-js"
import { useCommands } from "#src/commands/context.ts"
import { titled } from "#src/commands/titled.ts"
import { createAction } from "#src/api/action.ts"
import { commands } from "#src/api/commands.ts"
import { failureText } from "#src/api/failure.ts"
import { t } from "#src/i18n/index.ts"
import { asBoolean, createPreference } from "#src/lib/preferences.ts"
import { Banner } from "#src/parts/banner.tsx"
import { Button } from "#src/parts/button.tsx"
import { EmptyState } from "#src/parts/empty-state.tsx"
import { may } from "#src/session/may.ts"
import { ChatPane } from "#src/team/chat/chat-pane.tsx"
import { useLiveTeam } from "#src/team/live-team.ts"
import { LiveMembersPane } from "#src/pages/team/members/live-members-pane.tsx"
import { MembersStrip } from "#src/team/members/members-strip.tsx"
import { ResultsPane } from "#src/team/panes/results-pane.tsx"
import { TasksPane } from "#src/team/panes/tasks-pane.tsx"
import { useDispatch } from "#src/pages/team/dispatch/context.ts"
import { firstTask, firstTaskMember } from "#src/pages/team/first-task.ts"
import { CardButtons } from "#src/pages/team/live-card-buttons.tsx"
import { DesktopPane } from "#src/pages/team/live-desktop.tsx"
import { LiveEvents } from "#src/pages/team/live-events.tsx"
import { FramesProvider, useFrames } from "#src/pages/team/live-frame.tsx"
import { LiveLayout } from "#src/pages/team/live-layout.tsx"
import type { LivePanes } from "#src/pages/team/live-layout.tsx"
import { focusRow, usePeek } from "#src/pages/team/peek.ts"

/** The team as it is: tasks, chat and members side by side, or one at a time where there is little room. */
export default function TeamLivePage() {
  return (
    <FramesProvider>
      <LivePage />
    </FramesProvider>
  )
}

function LivePage() {
  const team = useLiveTeam()
  const peek = usePeek()
  const dispatch = useDispatch()
  const frames = useFrames()
  const hasDesktop = createPreference("live.desktop", true, asBoolean)
  const [workTab, setWorkTab] = createSignal("tasks")
  const [tab, setTab] = createSignal("chat")
  /** The member that is talked with beside the team's chat. */
  const [partner, setPartner] = createSignal<string>()
  let order: () => ReadonlyArray<string> = () => []
  let composer: HTMLTextAreaElement | undefined

  onCleanup(() => peek.setOrder(undefined))
  const moveFocus = (rowsDown: 1 | -1) => {
    const move = peek.move()
    if (peek.taskId() !== undefined) return move?.(rowsDown)
    const focused = document.activeElement?.closest<HTMLElement>("[data-task]")?.dataset["task"]
    const ids = order()
    const index = focused === undefined ? -1 : ids.indexOf(focused)
    focusRow(ids[index < 0 ? 0 : Math.min(ids.length - 1, Math.max(0, index + rowsDown))])
  }
  useCommands(() => [
    { id: "team.next", ...titled("panel.next"), group: "view", keys: "j", run: () => moveFocus(1) },
    { id: "team.previous", ...titled("panel.previous"), group: "view", keys: "k", run: () => moveFocus(-1) },
    {
      id: "team.maximise",
      ...titled("live.maximise-command"),
      group: "view" as const,
      keys: "shift+f",
      run: frames.toggleMeant,
    },
    ...(hasDesktop.value()
      ? []
      : [
          {
            id: "team.desktop",
            ...titled("live.desktop-show"),
            group: "view" as const,
            run: () => void hasDesktop.set(true),
          },
        ]),
    ...(may("chat.post")
      ? [{ id: "team.chat", ...titled("chat.message"), group: "act" as const, keys: "c", run: () => composer?.focus() }]
      : []),
  ])

  const first = createAction(async () => {
    const member = firstTaskMember(team.raw())
    if (member === undefined) return
    const { id } = await commands.dispatchTask({ params: { team: team.teamId }, body: firstTask(member) })
    dispatch.announce(id)
    peek.open(id)
  })
  const empty = () => (
    <EmptyState
      title={t("tasks.empty")}
      detail={Object.keys(team.view.members).length === 0 ? t("tasks.empty-nobody") : t("tasks.empty-detail")}
      action={
        <Show when={may("task.dispatch") && Object.keys(team.view.members).length > 0}>
          <div data-slot="first">
            <Show when={firstTaskMember(team.raw())}>
              <Button variant="primary" busy={first.isBusy()} onClick={() => void first.run()}>
                {t("tasks.first")}
              </Button>
            </Show>
            <Button onClick={() => dispatch.open()}>{t("tasks.own")}</Button>
          </div>
          <Show when={first.failure()}>{(failure) => <Banner tone="danger">{failureText(failure())}</Banner>}</Show>
        </Show>
      }
    />
  )

  const tasks = () => (
    <TasksPane
      openTask={peek.taskId()}
      onOpen={(id) => peek.open(id)}
      empty={empty()}
      order={(ids) => {
        order = ids
        peek.setOrder(ids)
      }}
    />
  )
  const makeTask = (message: ChatMessageDoc) => dispatch.open(message.mentions[0], message.text, message.attachments)
  const chat = () => (
    <Show when={partner() ?? "team"} keyed>
      {(id) => (
        <ChatPane
          onOpenTask={(task) => peek.open(task)}
          inputRef={(element) => (composer = element)}
          onDispatch={may("task.dispatch") ? (member) => dispatch.open(member) : undefined}
          onDispatched={dispatch.announce}
          onMakeTask={may("task.dispatch") && team.view.team?.isArchived !== true ? makeTask : undefined}
          {...(id === "team" ? {} : { member: team.view.members[id], onBack: () => setPartner(undefined) })}
        />
      )}
    </Show>
  )
  const talk = (memberId: string) => {
    setTab("chat")
    setPartner(memberId)
    queueMicrotask(() => composer?.focus())
  }
  const mentionIt = (handle: string) => {
    setTab("chat")
    setPartner(undefined)
    queueMicrotask(() => mention(composer, handle))
  }
  const CardActions = (card: { readonly member: MemberDoc; readonly onDone: () => void }) => (
    <CardButtons {...card} onTalk={talk} onDispatch={(id) => dispatch.open(id)} />
  )
  const members = () => (
    <LiveMembersPane onOpenTask={(id) => peek.open(id)} onTalk={talk} onMention={mentionIt} cardActions={CardActions} />
  )

  const panes: LivePanes = {
    chat,
    tasks,
    members,
    events: () => <LiveEvents onOpenTask={(id) => peek.open(id)} />,
    results: () => <ResultsPane onOpenTask={(id) => peek.open(id)} openTask={peek.taskId()} />,
    strip: () => <MembersStrip onOpenTask={(id) => peek.open(id)} actions={CardActions} />,
    desktop: () => <DesktopPane onHide={() => hasDesktop.set(false)} />,
  }
  return (
    <LiveLayout
      panes={panes}
      hasDesktop={hasDesktop.value()}
      workTab={workTab()}
      onWorkTab={setWorkTab}
      narrowTab={tab()}
      onNarrowTab={setTab}
    />
  )
}

/** Writes a mention at the end of what is being written, as if it had been typed. */
function mention(input: HTMLTextAreaElement | undefined, handle: string): void {
  if (input === undefined) return
  const gap = input.value === "" || input.value.endsWith(" ") ? "" : " "
  input.value += `${gap}@${handle} `
  input.dispatchEvent(new InputEvent("input", { bubbles: true }))
  input.focus()
}
