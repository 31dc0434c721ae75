import type { MemberDoc, TaskDoc } from "@muster/contracts"
import { SLASH_COMMANDS } from "#src/team/chat/slash/words.ts"
import type { SlashCommand, SlashName } from "#src/team/chat/slash/words.ts"

/** What a command was given. */
export interface Given {
  readonly name: SlashName
  /** The whole message, for those that are said to agents. */
  readonly text: string
  readonly words: string
  readonly members: ReadonlyArray<MemberDoc>
  readonly task: TaskDoc | undefined
}

/** What is wrong with a command; nothing is sent then. */
export type SlashFault =
  | { readonly kind: "unknown"; readonly name: string }
  | { readonly kind: "needs-task" | "needs-member" | "needs-words" | "needs-target"; readonly name: SlashName }
  | { readonly kind: "no-such-task"; readonly label: string }
  | { readonly kind: "no-such-member"; readonly handle: string }
  | { readonly kind: "forbidden"; readonly name: SlashName }

export type Read =
  /** Words, not a command. */
  | { readonly kind: "words" }
  | { readonly kind: "command"; readonly given: Given }
  | { readonly kind: "fault"; readonly fault: SlashFault }

export interface SlashContext {
  readonly members: ReadonlyArray<MemberDoc>
  readonly tasks: ReadonlyArray<TaskDoc>
  /** A chat with one member: what is said there is for it, without a mention. */
  readonly isDirect: boolean
  readonly may: (command: SlashCommand) => boolean
}

const LEADING = /^((?:\s*@[a-z0-9][a-z0-9-]{0,31}[,:]?\s+)*)\/([a-z]{1,20})(?=\s|$)([\s\S]*)$/iu
const MENTION = /(?<![\w@.-])@([a-z0-9][a-z0-9-]{0,31})/giu
const TASK_FIRST = /^\s*(?:#|t-|#t-)?(\d{1,9})(?=[\s,:]|$)[,:]?/iu

const fault = (found: SlashFault): Read => ({ kind: "fault", fault: found })

/** Reads a message as a command. A path such as `/etc/hosts` is words; `//` at the beginning says that what follows is. */
export function readSlash(text: string, context: SlashContext): Read {
  const [, before = "", called = "", rest = ""] = LEADING.exec(text) ?? []
  if (called === "") return { kind: "words" }
  const command = SLASH_COMMANDS.find(({ name }) => name === called.toLowerCase())
  if (command === undefined) return fault({ kind: "unknown", name: called })
  if (!context.may(command)) return fault({ kind: "forbidden", name: command.name })
  return readArguments(command, { before, rest, text }, context)
}

function readArguments(
  { name, takes }: (typeof SLASH_COMMANDS)[number],
  { before, rest, text }: { readonly before: string; readonly rest: string; readonly text: string },
  { members, tasks, isDirect }: SlashContext,
): Read {
  const handles = Array.from(`${before} ${rest}`.matchAll(MENTION), ([, handle = ""]) => handle.toLowerCase())
  const [, digits] = TASK_FIRST.exec(rest) ?? []
  const task = digits === undefined ? undefined : tasks.find(({ number }) => number === Number(digits))
  const named = members.filter(({ handle }) => handles.includes(handle))
  const given = (words: string): Read => ({ kind: "command", given: { name, text, words, members: named, task } })
  const missing = handles.find((handle) => !members.some((member) => member.handle === handle))
  const noMember = missing === undefined ? undefined : fault({ kind: "no-such-member", handle: missing })
  const noTask =
    digits !== undefined && task === undefined ? fault({ kind: "no-such-task", label: `T-${digits}` }) : undefined
  switch (takes) {
    case "nothing":
      return given("")
    case "work":
      return noMember ?? given(rest.replace(/^(?:\s*@[a-z0-9][a-z0-9-]{0,31}[,:]?)+/iu, "").trim())
    case "members":
      return noMember ?? (isDirect || named.length > 0 ? given(rest.trim()) : fault({ kind: "needs-member", name }))
    case "task":
    case "task-and-words": {
      const words = rest.replace(TASK_FIRST, "").trim()
      if (noTask !== undefined) return noTask
      if (task === undefined) return fault({ kind: "needs-task", name })
      return takes === "task-and-words" && words === "" ? fault({ kind: "needs-words", name }) : given(words)
    }
    case "task-or-member":
      if (noTask !== undefined) return noTask
      if (task === undefined && noMember !== undefined) return noMember
      return task === undefined && named.length === 0
        ? fault({ kind: "needs-target", name })
        : given(rest.replace(TASK_FIRST, "").replaceAll(MENTION, "").trim())
    default:
      return takes satisfies never
  }
}

/** Words that begin with a slash although they are no command are written with two. */
export const unescaped = (text: string): string => (text.startsWith("//") ? text.slice(1) : text)
