import { Dialog as Kobalte } from "@kobalte/core/dialog"
import X from "lucide-solid/icons/x"
import { Show } from "solid-js"
import type { JSX } from "solid-js"
import { t } from "#src/i18n/index.ts"
import { useReturnFocus } from "#src/lib/return-focus.ts"
import "./dialog.css"

export interface DialogProps {
  readonly open: boolean
  readonly onOpenChange: (open: boolean) => void
  readonly title: string
  readonly detail?: string
  /** Buttons, the one that goes on last. */
  readonly actions?: JSX.Element
  readonly children?: JSX.Element
}

/** A question that must be answered before anything else. Escape closes; the focus returns to where it was. */
export function Dialog(props: DialogProps) {
  return <Floating kind="dialog" {...props} />
}

/** Work at the right edge that leaves the page in sight: dispatch, a task's details. */
export function Sheet(props: DialogProps) {
  return <Floating kind="sheet" {...props} />
}

function Floating(props: DialogProps & { readonly kind: "dialog" | "sheet" }) {
  let content: HTMLElement | undefined
  const returnFocus = useReturnFocus(() => props.open)
  return (
    <Kobalte open={props.open} onOpenChange={(open) => props.onOpenChange(open)}>
      <Kobalte.Portal>
        <Kobalte.Overlay data-component="scrim" data-kind={props.kind} />
        <Kobalte.Content
          ref={(element) => (content = element)}
          data-component="floating"
          data-kind={props.kind}
          onCloseAutoFocus={returnFocus}
          onOpenAutoFocus={(event) => {
            event.preventDefault()
            focusFirst(content)
          }}
        >
          <header data-slot="header">
            <Kobalte.Title data-slot="title">{props.title}</Kobalte.Title>
            <Kobalte.CloseButton data-component="icon-button" aria-label={t("common.close")}>
              <X size={16} aria-hidden="true" />
            </Kobalte.CloseButton>
          </header>
          <div data-slot="body">
            <Show when={props.detail}>
              <Kobalte.Description data-slot="detail">{props.detail}</Kobalte.Description>
            </Show>
            {props.children}
          </div>
          <Show when={props.actions}>
            <footer data-slot="actions">{props.actions}</footer>
          </Show>
        </Kobalte.Content>
      </Kobalte.Portal>
    </Kobalte>
  )
}

/** Where a person goes on: the first text field, else the first answer (the harmless one stands first), else the text. */
function focusFirst(content: HTMLElement | undefined): void {
  const target =
    content?.querySelector<HTMLElement>("[data-slot=body] :is(textarea, input[type=text], input[type=search])") ??
    content?.querySelector<HTMLElement>("[data-slot=actions] button") ??
    content
  target?.focus()
}
