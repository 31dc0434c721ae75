import type { FeedEvent, TaskDoc, TeamView } from "@muster/contracts"
import { listText } from "#src/i18n/format.ts"
import { t } from "#src/i18n/index.ts"
import { personName } from "#src/team/people.ts"

type Actor = FeedEvent["meta"]["actor"]

/** "T-12": how people name a task. */
export const taskLabel = (number: number): string => t("task.number", { n: number })

/** What a member is called in sentences: its handle, as people type it. */
export const memberLabel = (view: TeamView, id: string): string => {
  const member = view.members[id]
  return member === undefined ? t("actor.unknown-member") : `@${member.handle}`
}

interface Target {
  readonly memberId?: string | null
  readonly pool?: { readonly skills: readonly string[] } | null
}

/** The skills a pool asks for, as people read them. */
export const poolLabel = (skills: readonly string[]): string => t("member.pool", { skills: listText(skills) })

/** Whom work is for: the member who has it or shall have it, else the pool it waits in. */
export const targetLabel = (view: TeamView, { memberId, pool }: Target): string => {
  if (typeof memberId === "string") return memberLabel(view, memberId)
  return pool ? poolLabel(pool.skills) : t("actor.unknown-member")
}

/** Who did something. */
export function actorName(view: TeamView, actor: Actor): string {
  switch (actor.kind) {
    case "person":
      return personName(actor.id) ?? t("actor.person")
    case "member":
      return view.members[actor.id]?.name ?? t("actor.unknown-member")
    case "system":
      return t(`actor.${actor.id}`)
    default:
      return actor satisfies never
  }
}

/** The name of a task by its id, as far as the view still holds it. */
export const taskName = (view: TeamView, id: string): string => {
  const task: TaskDoc | undefined = view.tasks[id]
  return task === undefined ? t("task.older") : taskLabel(task.number)
}
