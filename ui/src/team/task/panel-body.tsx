import type { TaskDoc } from "@muster/contracts"
import { isClosed } from "@muster/domain"
import type { Usage } from "@muster/domain"
import { For, Show, createMemo } from "solid-js"
import type { Component } from "solid-js"
import { Dynamic } from "solid-js/web"
import { t } from "#src/i18n/index.ts"
import { Markdown } from "#src/parts/markdown.tsx"
import { Progress } from "#src/parts/progress.tsx"
import { StateIcon } from "#src/parts/state-icon.tsx"
import { SHAPES } from "#src/parts/state-table.ts"
import { isInDock, openInDock, outputPane } from "#src/shell/dock/dock.ts"
import { Message } from "#src/team/chat/message.tsx"
import { threadOf } from "#src/team/chat/turns.ts"
import { taskLabel } from "#src/team/names.ts"
import { useTeamSource } from "#src/team/source.ts"
import { ArtifactList } from "#src/team/task/artifact-list.tsx"
import { AroundSection } from "#src/team/task/around-section.tsx"
import { Outcome } from "#src/team/task/outcome.tsx"
import { Output } from "#src/team/task/output.tsx"
import { AskedAction } from "#src/team/task/asked-action.tsx"
import { PartsSection } from "#src/team/task/parts-section.tsx"
import { Section } from "#src/team/task/section.tsx"
import { SpecSection } from "#src/team/task/spec.tsx"
import type { OpenedTask } from "#src/team/task/task-doc.ts"
import { TimelineSection } from "#src/team/task/timeline-section.tsx"
import { usageText } from "#src/team/task/usage.ts"
import { whyItWaits } from "#src/team/task/waits.ts"

/** What can be done, handed in from outside: replay hands in nothing. */
export interface PanelSlots {
  readonly actions?: Component<{ readonly task: TaskDoc }> | undefined
  readonly answer?: Component<{ readonly task: TaskDoc; readonly question: TaskDoc["questions"][number] }> | undefined
  readonly approval?: Component<{ readonly task: TaskDoc; readonly approval: TaskDoc["approvals"][number] }> | undefined
  readonly thread?: Component<{ readonly task: TaskDoc }> | undefined
  /** Tells when the output of an assignment has grown. */
  readonly onOutput?: ((taskId: string, grown: (assignmentId: string) => void) => void) | undefined
  readonly onOpenTask: (id: string) => void
}

export interface PanelBodyProps extends PanelSlots {
  readonly task: TaskDoc
  readonly opened: OpenedTask
}

export function PanelBody(props: PanelBodyProps) {
  const source = useTeamSource()
  const parentLabel = () => {
    const parent = source.view.tasks[props.task.parentTaskId ?? ""]
    return parent === undefined ? t("panel.parent-unknown") : taskLabel(parent.number)
  }
  const said = createMemo(() => threadOf(props.task, source.raw().chat, source.raw().tasks))
  const wait = () => whyItWaits(props.task, source.view)
  return (
    <>
      <Show when={props.actions}>{(Actions) => <Dynamic component={Actions()} task={props.task} />}</Show>
      <Show when={wait()}>{(text) => <p data-slot="note">{text()}</p>}</Show>
      <Show when={props.task.parentTaskId}>
        {(id) => (
          <p data-slot="note">
            <button type="button" data-slot="task-link" onClick={() => props.onOpenTask(id())}>
              {t("panel.parent", { task: parentLabel() })}
            </button>
          </p>
        )}
      </Show>
      <Show when={props.task.doing}>
        {(doing) => (
          <p data-slot="doing" data-kind={doing().kind}>
            {t("panel.doing", { text: doing().text })}
          </p>
        )}
      </Show>
      <Show when={props.task.usage}>{(usage) => <p data-slot="note">{usageLine(usage())}</p>}</Show>
      <Show when={!isClosed(props.task.phase) && props.task.percent !== null}>
        <div data-slot="progress">
          <Progress
            label={t("tasks.progress-of", { task: taskLabel(props.task.number) })}
            percent={props.task.percent ?? 0}
          />
          <Show when={props.task.note}>{(note) => <p data-slot="note">{note()}</p>}</Show>
        </div>
      </Show>
      <For each={props.task.questions}>
        {(question) => (
          <div data-slot="request">
            <h3>
              <StateIcon shape={SHAPES.triangle} />
              {t("panel.question")}
            </h3>
            <Markdown source={question.text} />
            <Show when={props.answer}>
              {(Answer) => <Dynamic component={Answer()} task={props.task} question={question} />}
            </Show>
          </div>
        )}
      </For>
      <For each={props.task.approvals}>
        {(approval) => (
          <div data-slot="request">
            <h3>
              <StateIcon shape={SHAPES.diamond} />
              {t("panel.approval")}
            </h3>
            <AskedAction action={approval.action} detail={approval.detail} />
            <Show when={props.approval}>
              {(Approval) => <Dynamic component={Approval()} task={props.task} approval={approval} />}
            </Show>
          </div>
        )}
      </For>
      <Outcome task={props.task} />
      <PartsSection task={props.task} onOpenTask={props.onOpenTask} />
      <AroundSection task={props.task} opened={props.opened} onOpenTask={props.onOpenTask} />
      <Show when={props.task.outputAssignmentId} keyed>
        {(assignmentId) => (
          <Section title={t("panel.output")}>
            <Output
              teamId={source.teamId}
              taskId={props.task.id}
              assignmentId={assignmentId}
              label={t("panel.output-of", { task: taskLabel(props.task.number) })}
              fileName={`${taskLabel(props.task.number)}.txt`}
              isEnded={isClosed(props.task.phase)}
              isTruncated={props.task.result?.output.isTruncated === true}
              pulse={props.task.revision}
              {...(source.mode === "live" ? { dock: dockOf(source.teamId, props.task) } : {})}
              {...(props.onOutput ? { onGrown: (grown) => props.onOutput?.(props.task.id, grown) } : {})}
            />
          </Section>
        )}
      </Show>
      <Show when={props.task.artifacts.length > 0}>
        <Section title={t("panel.artifacts")}>
          <ArtifactList teamId={source.teamId} taskId={props.task.id} artifacts={props.task.artifacts} />
        </Section>
      </Show>
      <Show when={said().length > 0 || props.thread}>
        <Section title={t("chat.thread")}>
          <For each={said()}>
            {(message) => (
              <Message message={message} isFollowUp={false} onOpenTask={props.onOpenTask} atTask={props.task.id} />
            )}
          </For>
          <Show when={props.thread}>{(Thread) => <Dynamic component={Thread()} task={props.task} />}</Show>
        </Section>
      </Show>
      <TimelineSection opened={props.opened} />
      <SpecSection task={props.task} spec={props.opened.spec()} onOpenTask={props.onOpenTask} />
    </>
  )
}

/** Keeps the output of a task at hand, over pages and reloads. */
function dockOf(teamId: string, task: TaskDoc) {
  const pane = outputPane(teamId, task.id, t("panel.label", { task: taskLabel(task.number), title: task.title }))
  return { isDocked: isInDock(pane.id), keep: () => openInDock(pane) }
}

const usageLine = (usage: Usage): string =>
  usage.model === undefined
    ? t("panel.usage", { usage: usageText(usage) })
    : t("panel.usage-model", { usage: usageText(usage), model: usage.model })
