import type { DeadLetter } from "@muster/contracts"
import type { Position } from "@muster/domain"
import { For, Show, createMemo } from "solid-js"
import { commands } from "#src/api/commands.ts"
import { t, tn } from "#src/i18n/index.ts"
import { millisOf } from "#src/lib/time.ts"
import { CodeBlock } from "#src/parts/code-block.tsx"
import { RelativeTime } from "#src/parts/relative-time.tsx"
import { Table } from "#src/parts/table.tsx"
import { may } from "#src/session/may.ts"
import { useLiveTeam } from "#src/team/live-team.ts"
import { memberLabel, taskName } from "#src/team/names.ts"
import { operateOn } from "#src/pages/team/tasks/bulk-operation.ts"
import { createSelection } from "#src/pages/team/tasks/selection.ts"
import { SelectionBar } from "#src/pages/team/tasks/selection-bar.tsx"

/** Entries are named by their positions. */
interface EntryVerdicts {
  readonly verdicts: ReadonlyArray<{ readonly entry: string; readonly ok: boolean; readonly detail?: string }>
}

const nameOf = ({ stream, entryId }: DeadLetter): string => `${stream} ${entryId}`

/** Bus entries nobody understood: read as they were, tried again or put aside together. */
export function DeadEntries(props: { readonly entries: ReadonlyArray<DeadLetter> }) {
  const team = useLiveTeam()
  const params = { team: team.teamId }
  const selection = createSelection(createMemo(() => props.entries.map((entry) => entry.position)))
  const maySettle = () => may("deadletter.settle")
  const operate = (title: string, send: (entries: ReadonlyArray<Position>) => Promise<EntryVerdicts>) => {
    // Kept beforehand: an entry leaves the page before the operation tells of it.
    const names = new Map(props.entries.map((entry) => [entry.position as string, nameOf(entry)]))
    operateOn({
      title,
      ids: selection.selected(),
      nameOf: (position) => names.get(position) ?? position,
      send: async (part) => {
        const { verdicts } = await send(part.map((position) => position as Position))
        return { verdicts: verdicts.map((verdict) => ({ ...verdict, id: verdict.entry })) }
      },
    })
    selection.clear()
  }
  const tryAgain = () =>
    operate(tn("bulk.operation-entries", selection.selected().length), (entries) =>
      commands.redriveDeadLetters({ params, body: { entries } }),
    )
  const discard = () =>
    operate(tn("bulk.operation-discard-entries", selection.selected().length), (entries) =>
      commands.discardDeadLetters({ params, body: { entries } }),
    )
  return (
    <section aria-label={t("dead.entries")}>
      <h2>{t("dead.entries")}</h2>
      <p>{props.entries.length > 0 ? t("dead.entries-detail") : t("dead.entries-none")}</p>
      <Show when={props.entries.length > 0}>
        <Show when={maySettle()}>
          <SelectionBar
            selection={selection}
            acts={[
              { label: t("selection.try-again", { n: selection.selected().length }), run: tryAgain },
              { label: t("selection.discard", { n: selection.selected().length }), run: discard },
            ]}
          />
        </Show>
        <Table
          columns={[t("dead.column-entry"), t("tasks.column-member"), t("dead.column-reason"), t("dead.column-at")]}
        >
          <For each={props.entries}>
            {(entry) => <Entry entry={entry} selection={selection} maySettle={maySettle()} />}
          </For>
        </Table>
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
  const name = () => nameOf(props.entry)
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
