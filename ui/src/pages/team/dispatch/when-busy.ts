import type { MemberDoc, TaskDoc, TeamView } from "@muster/contracts"
import { STEER_MAX_CHARS } from "@muster/domain"
import { hearingOf } from "#src/team/task/task-actions.ts"
import type { Hearing } from "#src/team/task/task-actions.ts"
import { titleOf } from "#src/pages/team/dispatch/draft.ts"
import type { DispatchDraft } from "#src/pages/team/dispatch/draft.ts"

/** A task that its agent works on and could be told something about. */
export interface Talk {
  readonly task: TaskDoc
  readonly hearing: Hearing
}

/** What a member works on that words could reach, the newest task; undefined when it is free or cannot hear. */
export function talkWith(member: MemberDoc | undefined, view: TeamView): Talk | undefined {
  if (member === undefined) return undefined
  const own = Object.values(view.tasks)
    .filter((task) => task.memberId === member.id)
    .toSorted((a, b) => b.number - a.number)
  for (const task of own) {
    const hearing = hearingOf(task, member.runtime)
    if (hearing !== undefined) return { task, hearing }
  }
  return undefined
}

/** The choice as far as it can be carried out: what the agent cannot hear is a task that waits. */
export function busyChoice(draft: DispatchDraft, talk: Talk | undefined): DispatchDraft["whenBusy"] {
  if (talk === undefined) return "queue"
  return draft.whenBusy === "interrupt" && talk.hearing !== "at-once" ? "steer" : draft.whenBusy
}

/** What is said to the agent at work: the instructions, under the title where that says more. */
export function wordsOf(draft: DispatchDraft): string {
  const title = titleOf(draft)
  const text =
    draft.title === undefined || draft.instructions.includes(title)
      ? draft.instructions
      : `${title}\n\n${draft.instructions}`
  return text.trim().slice(0, STEER_MAX_CHARS)
}
