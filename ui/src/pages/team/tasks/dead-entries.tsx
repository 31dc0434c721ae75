import type { DeadLetter } from "@muster/contracts"
import type { Position } from "@muster/domain"
import { For, Show, createMemo } from "solid-js"
import { commands } from "#src/api/commands.ts"
import { t } from "#src/i18n/index.ts"
import { millisOf } from "#src/lib/time.ts"
import { CodeBlock } from "#src/parts/code-block.tsx"
import { RelativeTime } from "#src/parts/relative-time.tsx"
import { may } from "#src/session/may.ts"
import { useLiveTeam } from "#src/team/live-team.ts"
import { memberLabel, taskName } from "#src/team/names.ts"
import { createSelection } from "#src/pages/team/tasks/selection.ts"
import { SelectionBar } from "#src/pages/team/tasks/selection-bar.tsx"

const entriesOf = (ids: ReadonlyArray<string>) => ids.map((id) => id as Position)

/** Bus entries nobody understood: read as they were, tried again or put aside together. */
export function DeadEntries(props: { readonly entries: ReadonlyArray<DeadLetter> }) {
  const team = useLiveTeam()
  const params = { team: team.teamId }
  const selection = createSelection(createMemo(() => props.entries.map((entry) => entry.position)))
  const maySettle = () => may("deadletter.settle")
  const bodyOf = (ids: ReadonlyArray<string>) => ({ entries: entriesOf(ids) })
  return (
    <section aria-label={t("dead.entries")}>
      <h2>{t("dead.entries")}</h2>
      <p>{props.entries.length > 0 ? t("dead.entries-detail") : t("dead.entries-none")}</p>
      <Show when={props.entries.length > 0}>
        <Show when={maySettle()}>
          <SelectionBar
            selection={selection}
            commands={[
              { label: t("dead.try-again"), run: (ids) => commands.redriveDeadLetters({ params, body: bodyOf(ids) }) },
              { label: t("dead.discard"), run: (ids) => commands.discardDeadLetters({ params, body: bodyOf(ids) }) },
            ]}
          />
        </Show>
        <table>
          <thead>
            <tr>
              <th scope="col">{t("dead.column-entry")}</th>
              <th scope="col">{t("tasks.column-member")}</th>
              <th scope="col">{t("dead.column-reason")}</th>
              <th scope="col">{t("dead.column-at")}</th>
            </tr>
          </thead>
          <tbody>
            <For each={props.entries}>
              {(entry) => <Entry entry={entry} selection={selection} maySettle={maySettle()} />}
            </For>
          </tbody>
        </table>
      </Show>
    </section>
  )
}

function Entry(props: {
  readonly entry: DeadLetter
  readonly selection: ReturnType<typeof createSelection>
  readonly maySettle: boolean
}) {
  const team = useLiveTeam()
  const name = () => `${props.entry.stream} ${props.entry.entryId}`
  const about = () => {
    const { taskId, attempt } = props.entry
    if (taskId === null) return undefined
    const task = taskName(team.view, taskId)
    return attempt === null ? task : t("dead.about", { task, attempt })
  }
  return (
    <tr>
      <td>
        <label>
          <Show when={props.maySettle}>
            <input
              type="checkbox"
              aria-label={t("common.select", { what: name() })}
              checked={props.selection.has(props.entry.position)}
              onChange={() => props.selection.toggle(props.entry.position)}
            />
          </Show>
          {name()}
        </label>
      </td>
      <td>
        {memberLabel(team.view, props.entry.memberId)}
        <Show when={about()}>{(text) => <p>{text()}</p>}</Show>
      </td>
      <td>
        {props.entry.reason}
        <Show when={props.entry.raw} fallback={<p>{t("dead.raw-gone")}</p>}>
          {(raw) => (
            <details>
              <summary>{props.entry.isRawTruncated ? t("dead.raw-cut") : t("dead.raw")}</summary>
              <CodeBlock code={raw()} label={t("dead.raw")} />
            </details>
          )}
        </Show>
      </td>
      <td>
        <RelativeTime at={millisOf(props.entry.at)} />
      </td>
    </tr>
  )
}
