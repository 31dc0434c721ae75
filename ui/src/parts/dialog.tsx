import { Dialog as Kobalte } from "@kobalte/core/dialog"
import X from "lucide-solid/icons/x"
import { Show } from "solid-js"
import type { JSX } from "solid-js"
import { t } from "#src/i18n/index.ts"
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
  return (
    <Kobalte open={props.open} onOpenChange={(open) => props.onOpenChange(open)}>
      <Kobalte.Portal>
        <Kobalte.Overlay data-component="scrim" data-kind={props.kind} />
        <Kobalte.Content data-component="floating" data-kind={props.kind}>
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
