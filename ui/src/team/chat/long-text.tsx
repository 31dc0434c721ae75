import { Show, createMemo, createSignal, createUniqueId } from "solid-js"
import { t, tn } from "#src/i18n/index.ts"
import { LONG_MESSAGE_LINES } from "#src/limits.ts"
import { Button } from "#src/parts/button.tsx"
import { Markdown } from "#src/parts/markdown.tsx"
import { lineCount } from "#src/team/chat/line-count.ts"
import "./long-text.css"

/** The words of a message. A long one is folded, so that it does not push the others away; nothing of it is lost. */
export function LongText(props: { readonly source: string }) {
  const id = createUniqueId()
  /** The text that was unfolded: another one in the same place begins folded. */
  const [opened, setOpened] = createSignal<string>()
  const isOpen = () => opened() === props.source
  const lines = createMemo(() => lineCount(props.source))
  const isLong = () => lines() > LONG_MESSAGE_LINES
  return (
    <div data-component="long-text" data-folded={isLong() && !isOpen()}>
      <div id={id} data-slot="words">
        <Markdown source={props.source} />
      </div>
      <Show when={isLong()}>
        <Button
          variant="ghost"
          aria-expanded={isOpen()}
          aria-controls={id}
          onClick={() => setOpened(isOpen() ? undefined : props.source)}
        >
          {isOpen() ? t("chat.fold") : tn("chat.unfold", lines())}
        </Button>
      </Show>
    </div>
  )
}
