import { CHAT_MAX_CHARS } from "@muster/domain"
import SendHorizontal from "lucide-solid/icons/send-horizontal"
import { For, Show, createMemo, createSignal, createUniqueId } from "solid-js"
import { t } from "#src/i18n/index.ts"
import type { Preference } from "#src/lib/preferences.ts"
import { MENTION_CHOICES } from "#src/limits.ts"
import { IconButton } from "#src/parts/icon-button.tsx"
import { completeMention, mentionAt, mentionChoices } from "#src/team/chat/mentions.ts"
import { roster } from "#src/team/members/work.ts"
import { useTeamSource } from "#src/team/source.ts"
import "./composer.css"

export interface ComposerProps {
  readonly draft: Preference<string>
  readonly onSend: (text: string) => void
  readonly inputRef?: (element: HTMLTextAreaElement) => void
}

/** Where one writes. Enter sends, Shift+Enter makes a line; @ offers the members. */
export function Composer(props: ComposerProps) {
  const source = useTeamSource()
  const listId = createUniqueId()
  const [caret, setCaret] = createSignal(0)
  const [cursor, setCursor] = createSignal(0)
  const [isClosed, setClosed] = createSignal(false)
  let input: HTMLTextAreaElement | undefined

  const mention = createMemo(() => mentionAt(props.draft.value(), caret()))
  const choices = createMemo(() => {
    const typed = mention()
    return typed === undefined || isClosed()
      ? []
      : mentionChoices(roster(source.raw()), typed.query).slice(0, MENTION_CHOICES)
  })
  const optionId = (index: number) => `${listId}-${index}`

  const write = (element: HTMLTextAreaElement) => {
    props.draft.set(element.value)
    setCaret(element.selectionStart)
    setCursor(0)
    setClosed(false)
  }
  const choose = (handle: string | undefined) => {
    const typed = mention()
    if (typed === undefined || handle === undefined || input === undefined) return
    const next = completeMention(props.draft.value(), typed, caret(), handle)
    props.draft.set(next.text)
    setCaret(next.caret)
    input.focus()
    queueMicrotask(() => input?.setSelectionRange(next.caret, next.caret))
  }
  /** Before the team is known, nobody could be found by a mention: what was written stays until it is. */
  const canSend = () => source.isLoaded() && props.draft.value().trim() !== ""
  const send = () => {
    const text = props.draft.value().trim()
    if (!canSend()) return
    props.onSend(text)
    props.draft.set("")
  }
  const pressInList = (event: KeyboardEvent): boolean => {
    const count = choices().length
    if (count === 0) return false
    if (event.key === "ArrowDown") setCursor((cursor() + 1) % count)
    else if (event.key === "ArrowUp") setCursor((cursor() + count - 1) % count)
    else if (event.key === "Enter" || event.key === "Tab") choose(choices()[cursor()]?.handle)
    else if (event.key === "Escape") setClosed(true)
    else return false
    event.preventDefault()
    event.stopPropagation()
    return true
  }
  const press = (event: KeyboardEvent) => {
    if (event.isComposing || pressInList(event)) return
    if (event.key !== "Enter" || event.shiftKey) return
    event.preventDefault()
    send()
  }

  return (
    <div data-component="composer">
      <Show when={choices().length > 0}>
        <ul id={listId} role="listbox" aria-label={t("chat.mention")}>
          <For each={choices()}>
            {(member, index) => (
              <li
                id={optionId(index())}
                role="option"
                aria-selected={cursor() === index()}
                onPointerDown={(event) => {
                  event.preventDefault()
                  choose(member.handle)
                }}
              >
                <strong>{t("member.label", { handle: member.handle })}</strong>
                <span>{member.name}</span>
              </li>
            )}
          </For>
        </ul>
      </Show>
      <textarea
        ref={(element) => {
          input = element
          props.inputRef?.(element)
        }}
        rows={2}
        maxLength={CHAT_MAX_CHARS}
        aria-label={t("chat.message")}
        aria-autocomplete="list"
        aria-controls={choices().length > 0 ? listId : undefined}
        aria-activedescendant={choices().length > 0 ? optionId(cursor()) : undefined}
        placeholder={t("chat.placeholder")}
        value={props.draft.value()}
        onInput={(event) => write(event.currentTarget)}
        onClick={(event) => setCaret(event.currentTarget.selectionStart)}
        onKeyUp={(event) => setCaret(event.currentTarget.selectionStart)}
        onKeyDown={press}
        onBlur={() => setClosed(true)}
      />
      <IconButton icon={SendHorizontal} label={t("chat.send")} disabled={!canSend()} onClick={send} />
    </div>
  )
}
