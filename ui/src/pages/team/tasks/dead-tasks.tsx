import type { TaskDoc } from "@muster/contracts"
import type { TaskId } from "@muster/domain"
import { For, Show, createMemo } from "solid-js"
import { commands } from "#src/api/commands.ts"
import { t, tn } from "#src/i18n/index.ts"
import { may } from "#src/session/may.ts"
import { useLiveTeam } from "#src/team/live-team.ts"
import { taskLabel } from "#src/team/names.ts"
import { TaskRow } from "#src/team/panes/task-row.tsx"
import { usePeek } from "#src/pages/team/peek.ts"
import { operateOn } from "#src/pages/team/tasks/bulk-operation.ts"
import type { BulkOperation } from "#src/pages/team/tasks/bulk-operation.ts"
import { createSelection } from "#src/pages/team/tasks/selection.ts"
import { SelectionBar } from "#src/pages/team/tasks/selection-bar.tsx"

const idsOf = (ids: ReadonlyArray<string>) => ids.map((id) => id as TaskId)

/** Dead-lettered tasks: looked at one by one, redriven or put aside together. */
export function DeadTasks(props: { readonly tasks: ReadonlyArray<TaskDoc> }) {
  const team = useLiveTeam()
  const peek = usePeek()
  const params = { team: team.teamId }
  const selection = createSelection(createMemo(() => props.tasks.map((task) => task.id)))
  const operate = (title: string, send: BulkOperation["send"]) => {
    // Kept beforehand: a task leaves the page before the operation tells of it, and the view may not hold it.
    const names = new Map(props.tasks.map(({ id, number }) => [id as string, taskLabel(number)]))
    operateOn({ title, ids: selection.selected(), nameOf: (id) => names.get(id) ?? t("task.older"), send })
    selection.clear()
  }
  const redrive = () =>
    operate(tn("bulk.operation-redrive", selection.selected().length), (part) =>
      commands.redriveTasks({ params, body: { ids: idsOf(part) } }),
    )
  const discard = () =>
    operate(tn("bulk.operation-discard", selection.selected().length), (part) =>
      commands.discardTasks({ params, body: { ids: idsOf(part) } }),
    )
  const mayAct = () => may("task.redrive") && team.view.team?.isArchived === false
  return (
    <section aria-label={t("dead.tasks")}>
      <h2>{t("dead.tasks")}</h2>
      <Show when={props.tasks.length > 0} fallback={<p>{t("dead.tasks-none")}</p>}>
        <Show when={mayAct()}>
          <SelectionBar
            selection={selection}
            acts={[
              { label: t("selection.redrive", { n: selection.selected().length }), run: redrive },
              { label: t("selection.discard", { n: selection.selected().length }), run: discard },
            ]}
          />
        </Show>
        <ul>
          <For each={props.tasks}>
            {(task) => (
              <li data-slot="selectable">
                <Show when={mayAct()}>
                  <input
                    type="checkbox"
                    aria-label={t("common.select", { what: taskLabel(task.number) })}
                    checked={selection.has(task.id)}
                    onChange={() => selection.toggle(task.id)}
                  />
                </Show>
                <TaskRow
                  task={team.view.tasks[task.id] ?? task}
                  isOpen={peek.taskId() === task.id}
                  onOpen={(id) => peek.open(id)}
                />
              </li>
            )}
          </For>
        </ul>
      </Show>
    </section>
  )
}
