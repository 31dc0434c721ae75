import type { TaskDoc } from "@muster/contracts"
import { isClosed } from "@muster/domain"
import { Show, createEffect, createMemo, on } from "solid-js"
import type { Component } from "solid-js"
import { Dynamic } from "solid-js/web"
import { failureText } from "#src/api/failure.ts"
import { t } from "#src/i18n/index.ts"
import { TURN_WORDS_SHOWN_CHARS } from "#src/limits.ts"
import { StateBadge } from "#src/parts/state-badge.tsx"
import { failureWords } from "#src/team/history/failure-words.ts"
import { targetLabel, taskLabel } from "#src/team/names.ts"
import { useTeamSource } from "#src/team/source.ts"
import { taskLook } from "#src/team/task-look.ts"
import { textOf } from "#src/team/task/output-lines.ts"
import { createOutputReader, outputPort } from "#src/team/task/output-reader.ts"
import { whyItWaits } from "#src/team/task/waits.ts"
import "./turn.css"

/** What can be done with turns, handed in from outside: replay hands in nothing. */
export interface TurnSlots {
  readonly actions: Component<{ readonly task: TaskDoc }>
  /** Tells when the output of a task has grown. */
  readonly onOutput: (taskId: string, grown: (assignmentId: string) => void) => void
}

interface TurnProps {
  readonly task: TaskDoc
  readonly slots: TurnSlots | undefined
  readonly onOpenTask: (id: string) => void
}

/** An agent's turn below the message that asked for it. When it has ended well, what it said is a message of its own. */
export function Turn(props: TurnProps) {
  const source = useTeamSource()
  const look = () => taskLook(props.task, source.view, source.now())
  const member = () => targetLabel(source.view, props.task)
  const wait = () => whyItWaits(props.task, source.view)
  const failure = () =>
    isClosed(props.task.phase) && props.task.phase !== "succeeded" && props.task.phase !== "cancelled"
      ? props.task.failure
      : null
  return (
    <div role="group" data-component="turn" aria-label={t("chat.turn-of", { member: member() })}>
      <div data-slot="turn-head">
        <StateBadge state={look().state} detail={look().detail} />
        <button
          type="button"
          data-slot="turn-task"
          aria-label={t("chat.turn-open", { task: taskLabel(props.task.number), member: member() })}
          onClick={() => props.onOpenTask(props.task.id)}
        >
          {member()}
        </button>
        <Show when={props.slots}>{(slots) => <Dynamic component={slots().actions} task={props.task} />}</Show>
      </div>
      <Show when={wait()}>{(text) => <p data-slot="note">{text()}</p>}</Show>
      <Show when={props.task.doing}>
        {(doing) => <p data-slot="note">{t("panel.doing", { text: doing().text })}</p>}
      </Show>
      <Show when={!isClosed(props.task.phase) && props.slots ? props.task.assignmentId : null} keyed>
        {(assignmentId) => <Words task={props.task} assignmentId={assignmentId} slots={props.slots} />}
      </Show>
      <Show when={failure()}>
        {(found) => (
          <p data-slot="turn-failure">
            <strong>{failureWords(found().reason)}</strong>
            <Show when={found().message !== ""}>{` ${found().message}`}</Show>
          </p>
        )}
      </Show>
    </div>
  )
}

interface WordsProps {
  readonly task: TaskDoc
  readonly assignmentId: string
  readonly slots: TurnSlots | undefined
}

/** What the agent says, as it says it: the end of its output. */
function Words(props: WordsProps) {
  const source = useTeamSource()
  // eslint-disable-next-line solid/reactivity -- another assignment is another component
  const reader = createOutputReader(outputPort(source.teamId, props.task.id, props.assignmentId))
  const text = createMemo(() => textOf(reader.output()).trim().slice(-TURN_WORDS_SHOWN_CHARS))
  createEffect(on(() => props.task.revision, reader.follow))
  // eslint-disable-next-line solid/reactivity -- subscribed once
  props.slots?.onOutput(props.task.id, (assignmentId) => {
    if (assignmentId === props.assignmentId) reader.follow()
  })
  return (
    <>
      <Show when={text() !== ""}>
        <p data-slot="words">{text()}</p>
      </Show>
      <Show when={reader.failure()}>{(failure) => <p data-slot="note">{failureText(failure())}</p>}</Show>
    </>
  )
}
