import { BUDGETS } from "./limits.ts"

/** What is measured, in the order in which it is printed. */
export interface Figures {
  readonly initialJsGzipKb: number
  readonly initialCssGzipKb: number
  readonly largestRouteChunkGzipKb: number
  readonly paletteMillis: number
  readonly dispatchSheetMillis: number
  readonly replayJumpMillis: number
  readonly replayStepMillis: number
  /** The same measure on an empty page: what the machine and the measuring cost. */
  readonly emptyPageMillis: number
  readonly listDomNodes: number
  readonly axeStates: number
  readonly axeViolations: number
  readonly memoryGrowthMb: number
}

/** What is held or not, beside the figures. */
export interface Promises {
  /** The newest row stays in sight while events come in. */
  readonly listStaysAtEnd: boolean
  /** The row that a reader looks at stays where it is while events come in. */
  readonly readerDoesNotMove: boolean
}

/** Each budget or promise that is broken, in words. */
export const brokenBy = (figures: Figures, promises: Promises): readonly string[] => [
  ...Object.entries(BUDGETS)
    .map(([name, most]) => ({ name, most, value: figures[name as keyof typeof BUDGETS] }))
    // A figure that is no number is a measurement that failed: it holds nothing.
    .filter(({ value, most }) => !(value <= most))
    .map(({ name, most, value }) => `${name} is ${value}, at most ${most} is allowed`),
  ...Object.entries(promises)
    .filter(([, isKept]) => !isKept)
    .map(([name]) => `${name} is false`),
  ...(figures.axeStates > 0 ? [] : ["axe looked at nothing"]),
]

/** The figures with their budgets, for people. */
export const tableOf = (figures: Figures, promises: Promises): string => {
  const budgets: Readonly<Record<string, number>> = BUDGETS
  const rows = [...Object.entries(figures), ...Object.entries(promises)].map(([name, value]) => {
    const budget = budgets[name]
    return `${name.padEnd(26)} ${String(value).padStart(10)}${budget === undefined ? "" : `   at most ${budget}`}`
  })
  return `${rows.join("\n")}\n`
}
