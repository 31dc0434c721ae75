import { Dialog } from "@kobalte/core/dialog"
import { For, Show, createEffect, createMemo, createSignal, createUniqueId, on, onMount, untrack } from "solid-js"
import { useCommandRegistry } from "#src/commands/context.ts"
import { isEntity, isEntityId, paletteRows, rememberCommand } from "#src/commands/palette-model.ts"
import type { PaletteRow } from "#src/commands/palette-model.ts"
import { t } from "#src/i18n/index.ts"
import { asStrings, createPreference } from "#src/lib/preferences.ts"
import { useReturnFocus } from "#src/lib/return-focus.ts"
import { KeyCaps } from "#src/parts/kbd.tsx"
import "#src/parts/dialog.css"
import "./palette.css"

const recent = createPreference<ReadonlyArray<string>>("palette.recent", [], asStrings)

export interface PaletteProps {
  readonly open: boolean
  readonly onOpenChange: (open: boolean) => void
  /** Not every team is among what can be found. */
  readonly isIncomplete?: boolean
}

/** Every command of the mounted screens, and every team, task and member at hand, by a few letters. */
export function Palette(props: PaletteProps) {
  const returnFocus = useReturnFocus(() => props.open)
  return (
    <Dialog open={props.open} onOpenChange={(open) => props.onOpenChange(open)}>
      <Dialog.Portal>
        <Dialog.Overlay data-component="scrim" data-kind="dialog" />
        <Dialog.Content data-component="palette" aria-label={t("shell.palette")} onCloseAutoFocus={returnFocus}>
          <PaletteBody isIncomplete={props.isIncomplete === true} onDone={() => props.onOpenChange(false)} />
        </Dialog.Content>
      </Dialog.Portal>
    </Dialog>
  )
}

function PaletteBody(props: { readonly isIncomplete: boolean; readonly onDone: () => void }) {
  const registry = useCommandRegistry()
  const listId = createUniqueId()
  const [words, setWords] = createSignal("")
  const [cursor, setCursor] = createSignal(0)
  // What can be found is gathered once per opening: the list does not shift under the hand while a team works.
  const sources = untrack(registry.entities)
  // A team may have thousands of tasks: they are gathered when they are asked for, and the palette opens without them.
  const isAsked = createMemo(() => words().trim() !== "" || recent.value().some(isEntityId))
  const entities = createMemo(() => (isAsked() ? sources.flatMap((source) => source()) : []))
  const rows = createMemo(() => paletteRows(registry.all(), words(), recent.value(), entities()))
  const optionId = (index: number) => `${listId}-${index}`
  let list: HTMLUListElement | undefined
  let input: HTMLInputElement | undefined

  // At once, before the next key: whoever presses Ctrl K goes on typing.
  onMount(() => queueMicrotask(() => input?.focus()))

  createEffect(on(words, () => setCursor(0), { defer: true }))
  createEffect(on(cursor, (index) => list?.children[index]?.scrollIntoView({ block: "nearest" }), { defer: true }))

  const run = (row: PaletteRow | undefined) => {
    if (row === undefined) return
    recent.set(rememberCommand(recent.value(), row.id))
    props.onDone()
    // The dialog gives the focus back in a task of its own; the command comes after it and may move the focus on.
    setTimeout(() => row.run(), 0)
  }
  const move = (rowsDown: 1 | -1) => setCursor((cursor() + rowsDown + rows().length) % Math.max(1, rows().length))
  const press = (event: KeyboardEvent) => {
    if (event.isComposing) return
    if (event.key === "ArrowDown") move(1)
    else if (event.key === "ArrowUp") move(-1)
    else if (event.key === "Enter") run(rows()[cursor()])
    else return
    event.preventDefault()
  }

  return (
    <>
      <input
        ref={(element) => (input = element)}
        type="text"
        role="combobox"
        aria-label={t("palette.search")}
        aria-expanded={rows().length > 0}
        aria-controls={listId}
        aria-autocomplete="list"
        aria-activedescendant={rows().length > 0 ? optionId(cursor()) : undefined}
        placeholder={t("palette.search")}
        autocomplete="off"
        spellcheck={false}
        value={words()}
        onInput={(event) => setWords(event.currentTarget.value)}
        onKeyDown={press}
      />
      <ul ref={(element) => (list = element)} id={listId} role="listbox" aria-label={t("palette.results")}>
        <For each={rows()}>
          {(row, index) => (
            <li
              id={optionId(index())}
              role="option"
              aria-selected={cursor() === index()}
              onPointerMove={() => setCursor(index())}
              onClick={() => run(row)}
            >
              <span data-slot="title">{row.title}</span>
              <span data-slot="group">{t(`group.${isEntity(row) ? row.kind : row.group}`)}</span>
              <Show when={isEntity(row) ? undefined : row.keys}>{(keys) => <KeyCaps keys={keys()} />}</Show>
            </li>
          )}
        </For>
      </ul>
      <Show when={rows().length === 0}>
        <p data-slot="none" role="status">
          {t("palette.nothing", { words: words() })}
        </p>
      </Show>
      <Show when={props.isIncomplete}>
        <p data-slot="none" role="status">
          {t("palette.incomplete")}
        </p>
      </Show>
    </>
  )
}
