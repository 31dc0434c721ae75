import { weightOf } from "#src/weight.ts"
import { comparePositions, START, type Position, type RecordedEvent } from "@muster/domain"

type Page = readonly RecordedEvent[]

export interface ReadAheadOptions {
  /** The log from somewhere on, as `subscribe` of the log gives it. */
  readonly pages: AsyncIterable<Page>
  /** Size of a full page: after one there is more. */
  readonly pageEvents: number
  /** Past either nothing more is read before something is taken: so much and a page is the most that waits. */
  readonly maxEvents: number
  readonly maxWeight: number
  /** Ends with the page that holds it; until then as much as may wait is taken at once, since nobody waits for less. Default: never ends. */
  readonly upTo?: Position
}

const weigh = (page: Page): number => page.reduce((weight, event) => weight + weightOf(event.data), 0)

/**
 * Reads the log ahead of whoever takes it: when the log is far ahead, thousands of events wait to be taken at once; when it is not,
 * nothing is read before somebody asks, so that what came meanwhile comes as one.
 */
export const readAhead = ({ pages, pageEvents, maxEvents, maxWeight, upTo }: ReadAheadOptions) => {
  const iterator = pages[Symbol.asyncIterator]()
  let waiting: Page[] = []
  let events = 0
  let weight = 0
  let isFull = false
  let isReading = false
  let end: { readonly error?: unknown } | undefined
  let wake: () => void = () => undefined

  const isPatient = upTo !== undefined
  const isThere = (page: Page): boolean =>
    upTo !== undefined && comparePositions(page.at(-1)?.position ?? START, upTo) >= 0

  const readOn = async (): Promise<void> => {
    isReading = true
    try {
      do {
        const next = await iterator.next()
        if (next.done === true) {
          end = {}
          break
        }
        waiting.push(next.value)
        events += next.value.length
        weight += weigh(next.value)
        isFull = next.value.length >= pageEvents
        if (isThere(next.value)) {
          end = {}
          break
        }
        if (!isPatient) wake()
      } while (isFull && events < maxEvents && weight < maxWeight)
    } catch (error) {
      end = { error }
    }
    isReading = false
    wake()
  }
  const start = (): void => {
    if (!isReading && end === undefined) void readOn()
  }

  const pageOrEnd = (): Promise<void> =>
    new Promise((resolve) => {
      wake = resolve
      start()
    })

  return {
    /** All that waits, at least one event; undefined when there is no more. Rejects as the log does. */
    take: async (): Promise<Page | undefined> => {
      if (end === undefined && (isPatient ? isReading || waiting.length === 0 : waiting.length === 0)) await pageOrEnd()
      if (waiting.length === 0) {
        if (end !== undefined && "error" in end) throw end.error
        return undefined
      }
      const taken = waiting.length === 1 && waiting[0] !== undefined ? waiting[0] : waiting.flat()
      waiting = []
      events = 0
      weight = 0
      // There is more: it is fetched while what was taken is worked on.
      if (isFull) start()
      return taken
    },
    /** True when the next `take` does not wait. */
    isReady: (): boolean => waiting.length > 0 || (isPatient && isReading),
  }
}
