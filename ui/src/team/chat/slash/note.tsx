import X from "lucide-solid/icons/x"
import { For, Show } from "solid-js"
import { t } from "#src/i18n/index.ts"
import { IconButton } from "#src/parts/icon-button.tsx"
import type { Note } from "#src/team/chat/slash/run.ts"
import "./note.css"

/** What a command answers, to its giver alone: it stands above the composer and is on no record. */
export function SlashNote(props: { readonly note: Note; readonly onClose: () => void }) {
  return (
    <div
      data-component="slash-note"
      data-tone={props.note.tone}
      role={props.note.tone === "danger" ? "alert" : "status"}
    >
      <div data-slot="head">
        <strong>{props.note.title}</strong>
        <IconButton icon={X} label={t("slash.close")} onClick={() => props.onClose()} />
      </div>
      <Show when={props.note.lines.length > 0}>
        <dl>
          <For each={props.note.lines}>
            {(line) => (
              <div>
                <dt>{line.term}</dt>
                <dd>{line.text}</dd>
              </div>
            )}
          </For>
        </dl>
      </Show>
    </div>
  )
}
