import { accept, type Decision } from "#src/decision.ts"
import { fact, type Fact, type KnownEvent } from "#src/events/index.ts"
import { NEED_MARKS_KEPT } from "#src/limits.ts"

export type NeedMarkFact = Extract<Fact, { readonly type: "NeedMarkedDone" | "NeedSnoozed" | "NeedMarkRemoved" }>

/** What a person said of something that waits for them. `none`: nothing, or not any more. */
export type NeedMark =
  | { readonly kind: "none" }
  | { readonly kind: "done" }
  /** RFC 3339 instant in UTC, with milliseconds. */
  | { readonly kind: "snoozed"; readonly until: string }

/** The newest marks of one person, by what they are of. */
export type NeedMarks = ReadonlyMap<string, NeedMark>

export const noMarks: NeedMarks = new Map()

/** The mark that an event sets; undefined for any other event. */
export const markOf = (event: Pick<KnownEvent, "type" | "data">): NeedMark | undefined => {
  switch (event.type) {
    case "NeedMarkedDone":
      return { kind: "done" }
    case "NeedSnoozed":
      return { kind: "snoozed", until: (event.data as { readonly until: string }).until }
    case "NeedMarkRemoved":
      return { kind: "none" }
    default:
      return undefined
  }
}

/** The marks after one event of the person's stream. Those that were set longest ago are forgotten: a mark set again does no harm. */
export const evolveMarks = (marks: NeedMarks, event: Pick<KnownEvent, "type" | "data">): NeedMarks => {
  const mark = markOf(event)
  if (mark === undefined) return marks
  const { needId } = event.data as { readonly needId: string }
  const next = new Map(marks)
  next.delete(needId)
  next.set(needId, mark)
  const oldest = next.size > NEED_MARKS_KEPT ? next.keys().next() : undefined
  if (oldest !== undefined && oldest.done !== true) next.delete(oldest.value)
  return next
}

const isSame = (a: NeedMark, b: NeedMark): boolean =>
  a.kind === b.kind && (a.kind !== "snoozed" || b.kind !== "snoozed" || a.until === b.until)

const factOf = (needId: string, mark: NeedMark): NeedMarkFact => {
  switch (mark.kind) {
    case "done":
      return fact("NeedMarkedDone", { needId })
    case "snoozed":
      return fact("NeedSnoozed", { needId, until: mark.until })
    case "none":
      return fact("NeedMarkRemoved", { needId })
    default:
      return mark satisfies never
  }
}

/** Marks several things alike. What is marked so already changes nothing and is no error. */
export const decideMarks = (marks: NeedMarks, needIds: readonly string[], mark: NeedMark): Decision<NeedMarkFact> =>
  accept(
    ...[...new Set(needIds)]
      .filter((needId) => !isSame(marks.get(needId) ?? { kind: "none" }, mark))
      .map((needId) => factOf(needId, mark)),
  )
