import type { TaskDoc } from "@muster/contracts"
import { isClosed } from "@muster/domain"

/** Tasks that ended, the last one first: what came of the work. Turns of the chat are not among them: the chat shows what they said. */
export const endedTasks = (tasks: Iterable<TaskDoc>): ReadonlyArray<TaskDoc> =>
  [...tasks]
    .filter((task) => isClosed(task.phase) && task.conversation === undefined)
    .toSorted((a, b) => (b.endedAt ?? "").localeCompare(a.endedAt ?? "") || b.number - a.number)

const FIRST_WORDS_CHARS = 160

/** The first words of what came of a task, on one line, without the signs of markdown; empty when it left none. */
export function resultInShort(task: TaskDoc): string {
  const text = task.phase === "succeeded" ? (task.result?.summary ?? "") : (task.failure?.message ?? "")
  const line = text.split("\n").find((each) => /[\p{L}\p{N}]/u.test(each)) ?? ""
  return line
    .replace(/^[#>*\-\s]+/, "")
    .replaceAll(/[*_`]/g, "")
    .slice(0, FIRST_WORDS_CHARS)
    .trim()
}
