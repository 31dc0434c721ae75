import type { FeedEvent } from "@muster/contracts"
import type { KnownEvent, TaskStep } from "@muster/domain"
import { millisOf } from "#src/lib/time.ts"
import { SHAPES } from "#src/parts/state-table.ts"
import type { EventLook } from "#src/team/history/event-look.ts"

type StepEvent = Extract<KnownEvent, { readonly type: "TaskStepRecorded" }>

/** A step as the thread shows it: its beginning and its end as one. */
export interface ShownStep {
  readonly kind: TaskStep["kind"]
  /** `interrupted`: its attempt ended before it did. */
  readonly status: TaskStep["status"] | "interrupted"
  readonly title: string
  readonly detail: string
  /** From its beginning to its end, where both are known. */
  readonly durationMillis: number | undefined
}

interface Following {
  /** Steps that go on, by their ids; of one attempt at a time. */
  readonly open: Map<string, { readonly index: number; readonly since: string }>
}

/** Events after which nobody goes on with the steps of the attempt. */
const ENDS: ReadonlySet<string> = new Set([
  "TaskAssigned",
  "TaskSucceeded",
  "TaskFailed",
  "TaskCancelled",
  "TaskExpired",
  "TaskDeadLettered",
  "TaskRetryScheduled",
  "TaskLeaseExpired",
])

export const endsAttempt = (event: FeedEvent): boolean => ENDS.has(event.type)

export const newFollowing = (): Following => ({ open: new Map() })

/** How a step looks: what goes on turns, what failed is said so. */
export function stepLook({ kind, status }: ShownStep): EventLook {
  if (status === "running") return { tone: "info", shape: SHAPES.half }
  if (status === "failed") return { tone: "danger", shape: SHAPES.cross }
  if (status === "interrupted") return { tone: "neutral", shape: SHAPES.slashedRing }
  if (kind === "tool") return { tone: "success", shape: SHAPES.check }
  return { tone: "neutral", shape: kind === "thought" ? SHAPES.dashedRing : SHAPES.disc }
}

/** The step after this event; `index` tells where it is shown, for one that is shown already. */
export function followStep(
  following: Following,
  event: StepEvent,
  nextIndex: number,
): { readonly index: number | undefined; readonly step: ShownStep } {
  const { stepId, kind, status, title, detail = "" } = event.data.step
  const before = following.open.get(stepId)
  if (status === "running") following.open.set(stepId, before ?? { index: nextIndex, since: event.at })
  else following.open.delete(stepId)
  const durationMillis =
    status === "running" || before === undefined ? undefined : Math.max(0, millisOf(event.at) - millisOf(before.since))
  return { index: before?.index, step: { kind, status, title, detail, durationMillis } }
}

/** Where the steps are shown that nobody goes on with. */
export function endAttempt(following: Following): ReadonlyArray<number> {
  const left = [...following.open.values()].map(({ index }) => index)
  following.open.clear()
  return left
}
