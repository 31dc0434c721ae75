import type { MemberDoc, TaskDoc } from "@muster/contracts"
import { mentionAt, mentionChoices } from "#src/team/chat/mentions.ts"

/** What is being typed at the caret and can be completed. */
export interface Typed {
  readonly kind: "member" | "task" | "command"
  /** What stands behind the sign, perhaps nothing yet. */
  readonly query: string
  /** Where the sign stands. */
  readonly start: number
}

/** One thing that can be put in the place of what was typed. */
export interface Choice {
  /** Goes into the text, with a space behind it. */
  readonly insert: string
  readonly label: string
  readonly detail: string
}

const TASK = /(?:^|[\s([])#([\p{L}\p{N}-]{0,40})$/u
/** A command begins the text; whom it is for may stand before it. */
const COMMAND = /^(?:\s*@[a-z0-9][a-z0-9-]{0,31}\s+)*\/([a-z]{0,20})$/iu

/** A member behind an @, a task behind a #, a command behind a / at the beginning. */
export function typedAt(text: string, caret: number): Typed | undefined {
  const before = text.slice(0, caret)
  const command = COMMAND.exec(before)?.[1]
  if (command !== undefined) return { kind: "command", query: command.toLowerCase(), start: caret - command.length - 1 }
  const task = TASK.exec(before)?.[1]
  if (task !== undefined) return { kind: "task", query: task.toLowerCase(), start: caret - task.length - 1 }
  const mention = mentionAt(text, caret)
  return mention === undefined ? undefined : { kind: "member", ...mention }
}

/** The text with a choice in the place of what was typed, and where the caret stands after it. */
export function completed(
  text: string,
  typed: Typed,
  caret: number,
  { insert }: Choice,
): { readonly text: string; readonly caret: number } {
  const before = `${text.slice(0, typed.start)}${insert} `
  return { text: before + text.slice(caret).replace(/^ /, ""), caret: before.length }
}

export const memberChoices = (members: ReadonlyArray<MemberDoc>, query: string): ReadonlyArray<Choice> =>
  mentionChoices(members, query).map(({ handle, name }) => ({
    insert: `@${handle}`,
    label: `@${handle}`,
    detail: name,
  }))

/** Tasks whose number begins with what was typed, then those whose title has it; the newest first. */
export function taskChoices(tasks: ReadonlyArray<TaskDoc>, query: string, limit: number): ReadonlyArray<Choice> {
  const newest = tasks.toSorted((a, b) => b.number - a.number)
  const digits = query.replace(/^t-/, "")
  const byNumber = newest.filter((task) => String(task.number).startsWith(digits))
  const byTitle = newest.filter((task) => !byNumber.includes(task) && task.title.toLowerCase().includes(query))
  return [...byNumber, ...byTitle].slice(0, limit).map(({ number, title }) => ({
    insert: `T-${number}`,
    label: `T-${number}`,
    detail: title,
  }))
}
