import { For, Show, createMemo, createSignal } from "solid-js"
import { bindCommand, changedBindings, resetBindings } from "#src/commands/bindings.ts"
import { knownCommands } from "#src/commands/catalogue.ts"
import { singleKeys, useCommandRegistry } from "#src/commands/context.ts"
import type { CommandGroup } from "#src/commands/registry.ts"
import { t } from "#src/i18n/index.ts"
import { isApple } from "#src/lib/keys.ts"
import { Badge } from "#src/parts/badge.tsx"
import { Button } from "#src/parts/button.tsx"
import { KeyCaps } from "#src/parts/kbd.tsx"
import { Switch } from "#src/parts/switch.tsx"
import { KeyRecorder } from "#src/pages/me/key-recorder.tsx"
import { GROUPS, keyRows } from "#src/pages/me/recording.ts"
import type { KeyRow } from "#src/pages/me/recording.ts"

/** Which keys run which command. Everything can be changed, taken away and set back. */
export default function KeysPage() {
  const registry = useCommandRegistry()
  const [recording, setRecording] = createSignal<string>()
  const rows = createMemo(() => keyRows(knownCommands(), registry.offered(), changedBindings(), isApple))
  const idsOf = (group: CommandGroup) =>
    rows()
      .filter((row) => row.group === group)
      .map((row) => row.id)
  const recorded = () => rows().find((row) => row.id === recording())
  return (
    <div data-slot="groups">
      <Switch
        label={t("keys.single")}
        hint={t("keys.single-hint")}
        checked={singleKeys.value()}
        onChange={(checked) => singleKeys.set(checked)}
      />
      <p data-slot="note">{t("keys.detail")}</p>
      <table data-component="key-table">
        <thead>
          <tr>
            <th scope="col">{t("keys.command")}</th>
            <th scope="col">{t("keys.binding")}</th>
            <td data-slot="tools">
              <Show when={Object.keys(changedBindings()).length > 0}>
                <Button variant="ghost" onClick={resetBindings}>
                  {t("keys.reset-all")}
                </Button>
              </Show>
            </td>
          </tr>
        </thead>
        <For each={GROUPS.filter((group) => rows().some((row) => row.group === group))}>
          {(group) => (
            <tbody>
              <tr>
                <th scope="rowgroup" colspan="3" data-slot="group">
                  {t(`group.${group}`)}
                </th>
              </tr>
              <For each={idsOf(group)}>
                {(id) => (
                  <Show when={rows().find((row) => row.id === id)}>
                    {(row) => <Row row={row()} onChange={() => setRecording(id)} />}
                  </Show>
                )}
              </For>
            </tbody>
          )}
        </For>
      </table>
      <Show when={recorded()}>
        {(row) => (
          <KeyRecorder
            row={row()}
            rows={rows()}
            onDone={(binding) => {
              if (binding !== undefined) bindCommand(row().id, binding)
              setRecording(undefined)
            }}
            onTake={(from) => bindCommand(from.id, null)}
          />
        )}
      </Show>
    </div>
  )
}

function Row(props: { readonly row: KeyRow; readonly onChange: () => void }) {
  return (
    <tr>
      <th scope="row">{props.row.title}</th>
      <td>
        <Show when={props.row.keys} fallback={<span data-slot="none">{t("keys.no-binding")}</span>}>
          {(keys) => <KeyCaps keys={keys()} />}
        </Show>
        <Show when={props.row.isChanged}>
          <Badge tone="info">{t("keys.changed")}</Badge>
        </Show>
      </td>
      <td data-slot="tools">
        <Button
          variant="ghost"
          aria-label={t("keys.change-of", { command: props.row.title })}
          onClick={() => props.onChange()}
        >
          {t("keys.change")}
        </Button>
        <Show when={props.row.isChanged}>
          <Button
            variant="ghost"
            aria-label={t("keys.reset-of", { command: props.row.title })}
            onClick={() => bindCommand(props.row.id, undefined)}
          >
            {t("keys.reset")}
          </Button>
        </Show>
      </td>
    </tr>
  )
}
