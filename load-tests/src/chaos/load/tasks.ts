import type { DispatchRequest } from "@muster/contracts"
import {
  ARTIFACT_SHARE,
  BULK_MAX_TASKS,
  BULK_MIN_TASKS,
  BULK_SHARE,
  CANCELLED_SHARE,
  FAILING_SHARE,
  HANGING_SHARE,
  HANG_LIMIT_MILLIS,
  TASK_MAX_MILLIS,
  TASK_MIN_MILLIS,
} from "../limits.ts"
import type { Random } from "../random.ts"

/** Who there is to work. */
export interface Crew {
  readonly teamId: string
  readonly memberIds: readonly string[]
  /** Tasks that all of them can work on at the same time: each crew gets work by that measure. */
  readonly slots: number
}

/** One request that a client makes, under a key that is its name for ever. */
export interface Arrival {
  readonly key: string
  readonly teamId: string
  readonly isBulk: boolean
  readonly tasks: readonly DispatchRequest[]
  /** The client changes its mind once it is acknowledged. */
  readonly isCancelled: boolean
}

type Steps = NonNullable<NonNullable<NonNullable<DispatchRequest["runtimeOptions"]>["simulated"]>["steps"]>

const scripted = (random: Random): { readonly steps: Steps; readonly more: Partial<DispatchRequest> } => {
  const afterMillis = Math.round(random.between(TASK_MIN_MILLIS, TASK_MAX_MILLIS) / 2)
  const halves: Steps = [
    { kind: "progress", percent: 50, afterMillis },
    { kind: "progress", percent: 100, afterMillis },
  ]
  const drawn = random.next()
  if (drawn < FAILING_SHARE)
    return {
      steps: [...halves, { kind: "fail", message: "not this time", retryable: true }],
      more: { retry: { maxAttempts: 2, backoffMillis: 100 } },
    }
  if (drawn < FAILING_SHARE + HANGING_SHARE)
    return { steps: [{ kind: "hang" }], more: { timeLimitMillis: HANG_LIMIT_MILLIS } }
  if (drawn < FAILING_SHARE + HANGING_SHARE + ARTIFACT_SHARE)
    return { steps: [...halves, { kind: "artifact", name: "piece.txt", text: `a piece, ${afterMillis}\n` }], more: {} }
  return { steps: halves, more: {} }
}

const taskOf = (name: string, crew: Crew, random: Random): DispatchRequest => {
  const { steps, more } = scripted(random)
  return {
    title: name,
    memberId: random.pick(crew.memberIds) as NonNullable<DispatchRequest["memberId"]>,
    priority: random.between(3, 7),
    runtimeOptions: { simulated: { steps } },
    ...more,
  }
}

/** The next request of a run; the same seed makes the same requests in the same order. */
export const nextArrival = (number: number, run: string, crews: readonly Crew[], random: Random): Arrival => {
  const key = `chaos-${run}-${number}`
  const crew = random.pickWeighted(crews, ({ slots }) => slots)
  const { teamId } = crew
  if (random.chance(BULK_SHARE)) {
    const count = random.between(BULK_MIN_TASKS, BULK_MAX_TASKS)
    const tasks = Array.from({ length: count }, (_, index) => taskOf(`${key} ${index}`, crew, random))
    return { key, teamId, isBulk: true, tasks, isCancelled: false }
  }
  const isCancelled = random.chance(CANCELLED_SHARE)
  return { key, teamId, isBulk: false, tasks: [taskOf(key, crew, random)], isCancelled }
}
