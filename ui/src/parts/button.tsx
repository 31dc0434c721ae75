import { Show, splitProps } from "solid-js"
import type { JSX } from "solid-js"
import "./button.css"

export type ButtonVariant = "primary" | "secondary" | "ghost" | "danger"

export interface ButtonProps extends JSX.ButtonHTMLAttributes<HTMLButtonElement> {
  /** Secondary unless told. At most one primary per pane; danger only inside a confirmation. */
  readonly variant?: ButtonVariant
  /** The action is under way: the label stays, a second press does nothing. */
  readonly busy?: boolean
}

export function Button(props: ButtonProps) {
  const [own, rest] = splitProps(props, ["variant", "busy", "children", "onClick", "type"])
  return (
    <button
      {...rest}
      type={own.type ?? "button"}
      data-component="button"
      data-variant={own.variant ?? "secondary"}
      aria-busy={own.busy === true}
      aria-disabled={own.busy === true || rest.disabled === true}
      onClick={(event) => {
        // A busy button keeps the focus, so it may not be `disabled`; it swallows the press instead.
        if (own.busy === true) {
          event.preventDefault()
          return
        }
        if (typeof own.onClick === "function") own.onClick(event)
      }}
    >
      <Show when={own.busy}>
        <span data-slot="spinner" aria-hidden="true" />
      </Show>
      {own.children}
    </button>
  )
}
