import { Show } from "solid-js"
import type { JSX } from "solid-js"
import { Dynamic } from "solid-js/web"
import { StateIcon } from "#src/parts/state-icon.tsx"
import { SHAPES } from "#src/parts/state-table.ts"
import type { Shape } from "#src/parts/state-table.ts"
import type { Tone } from "#src/parts/badge.tsx"
import "#src/parts/badge.css"

export type MessageKind = "working" | "done" | "failed"

const LOOKS: Readonly<Record<MessageKind, { readonly tone: Tone; readonly shape: Shape }>> = {
  working: { tone: "info", shape: SHAPES.half },
  done: { tone: "success", shape: SHAPES.check },
  failed: { tone: "danger", shape: SHAPES.cross },
}

export interface SignInMessageProps {
  readonly kind: MessageKind
  readonly title: string
  readonly level?: "h1" | "h3"
  readonly detail: string
  readonly children?: JSX.Element
}

/** Where a sign-in stands, and what to do next. Read out when it changes. */
export function SignInMessage(props: SignInMessageProps) {
  return (
    <div data-slot="message" role={props.kind === "failed" ? "alert" : "status"}>
      <div data-slot="headline" data-tone={LOOKS[props.kind].tone}>
        <StateIcon shape={LOOKS[props.kind].shape} size={16} />
        <Dynamic component={props.level ?? "h1"}>{props.title}</Dynamic>
      </div>
      <p data-slot="detail">{props.detail}</p>
      <Show when={props.children}>
        <div data-slot="action">{props.children}</div>
      </Show>
    </div>
  )
}
