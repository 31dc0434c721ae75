import { withUsage } from "../arguments.ts"
import { bugs } from "./bugs/catalogue.ts"
import { huntBugs, type Hunt } from "./bugs/hunt.ts"
import { runCampaign, seedsFrom, type Campaign } from "./campaign.ts"
import { parseOptions, USAGE, type Options } from "./options.ts"
import { startPlayer, type Played } from "./pool.ts"
import { knownSeeds } from "./seeds.ts"

const EXIT_VIOLATED = 1
const TOLD_EVERY_HISTORIES = 500
const SHOWN_MAX = 5

const tell = (line: string): void => void process.stderr.write(`${line}\n`)

const tellBroken = ({ seed, violations }: Played): void => {
  for (const { oracle, detail, atMillis } of violations.slice(0, 1))
    tell(`history ${seed} broke "${oracle}" after ${(atMillis / 1_000).toFixed(1)} s: ${detail}`)
}

/** Plays one history and tells it in words. */
const traceOne = async (seed: number, write: (line: string) => void): Promise<Played> => {
  const player = startPlayer()
  try {
    return await player.play(seed, (line) => write(line))
  } finally {
    await player.close()
  }
}

const tellCampaign = async ({ broken }: Campaign): Promise<void> => {
  for (const played of broken.slice(0, SHOWN_MAX)) tellBroken(played)
  const [first] = broken
  if (first === undefined) return
  tell(`the course of history ${first.seed}:`)
  await traceOne(first.seed, tell)
  tell(`once more: npm run simulate -- --trace ${first.seed}`)
}

const tellHunt = ({ name, found, histories }: Hunt): void =>
  tell(
    found === undefined
      ? `planted bug "${name}": not found in ${histories} histories`
      : `planted bug "${name}": found by history ${found.seed} (number ${histories}) as "${found.violations[0]?.oracle}"`,
  )

const simulate = async (options: Options): Promise<number> => {
  const { seed, workers, seconds } = options
  const begunMillis = performance.now()
  const isOver = () => seconds !== undefined && performance.now() - begunMillis > seconds * 1_000
  const campaign = await runCampaign({
    seeds: [...knownSeeds, ...seedsFrom(seed, Math.max(0, options.histories - knownSeeds.length))],
    workers,
    isOver,
    onPlayed: (played, count) => {
      if (played.violations.length > 0) tellBroken(played)
      if (count % TOLD_EVERY_HISTORIES === 0)
        tell(`${count} histories in ${Math.round((performance.now() - begunMillis) / 1_000)} s`)
    },
  })
  const playedSeconds = Math.round((performance.now() - begunMillis) / 1_000)
  tell(
    `${campaign.histories} histories in ${playedSeconds} s, ${Math.round(campaign.cpuMillis / Math.max(1, campaign.histories))} ms of a core each`,
  )
  if (!options.json) await tellCampaign(campaign)
  const hunts = options.bugs
    ? await huntBugs({
        bugs: bugs.filter(({ name }) => name.includes(options.only)),
        seed,
        histories: options.perBug,
        workers,
        onHunted: tellHunt,
      })
    : []
  const mean = (sum: number) => Math.round((sum / Math.max(1, campaign.histories)) * 10) / 10
  const found = hunts.filter((hunt) => hunt.found !== undefined)
  const summary = {
    histories: campaign.histories,
    meanDispatches: mean(campaign.dispatches),
    meanFaults: mean(campaign.faults),
    meanEvents: mean(campaign.events),
    virtualSeconds: Math.round(campaign.virtualMillis / 1_000),
    violations: campaign.broken.length,
    brokenSeeds: campaign.broken.map((played) => played.seed),
    plantedBugs: {
      found: found.length,
      missed: hunts.length - found.length,
      names: Object.fromEntries(hunts.map((hunt) => [hunt.name, hunt.found === undefined ? null : hunt.histories])),
    },
    seconds: Math.round((performance.now() - begunMillis) / 1_000),
    historySeconds: playedSeconds,
    workers,
    seed,
  }
  process.stdout.write(`${JSON.stringify(summary)}\n`)
  return summary.violations === 0 && summary.plantedBugs.missed === 0 ? 0 : EXIT_VIOLATED
}

const main = async (): Promise<number> => {
  const options = parseOptions(process.argv.slice(2))
  if (options.trace === undefined) return simulate(options)
  const played = await traceOne(options.trace, (line) => void process.stdout.write(`${line}\n`))
  tellBroken(played)
  process.stdout.write(`log ${played.logHash}\n`)
  return played.violations.length === 0 ? 0 : EXIT_VIOLATED
}

process.exitCode = await withUsage(USAGE, main)
