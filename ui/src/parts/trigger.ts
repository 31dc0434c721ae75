import type { JSX } from "solid-js"

/** Attributes that a part hands to the button it wraps; a part sets id and type itself. */
export interface TriggerAttributes {
  readonly disabled?: boolean
  readonly tabindex?: number
  readonly onClick?: JSX.EventHandler<HTMLButtonElement, MouseEvent>
  readonly "aria-label"?: string
  readonly "aria-pressed"?: boolean
  readonly "aria-expanded"?: boolean
  readonly "aria-controls"?: string
  readonly "aria-current"?: "true" | "false"
  readonly "data-component"?: string
  readonly "data-variant"?: string
  readonly "data-slot"?: string
}
