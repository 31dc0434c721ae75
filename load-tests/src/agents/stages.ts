import { type AcpStage, acpStages } from "@muster/runtime-agent/testing/agents"

/** What a stage of a turn takes, in milliseconds: medians over the turns. */
export interface StageTimes {
  readonly stage: string
  readonly directMillis: number
  readonly musterMillis: number
}

/** When each moment of a turn came, from its beginning. */
export type Moments = Partial<Record<AcpStage, number>>

/** What goes on up to each moment. */
const NAMES: Readonly<Record<AcpStage, string>> = {
  prepared: "make its directories",
  started: "start the process",
  greeted: "confinement, start of the program, greeting",
  session: "make a session",
  answered: "the turn itself",
  ended: "end the process",
  kept: "keep files and output",
}

export const median = (values: readonly number[]): number =>
  values.toSorted((a, b) => a - b)[Math.floor(values.length / 2)] ?? Number.NaN

/** How long each stage took: from the moment before it that came, to its own. What a way has not, takes no time. */
const durations = (moments: Moments): Readonly<Record<AcpStage, number>> => {
  let before = 0
  const entries = acpStages.map((stage) => {
    const at = moments[stage] ?? before
    const took = at - before
    before = at
    return [stage, took] as const
  })
  return Object.fromEntries(entries) as Record<AcpStage, number>
}

/** Listens to one turn. */
export const stopwatch = () => {
  const from = performance.now()
  const moments: Moments = {}
  return {
    onStage: (stage: AcpStage): void => {
      moments[stage] = performance.now() - from
    },
    moments,
    millis: () => performance.now() - from,
  }
}

const ROUND = 10

/** The stages in their order, each with the median over the turns of either way. */
export const stageTimes = (direct: readonly Moments[], muster: readonly Moments[]): readonly StageTimes[] => {
  const [directly, through] = [direct.map(durations), muster.map(durations)]
  const middle = (turns: readonly Readonly<Record<AcpStage, number>>[], stage: AcpStage): number =>
    Math.round(median(turns.map((turn) => turn[stage])) * ROUND) / ROUND
  return acpStages.map((stage) => ({
    stage: NAMES[stage],
    directMillis: middle(directly, stage),
    musterMillis: middle(through, stage),
  }))
}
