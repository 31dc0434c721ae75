import { CHAT_MAX_CHARS } from "@muster/domain"
import Paperclip from "lucide-solid/icons/paperclip"
import SendHorizontal from "lucide-solid/icons/send-horizontal"
import { For, Show, createMemo, createSignal, createUniqueId } from "solid-js"
import { t } from "#src/i18n/index.ts"
import type { Preference } from "#src/lib/preferences.ts"
import { MENTION_CHOICES } from "#src/limits.ts"
import { IconButton } from "#src/parts/icon-button.tsx"
import { may } from "#src/session/may.ts"
import { FileChooser } from "#src/team/chat/attach/file-chooser.tsx"
import type { Attachments } from "#src/team/chat/attach/store.ts"
import { AttachTray } from "#src/team/chat/attach/tray.tsx"
import { completed, memberChoices, taskChoices, typedAt } from "#src/team/chat/complete.ts"
import type { Choice, Typed } from "#src/team/chat/complete.ts"
import { SLASH_COMMANDS } from "#src/team/chat/slash/words.ts"
import { roster } from "#src/team/members/work.ts"
import { useTeamSource } from "#src/team/source.ts"
import "./composer.css"

export interface ComposerProps {
  readonly draft: Preference<string>
  readonly attachments: Attachments
  /** Takes the text; false leaves it where it is, to be put right. */
  readonly onSend: (text: string) => boolean
  /** The words of the last message that did not get through, to be written anew; undefined when there is none. */
  readonly onRecall?: () => string | undefined
  readonly inputRef?: (element: HTMLTextAreaElement) => void
}

/** Where one writes. Enter sends, Shift+Enter makes a line; @ offers members, # tasks, / commands; files are dropped, pasted or chosen. */
export function Composer(props: ComposerProps) {
  const source = useTeamSource()
  const listId = createUniqueId()
  const [caret, setCaret] = createSignal(0)
  const [cursor, setCursor] = createSignal(0)
  const [isClosed, setClosed] = createSignal(true)
  let input: HTMLTextAreaElement | undefined

  const typed = createMemo(() => (isClosed() ? undefined : typedAt(props.draft.value(), caret())))
  const choices = createMemo(() => {
    const now = typed()
    return now === undefined ? [] : choicesFor(now)
  })
  const choicesFor = ({ kind, query }: Typed): ReadonlyArray<Choice> => {
    switch (kind) {
      case "member":
        return memberChoices(roster(source.raw()), query).slice(0, MENTION_CHOICES)
      case "task":
        return taskChoices(Object.values(source.raw().tasks), query, MENTION_CHOICES)
      case "command":
        return SLASH_COMMANDS.filter(
          (command) => command.name.startsWith(query) && (!("action" in command) || may(command.action)),
        ).map(({ name, usage, what }) => ({ insert: `/${name}`, label: t(usage), detail: t(what) }))
      default:
        return kind satisfies never
    }
  }
  const optionId = (index: number) => `${listId}-${index}`
  const listLabel = () => {
    const kind = typed()?.kind
    return kind === "command" ? t("slash.menu") : kind === "task" ? t("chat.tasks-to-name") : t("chat.mention")
  }

  const write = (element: HTMLTextAreaElement) => {
    props.draft.set(element.value)
    setCaret(element.selectionStart)
    setCursor(0)
    setClosed(false)
  }
  const put = (text: string, at: number) => {
    props.draft.set(text)
    setCaret(at)
    input?.focus()
    queueMicrotask(() => input?.setSelectionRange(at, at))
  }
  const choose = (choice: Choice | undefined) => {
    const now = typed()
    if (now === undefined || choice === undefined) return
    const next = completed(props.draft.value(), now, caret(), choice)
    setCursor(0)
    put(next.text, next.caret)
  }
  /** Before the team is known, nobody could be found by a mention: what was written stays until it is. */
  const canSend = () =>
    source.isLoaded() &&
    props.attachments.isComplete() &&
    (props.draft.value().trim() !== "" || props.attachments.files().length > 0)
  const send = () => {
    if (!canSend() || !props.onSend(props.draft.value().trim())) return
    props.draft.set("")
    setClosed(true)
  }
  const pressInList = (event: KeyboardEvent): boolean => {
    const count = choices().length
    if (count === 0) return false
    if (event.key === "ArrowDown") setCursor((cursor() + 1) % count)
    else if (event.key === "ArrowUp") setCursor((cursor() + count - 1) % count)
    else if (event.key === "Enter" || event.key === "Tab") {
      // A command that is written out is sent, not completed once more.
      const choice = choices()[cursor()]
      if (event.key === "Enter" && choice?.insert === props.draft.value().trim()) return false
      choose(choice)
    } else if (event.key === "Escape") setClosed(true)
    else return false
    event.preventDefault()
    event.stopPropagation()
    return true
  }
  const recall = (event: KeyboardEvent): boolean => {
    if (event.key !== "ArrowUp" || props.draft.value() !== "") return false
    const text = props.onRecall?.()
    if (text === undefined) return false
    event.preventDefault()
    put(text, text.length)
    return true
  }
  const press = (event: KeyboardEvent) => {
    if (event.isComposing || pressInList(event) || recall(event)) return
    if (event.key !== "Enter" || event.shiftKey) return
    event.preventDefault()
    send()
  }
  const paste = (event: ClipboardEvent) => {
    const files = [...(event.clipboardData?.files ?? [])]
    if (files.length === 0 || !may("file.upload")) return
    event.preventDefault()
    props.attachments.add(files)
  }
  const attach = (files: ReadonlyArray<File>) => {
    props.attachments.add(files)
    input?.focus()
  }

  return (
    <div data-component="composer">
      <AttachTray attachments={props.attachments} />
      <div data-slot="field">
        <Show when={choices().length > 0}>
          <ul id={listId} role="listbox" aria-label={listLabel()} data-kind={typed()?.kind}>
            <For each={choices()}>
              {(choice, index) => (
                <li
                  id={optionId(index())}
                  role="option"
                  aria-selected={cursor() === index()}
                  onPointerDown={(event) => {
                    event.preventDefault()
                    choose(choice)
                  }}
                >
                  <strong>{choice.label}</strong>
                  <span>{choice.detail}</span>
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
          onPaste={paste}
          onBlur={() => setClosed(true)}
        />
        <div data-slot="tools">
          <Show when={may("file.upload")}>
            <FileChooser onChoose={attach}>
              {(choose) => <IconButton icon={Paperclip} label={t("attach.add")} onClick={choose} />}
            </FileChooser>
          </Show>
          <IconButton
            icon={SendHorizontal}
            label={props.attachments.isComplete() ? t("chat.send") : t("attach.wait")}
            disabled={!canSend()}
            onClick={send}
          />
        </div>
      </div>
    </div>
  )
}
