import type { MemberDoc } from "@muster/contracts"
import { Popover } from "@kobalte/core/popover"
import { For, Show, createEffect, createMemo, createSignal, on, onCleanup } from "solid-js"
import type { Component, JSX } from "solid-js"
import { Dynamic } from "solid-js/web"
import { t, tn } from "#src/i18n/index.ts"
import { CARD_CLOSE_DELAY_MILLIS, CARD_OPEN_DELAY_MILLIS, CARD_OUTPUT_BYTES } from "#src/limits.ts"
import { PresenceWords, WorkBadge } from "#src/team/members/member-facts.tsx"
import { lastLine } from "#src/team/members/last-line.ts"
import type { Today } from "#src/team/members/today.ts"
import type { MemberWork } from "#src/team/members/work.ts"
import { taskLabel } from "#src/team/names.ts"
import { useTeamSource } from "#src/team/source.ts"
import { outputPort } from "#src/team/task/output-reader.ts"
import { usageText } from "#src/team/task/usage.ts"
import "./member-card.css"

export interface MemberCardProps {
  readonly member: MemberDoc
  readonly work: MemberWork
  readonly today: Today | undefined
  readonly onOpenTask: (id: string) => void
  /** What can be done with the member; closes the card. */
  readonly actions?: Component<{ readonly member: MemberDoc; readonly onDone: () => void }> | undefined
  readonly children: JSX.Element
}

/** More of a member than its row has room for. It opens by a click or a key, and by itself where the pointer rests. */
export function MemberCard(props: MemberCardProps) {
  const [isOpen, setOpen] = createSignal(false)
  /** Opened by resting on the name: it goes again when the pointer does. */
  let isByHover = false
  let timer: ReturnType<typeof setTimeout> | undefined
  const after = (millis: number, run: () => void) => {
    clearTimeout(timer)
    timer = setTimeout(run, millis)
  }
  onCleanup(() => clearTimeout(timer))
  const enter = (event: PointerEvent) => {
    if (event.pointerType !== "mouse" || isOpen()) return clearTimeout(timer)
    after(CARD_OPEN_DELAY_MILLIS, () => {
      isByHover = true
      setOpen(true)
    })
  }
  const leave = () => {
    if (!isOpen()) return clearTimeout(timer)
    if (isByHover) after(CARD_CLOSE_DELAY_MILLIS, () => setOpen(false))
  }
  const change = (next: boolean) => {
    clearTimeout(timer)
    // A click on a card that the pointer has opened keeps it.
    const isKept = !next && isByHover && document.activeElement?.matches("[data-component=member-card-trigger]:hover")
    isByHover = false
    if (isKept !== true) setOpen(next)
  }
  return (
    <Popover open={isOpen()} onOpenChange={change} placement="left-start" gutter={8} modal={false}>
      <Popover.Trigger data-component="member-card-trigger" onPointerEnter={enter} onPointerLeave={leave}>
        <span class="visually-hidden">{t("live.card-about")} </span>
        {props.children}
      </Popover.Trigger>
      <Popover.Portal>
        <Popover.Content
          data-component="member-card"
          aria-label={t("live.card", { handle: props.member.handle })}
          onPointerEnter={() => clearTimeout(timer)}
          onPointerLeave={leave}
          // Whoever only rests on a name keeps the focus where it is.
          onOpenAutoFocus={(event) => {
            if (isByHover) event.preventDefault()
          }}
        >
          <Body {...props} onDone={() => setOpen(false)} />
        </Popover.Content>
      </Popover.Portal>
    </Popover>
  )
}

function Body(props: MemberCardProps & { readonly onDone: () => void }) {
  const source = useTeamSource()
  const open = (id: string) => {
    props.onDone()
    props.onOpenTask(id)
  }
  const newest = createMemo(() => props.work.held.find((task) => task.outputAssignmentId !== null))
  return (
    <>
      <p data-slot="who">
        <strong>{props.member.name}</strong> <span>{t("member.label", { handle: props.member.handle })}</span>
      </p>
      <p data-slot="facts">
        <PresenceWords member={props.member} now={source.now()} />
        <WorkBadge word={props.work.word} />
        <span>{t(`member.runtime.${props.member.runtime}`)}</span>
      </p>
      <Show when={props.member.blockedReason}>
        {(reason) => <p data-slot="blocked">{t("member.blocked", { reason: reason() })}</p>}
      </Show>
      <ul data-slot="tasks">
        <For each={props.work.held}>
          {(task) => (
            <li>
              <button type="button" onClick={() => open(task.id)}>
                <strong>{taskLabel(task.number)}</strong> {task.title}
              </button>
              <Show when={task.doing}>{(doing) => <p data-slot="doing">{doing().text}</p>}</Show>
            </li>
          )}
        </For>
      </ul>
      <Show when={newest()?.id} keyed>
        {(taskId) => <LastLine taskId={taskId} assignmentId={newest()?.outputAssignmentId ?? ""} />}
      </Show>
      <p data-slot="today" data-numbers>
        <span>{t("live.card-today")}</span>{" "}
        <Show when={props.today} fallback={t("live.card-today-none")}>
          {(today) => (
            <>
              {tn("live.card-tasks", today().ended)}
              <Show when={today().usage}>{(usage) => `, ${usageText(usage())}`}</Show>
            </>
          )}
        </Show>
      </p>
      <Show when={props.actions}>
        {(Actions) => (
          <div data-slot="actions">
            <Dynamic component={Actions()} member={props.member} onDone={props.onDone} />
          </div>
        )}
      </Show>
    </>
  )
}

/** The end of what an agent has written, read when somebody looks. */
function LastLine(props: { readonly taskId: string; readonly assignmentId: string }) {
  const source = useTeamSource()
  const [line, setLine] = createSignal<string>()
  let isGone = false
  onCleanup(() => (isGone = true))
  const read = async () => {
    const port = outputPort(source.teamId, props.taskId, props.assignmentId)
    const { size } = await port.read(0, 1)
    const { bytes } = await port.read(Math.max(0, size - CARD_OUTPUT_BYTES), CARD_OUTPUT_BYTES)
    if (!isGone) setLine(lastLine(bytes))
  }
  createEffect(
    on(
      () => source.view.tasks[props.taskId]?.revision,
      () => {
        // What cannot be read now is shown with the next sign of life; the task's own panel tells why.
        read().catch(() => setLine(undefined))
      },
    ),
  )
  return (
    <Show when={line() !== undefined}>
      <p data-slot="output">
        <span>{t("live.card-output")}</span>
        <code>{line() === "" ? t("live.card-nothing") : line()}</code>
      </p>
    </Show>
  )
}
