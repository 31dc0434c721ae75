import { hasChromium } from "@muster/standalone/testing/browser"
import { BadArguments, withUsage } from "../arguments.ts"
import { brokenBy, tableOf, type Figures, type Promises } from "./figures.ts"
import { measureAxe } from "./measure/axe.ts"
import { measureList } from "./measure/list.ts"
import { measureMemory } from "./measure/memory.ts"
import { measureOpening } from "./measure/opening.ts"
import { measureReplay } from "./measure/replay.ts"
import { measureWeight } from "./measure/weight.ts"
import { parseOptions, USAGE, type Options } from "./options.ts"
import { openStage } from "./stage.ts"

const EXIT_BROKEN = 1
const EXIT_NO_BROWSER = 3

const tell = (line: string): void => void process.stderr.write(`ui: ${line}\n`)

const measure = async (
  options: Options,
  defer: (end: () => unknown) => void,
): Promise<{ readonly figures: Figures; readonly promises: Promises }> => {
  const { events, rows, repeats } = options
  const stage = await openStage({ defer }, tell)
  await stage.growTo(events)
  const weight = await measureWeight(stage)
  const opening = await measureOpening(stage, repeats)
  const replay = await measureReplay(stage, repeats, events)
  const memory = await measureMemory(stage, options)
  await stage.growTo(rows)
  const { listDomNodes, ...promises } = await measureList(stage, rows)
  const axe = await measureAxe(stage)
  const { emptyPageMillis, paletteMillis, dispatchSheetMillis } = opening
  return {
    // In the order in which they are printed.
    figures: {
      ...weight,
      paletteMillis,
      dispatchSheetMillis,
      ...replay,
      emptyPageMillis,
      listDomNodes,
      ...axe,
      ...memory,
    },
    promises,
  }
}

const main = async (args: readonly string[]): Promise<number> => {
  const ends: (() => unknown)[] = []
  try {
    const options = parseOptions(args)
    if (!hasChromium) {
      process.stderr.write("There is no Chromium here. Install it, or set CHROMIUM_PATH.\n")
      return EXIT_NO_BROWSER
    }
    const stopped = Promise.withResolvers<never>()
    for (const signal of ["SIGINT", "SIGTERM", "SIGHUP"] as const)
      process.on(signal, () => stopped.reject(new Error("interrupted")))
    const { figures, promises } = await Promise.race([measure(options, (end) => ends.push(end)), stopped.promise])
    if (!options.json) process.stdout.write(tableOf(figures, promises))
    for (const [name, isKept] of Object.entries(promises)) tell(`${name}: ${isKept}`)
    process.stdout.write(`${JSON.stringify(figures)}\n`)
    const broken = brokenBy(figures, promises)
    for (const line of broken) tell(line)
    return broken.length === 0 ? 0 : EXIT_BROKEN
  } catch (error) {
    if (error instanceof BadArguments) throw error
    tell(error instanceof Error ? (error.stack ?? error.message) : String(error))
    return EXIT_BROKEN
  } finally {
    for (const end of ends.toReversed())
      try {
        await end()
      } catch (error) {
        tell(`something could not be stopped: ${error instanceof Error ? error.message : String(error)}`)
      }
  }
}

// Whatever a measurement left open must not keep the command: everything it started is stopped by now.
process.exit(await withUsage(USAGE, () => main(process.argv.slice(2))))
