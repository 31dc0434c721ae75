import type { MemberDoc, TaskDoc } from "@muster/contracts"
import { isDrained } from "@muster/projections"
import { For, Show } from "solid-js"
import type { JSX } from "solid-js"
import { t, tn } from "#src/i18n/index.ts"
import { hinted } from "#src/lib/hint.ts"
import { absoluteTime, millisOf } from "#src/lib/time.ts"
import { HELD_TASKS_SHOWN } from "#src/limits.ts"
import { Avatar } from "#src/parts/avatar.tsx"
import { Badge } from "#src/parts/badge.tsx"
import { Progress } from "#src/parts/progress.tsx"
import { RelativeTime } from "#src/parts/relative-time.tsx"
import { createSlots } from "#src/parts/slots.ts"
import { StateIcon } from "#src/parts/state-icon.tsx"
import { SHAPES } from "#src/parts/state-table.ts"
import { MemberCard } from "#src/team/members/member-card.tsx"
import type { MemberCardProps } from "#src/team/members/member-card.tsx"
import { PresenceWords, WorkBadge } from "#src/team/members/member-facts.tsx"
import type { Today } from "#src/team/members/today.ts"
import type { MemberWork } from "#src/team/members/work.ts"
import { taskLabel } from "#src/team/names.ts"
import { useTeamSource } from "#src/team/source.ts"
import { usageText } from "#src/team/task/usage.ts"
import "./member-row.css"

export interface MemberRowProps {
  readonly member: MemberDoc
  readonly work: MemberWork
  readonly onOpenTask: (id: string) => void
  readonly today?: Today | undefined
  readonly actions?: JSX.Element
  /** On the member's card. */
  readonly cardActions?: MemberCardProps["actions"]
}

/** One member: whether it is there, what it does, what it has in hand. Presence and work are never mixed. */
export function MemberRow(props: MemberRowProps) {
  const source = useTeamSource()
  const isOnline = () => props.member.presence === "online"
  // A task that goes on keeps its element and the focus in it: only what changed of it is written.
  const held = createSlots(
    () => props.work.held.slice(0, HELD_TASKS_SHOWN).map((row) => ({ key: row.id, row, place: 0 })),
    { kindOf: () => "task", isSamePlace: Object.is },
  )
  return (
    <li data-component="member-row" aria-label={t("member.label", { handle: props.member.handle })}>
      <Avatar name={props.member.name} presence={isOnline() ? "online" : "offline"} />
      <div data-slot="what">
        <div data-slot="who">
          <MemberCard
            member={props.member}
            work={props.work}
            today={props.today}
            onOpenTask={props.onOpenTask}
            actions={props.cardActions}
          >
            <strong>{props.member.handle}</strong>
          </MemberCard>
          <Show when={props.member.role === "leader"}>
            <span data-slot="role">{t("member.role.leader")}</span>
          </Show>
          <span data-slot="state">
            <WorkBadge word={props.work.word} />
            <Show when={props.member.isDraining}>
              <Badge icon={<StateIcon shape={SHAPES.bars} />}>
                {isDrained(props.member, source.view) ? t("member.drained") : t("member.draining")}
              </Badge>
            </Show>
            <Show when={props.member.isPaused}>
              <Badge icon={<StateIcon shape={SHAPES.bars} />}>{t("member.paused")}</Badge>
            </Show>
          </span>
          {props.actions}
        </div>
        <p data-slot="facts" data-numbers>
          <span data-slot="presence">
            <PresenceWords member={props.member} now={source.now()} />
          </span>
          <span data-simulated={props.member.runtime === "simulated"}>
            {t(`member.runtime.${props.member.runtime}`)}
          </span>
          <span title={t("member.slots-hint")}>
            {t("member.slots", { used: props.work.held.length, of: props.member.slots })}
          </span>
          <Show when={props.work.queued > 0}>
            <span>{tn("member.queued", props.work.queued)}</span>
          </Show>
          <Show when={props.today?.usage}>
            {(usage) => <span>{t("member.used-today", { usage: usageText(usage()) })}</span>}
          </Show>
        </p>
        <For each={held()}>
          {(slot) => (
            <HeldTask ref={(element) => (slot.element = element)} task={slot.row()} onOpen={props.onOpenTask} />
          )}
        </For>
        <Show when={props.work.held.length > HELD_TASKS_SHOWN}>
          <p data-slot="more">{tn("member.held-more", props.work.held.length - HELD_TASKS_SHOWN)}</p>
        </Show>
        <Show when={props.member.blockedReason}>
          {(reason) => (
            <p data-slot="notice" data-blocked>
              <StateIcon shape={SHAPES.triangle} size={11} />
              <span>{t("member.blocked", { reason: reason() })}</span>
            </p>
          )}
        </Show>
        <Show when={props.member.notice}>
          {(notice) => (
            <p data-slot="notice" title={absoluteTime(millisOf(notice().at))}>
              <StateIcon shape={SHAPES.triangle} size={11} />
              <span>{t(`member.notice.${notice().kind}`)}</span>
              <RelativeTime at={millisOf(notice().at)} now={source.now()} />
            </p>
          )}
        </Show>
      </div>
    </li>
  )
}

/** A task that a member has in hand: how far it is, and what the member does with it now. */
function HeldTask(props: {
  readonly ref: (element: HTMLButtonElement) => void
  readonly task: TaskDoc
  readonly onOpen: (id: string) => void
}) {
  return (
    <button ref={props.ref} type="button" data-slot="task" onClick={() => props.onOpen(props.task.id)}>
      <span data-slot="task-line">
        <span data-slot="number">{taskLabel(props.task.number)}</span>
        <span data-slot="title">{props.task.title}</span>
      </span>
      <Progress
        label={t("tasks.progress-of", { task: taskLabel(props.task.number) })}
        percent={props.task.percent ?? undefined}
      />
      <Show when={props.task.doing}>
        {(doing) => (
          <span ref={hinted(() => doing().text)} data-slot="doing" data-kind={doing().kind}>
            {doing().text}
          </span>
        )}
      </Show>
    </button>
  )
}
