import { needRow, type NeedGoneRow, type NeedMarkRow, type NeedRow } from "#src/need/write.ts"
import type { MemberDoc, NeedDoc, TaskDoc } from "@muster/contracts"
import { markOf, type KnownEvent, type TeamId } from "@muster/domain"
import { entityId, memberNeeds, needsChange, taskNeeds, type Need } from "@muster/projections"

/** The rows of a stretch of the log. */
export interface NeedRows {
  readonly needs: readonly NeedRow[]
  readonly needsGone: readonly NeedGoneRow[]
  readonly needMarks: readonly NeedMarkRow[]
}

type Of<T extends KnownEvent["type"]> = Extract<KnownEvent, { readonly type: T }>

/** The list changes for people who look at it, though no thing on it did. */
const LIST_TYPES: ReadonlySet<string> = new Set<KnownEvent["type"]>(["TeamArchived", "TeamRestored", "TeamEdited"])

/**
 * Gathers what a stretch of the log changes of what waits for people. Events are told in their order, each once, after the document they
 * change is known; every method says whether the list of the event's organisation changed.
 */
export const makeNeedRows = () => {
  const needs = new Map<string, NeedRow>()
  const gone = new Set<string>()
  const marks = new Map<string, NeedMarkRow>()

  const go = (id: string): void => {
    needs.delete(id)
    gone.add(id)
    for (const [key, mark] of marks) if (mark.need_id === id) marks.delete(key)
  }

  const change = (
    { position, at, meta }: KnownEvent,
    orgId: string,
    { before, after }: { readonly before: readonly Need[]; readonly after: readonly Need[] },
    about: Pick<NeedDoc, "task" | "memberId">,
  ): boolean => {
    const { gone: left, come } = needsChange(before, after)
    for (const id of left) go(id)
    for (const need of come)
      needs.set(
        need.id,
        needRow(orgId, {
          id: need.id,
          kind: need.kind,
          teamId: meta.team as TeamId,
          ...about,
          since: at,
          position,
          about: need.about,
        }),
      )
    return left.length + come.length > 0
  }

  return {
    task: (event: KnownEvent, orgId: string, before: TaskDoc | undefined, after: TaskDoc): boolean => {
      const lists = { before: before === undefined ? [] : taskNeeds(before), after: taskNeeds(after) }
      if (lists.before.length === 0 && lists.after.length === 0) return false
      const { id, number, title, memberId } = after
      return change(event, orgId, lists, {
        task: { id, number, title },
        // Whoever held it: a task of a pool that was given back is nobody's.
        memberId: memberId ?? before?.memberId ?? null,
      })
    },

    member: (event: KnownEvent, orgId: string, before: MemberDoc | undefined, after: MemberDoc): boolean => {
      const lists = { before: before === undefined ? [] : memberNeeds(before), after: memberNeeds(after) }
      return change(event, orgId, lists, { task: null, memberId: after.id })
    },

    /** An entry of the bus was set aside, or settled. */
    entry: (
      event: Of<"MemberEntryDeadLettered" | "MemberEntryRedriven" | "MemberEntryDiscarded">,
      orgId: string,
    ): boolean => {
      if (event.type !== "MemberEntryDeadLettered") {
        go(`entry:${event.data.entry}`)
        return true
      }
      const { position } = event
      const { stream, reason } = event.data
      const about = { type: "dead-entry", entry: position, stream, reason } as const
      const after = [{ id: `entry:${position}`, kind: "dead-letter", about } as const]
      return change(event, orgId, { before: [], after }, { task: null, memberId: entityId(event.stream) as never })
    },

    /** Any other event: marks of a person, and what hides or renames a team. */
    other: (event: KnownEvent): boolean => {
      const mark = markOf(event)
      if (mark === undefined) return LIST_TYPES.has(event.type)
      const { needId: need_id } = event.data as { readonly needId: string }
      const user_id = entityId(event.stream)
      const until = mark.kind === "snoozed" ? new Date(mark.until).toISOString() : ""
      marks.set(`${user_id} ${need_id}`, { user_id, need_id, kind: mark.kind, until })
      return true
    },

    rows: (): NeedRows => ({
      needs: [...needs.values()],
      needsGone: [...gone].map((need_id) => ({
        need_id,
        is_back: needs.has(need_id),
        marked_by: [...marks.values()].filter((mark) => mark.need_id === need_id).map(({ user_id }) => user_id),
      })),
      needMarks: [...marks.values()],
    }),
  }
}
export type NeedGatherer = ReturnType<typeof makeNeedRows>
