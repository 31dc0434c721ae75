import { Toast, toaster } from "@kobalte/core/toast"
import X from "lucide-solid/icons/x"
import { Show } from "solid-js"
import { Portal } from "solid-js/web"
import { t } from "#src/i18n/index.ts"
import { TOAST_MILLIS, TOASTS_SHOWN } from "#src/limits.ts"
import { Button } from "#src/parts/button.tsx"
import { StateIcon } from "#src/parts/state-icon.tsx"
import { SHAPES } from "#src/parts/state-table.ts"
import "./badge.css"
import "./toast.css"

export interface ToastMessage {
  readonly tone: "success" | "info" | "danger"
  readonly title: string
  readonly detail?: string
  readonly action?: { readonly label: string; readonly run: () => void }
}

const SHAPE_OF = { success: SHAPES.check, info: SHAPES.disc, danger: SHAPES.cross }

/**
 * Reports the end of something the person just did. It leaves by itself unless it reports a failure, and it is never
 * the only place where a failure is told.
 */
export function showToast(message: ToastMessage): void {
  toaster.show((props) => (
    <Toast
      as="div"
      toastId={props.toastId}
      data-component="toast"
      data-tone={message.tone}
      persistent={message.tone === "danger"}
      duration={TOAST_MILLIS}
    >
      <StateIcon shape={SHAPE_OF[message.tone]} size={13} />
      <div data-slot="text">
        <Toast.Title data-slot="title">{message.title}</Toast.Title>
        <Show when={message.detail}>
          <Toast.Description data-slot="detail">{message.detail}</Toast.Description>
        </Show>
      </div>
      <Show when={message.action}>
        {(action) => (
          <Button
            onClick={() => {
              action().run()
              toaster.dismiss(props.toastId)
            }}
          >
            {action().label}
          </Button>
        )}
      </Show>
      <Toast.CloseButton data-component="icon-button" aria-label={t("common.close")}>
        <X size={14} aria-hidden="true" />
      </Toast.CloseButton>
    </Toast>
  ))
}

/** Where toasts appear: one per page, reached with Alt+T. */
export function ToastRegion() {
  return (
    <Portal>
      <Toast.Region limit={TOASTS_SHOWN} aria-label={t("toast.region")} duration={TOAST_MILLIS} pauseOnInteraction>
        <Toast.List as="div" data-component="toast-list" />
      </Toast.Region>
    </Portal>
  )
}
