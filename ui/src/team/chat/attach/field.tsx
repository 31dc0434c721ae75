import Paperclip from "lucide-solid/icons/paperclip"
import { Show } from "solid-js"
import { t } from "#src/i18n/index.ts"
import { Button } from "#src/parts/button.tsx"
import { may } from "#src/session/may.ts"
import type { Attachments } from "#src/team/chat/attach/store.ts"
import { AttachTray } from "#src/team/chat/attach/tray.tsx"

/** Files of a form: what is there, and a button to choose more. */
export function AttachField(props: { readonly attachments: Attachments }) {
  let picker: HTMLInputElement | undefined
  const pick = (element: HTMLInputElement) => {
    props.attachments.add([...(element.files ?? [])])
    element.value = ""
  }
  return (
    <div data-component="attach-field">
      <AttachTray attachments={props.attachments} />
      <Show when={may("file.upload")}>
        <input
          ref={(element) => (picker = element)}
          type="file"
          multiple
          hidden
          aria-label={t("attach.add")}
          onChange={(event) => pick(event.currentTarget)}
        />
        <Button onClick={() => picker?.click()}>
          <Paperclip size={14} aria-hidden="true" />
          {t("attach.add")}
        </Button>
      </Show>
    </div>
  )
}
