import type { Action } from "@muster/domain"
import type { PlainTextKey } from "#src/i18n/index.ts"

/** What a command takes behind its name. */
export type Takes = "nothing" | "work" | "members" | "task" | "task-and-words" | "task-or-member"

export interface SlashCommand {
  readonly name: string
  readonly takes: Takes
  /** Who may; absent: everybody who can write here. */
  readonly action?: Action
  /** How it is written, and what it does. */
  readonly usage: PlainTextKey
  readonly what: PlainTextKey
}

/** Every command of the chat, in the order of the menu. `/new` and `/stop` are words to agents: they are said, and the server reads them. */
export const SLASH_COMMANDS = [
  { name: "dispatch", takes: "work", action: "task.dispatch", usage: "slash.dispatch-usage", what: "slash.dispatch" },
  { name: "new", takes: "members", usage: "slash.new-usage", what: "slash.new" },
  { name: "stop", takes: "members", usage: "slash.stop-usage", what: "slash.stop" },
  { name: "steer", takes: "task-and-words", action: "task.answer", usage: "slash.steer-usage", what: "slash.steer" },
  {
    name: "interrupt",
    takes: "task-and-words",
    action: "task.answer",
    usage: "slash.interrupt-usage",
    what: "slash.interrupt",
  },
  { name: "retry", takes: "task", action: "task.retry", usage: "slash.retry-usage", what: "slash.retry" },
  { name: "cancel", takes: "task", action: "task.cancel", usage: "slash.cancel-usage", what: "slash.cancel" },
  { name: "pause", takes: "task-or-member", action: "task.pause", usage: "slash.pause-usage", what: "slash.pause" },
  { name: "resume", takes: "task-or-member", action: "task.pause", usage: "slash.resume-usage", what: "slash.resume" },
  { name: "who", takes: "nothing", usage: "slash.who-usage", what: "slash.who" },
  { name: "help", takes: "nothing", usage: "slash.help-usage", what: "slash.help" },
] as const satisfies ReadonlyArray<SlashCommand>

export type SlashName = (typeof SLASH_COMMANDS)[number]["name"]
