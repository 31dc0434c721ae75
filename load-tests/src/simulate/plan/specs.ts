import type { MemberId, PoolTarget, SimulatedStep, TaskId, TaskSpec } from "@muster/domain"
import type { Dice } from "../engine/dice.ts"

/** A task whose script never ends by itself has a limit this long: somebody has to cancel it. */
const LONG_LIMIT_MILLIS = 150_000

const instant = (millis: number): string => new Date(millis).toISOString()

const stepOf = (dice: Dice, n: number): SimulatedStep =>
  dice.weighted<SimulatedStep>([
    [50, { kind: "progress", percent: dice.below(101), afterMillis: Math.round(dice.between(100, 4_000)) }],
    [12, { kind: "output", text: `line ${n}\n`, afterMillis: dice.below(500) }],
    [14, { kind: "question", text: `question ${n}` }],
    [10, { kind: "approval", action: `action ${n}` }],
    [10, { kind: "artifact", name: `file-${dice.below(3)}.txt`, text: `content ${n}` }],
  ])

export interface SpecOptions {
  readonly dice: Dice
  readonly number: number
  readonly target: { readonly memberId: MemberId } | { readonly pool: PoolTarget }
  /** Tasks of the same team that it may wait for. */
  readonly earlier: readonly TaskId[]
  readonly wallMillis: number
  /** In hard times work may take longer than a lease, and what is put off is put off for long. */
  readonly isHard: boolean
}

/** A random piece of work: scripts that succeed, fail, ask, hang; with retries, limits, deadlines, starts and dependencies. */
export const randomSpec = ({ dice, number, target, earlier, wallMillis, isHard }: SpecOptions): TaskSpec => {
  const steps = Array.from({ length: dice.below(5) }, (_, n) => stepOf(dice, n))
  const ending = dice.weighted<"well" | "fail" | "hang" | "hang-long">([
    [72, "well"],
    [13, "fail"],
    [9, "hang"],
    [6, "hang-long"],
  ])
  if (ending === "fail") steps.push({ kind: "fail", message: "it broke", retryable: dice.chance(0.75) })
  if (ending === "hang" || ending === "hang-long") steps.push({ kind: "hang" })
  const isLong = ending === "hang-long"
  const isSlow = !isLong && isHard && dice.chance(0.15)
  if (isSlow) steps.unshift({ kind: "progress", percent: 1, afterMillis: Math.round(dice.between(20_000, 45_000)) })
  const after = earlier.length > 0 && dice.chance(0.18) ? [dice.pick(earlier)] : []
  if (after.length > 0 && dice.chance(0.3)) {
    const second = dice.pick(earlier)
    if (!after.includes(second)) after.push(second)
  }
  return {
    title: `task ${number}`,
    instructions: "",
    inputs: {},
    runtimeOptions: { simulated: { steps } },
    ...target,
    priority: dice.chance(0.5) ? 5 : dice.below(10),
    retry: isLong
      ? { maxAttempts: 1, backoffMillis: 0 }
      : { maxAttempts: 1 + dice.below(4), backoffMillis: dice.below(isHard ? 4_000 : 1_000) },
    timeLimitMillis: isLong
      ? LONG_LIMIT_MILLIS
      : Math.round(isSlow ? dice.between(50_000, 90_000) : dice.between(3_000, 25_000)),
    ...(dice.chance(0.2) ? { deadlineAt: instant(wallMillis + dice.between(3_000, 40_000)) } : {}),
    ...(dice.chance(0.1) ? { notBefore: instant(wallMillis + dice.between(500, isHard ? 20_000 : 6_000)) } : {}),
    after,
  }
}
