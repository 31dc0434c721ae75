import { A } from "@solidjs/router"
import { For, Show, createMemo } from "solid-js"
import { singleKeys, useCommandRegistry } from "#src/commands/context.ts"
import type { Command, CommandGroup } from "#src/commands/registry.ts"
import { t } from "#src/i18n/index.ts"
import { Dialog } from "#src/parts/dialog.tsx"
import { KeyCaps } from "#src/parts/kbd.tsx"
import { Switch } from "#src/parts/switch.tsx"
import "./key-sheet.css"

const GROUPS: ReadonlyArray<CommandGroup> = ["go", "act", "view", "help"]

export interface KeySheetProps {
  readonly open: boolean
  readonly onOpenChange: (open: boolean) => void
}

/** The keys that work here and now, from the same registry that answers them. */
export function KeySheet(props: KeySheetProps) {
  const registry = useCommandRegistry()
  const groups = createMemo(() =>
    GROUPS.map((group) => ({ group, commands: registry.all().filter((command) => isBound(command, group)) })).filter(
      ({ commands }) => commands.length > 0,
    ),
  )
  return (
    <Dialog open={props.open} onOpenChange={(open) => props.onOpenChange(open)} title={t("keys.title")}>
      <div data-component="key-sheet">
        <For each={groups()} fallback={<p>{t("keys.none")}</p>}>
          {(entry) => (
            <section>
              <h3>{t(`group.${entry.group}`)}</h3>
              <dl>
                <For each={entry.commands}>
                  {(command) => (
                    <div>
                      <dt>{command.title}</dt>
                      <dd>
                        <Show when={command.keys}>{(keys) => <KeyCaps keys={keys()} />}</Show>
                      </dd>
                    </div>
                  )}
                </For>
              </dl>
            </section>
          )}
        </For>
        <A href="/me/keys" onClick={() => props.onOpenChange(false)}>
          {t("command.go-keys")}
        </A>
        <Switch
          label={t("keys.single")}
          hint={t("keys.single-hint")}
          checked={singleKeys.value()}
          onChange={(checked) => singleKeys.set(checked)}
        />
      </div>
    </Dialog>
  )
}

const isBound = (command: Command, group: CommandGroup): boolean =>
  command.group === group && command.keys !== undefined
