import { figureOf, isMet, type Bench, type BenchLine, type Spread, type Target } from "./frame.ts"
import type { Share } from "./profile/cpu-profile.ts"
import type { Profile } from "./profile/index.ts"

/** A benchmark and what a run of it came to. */
export interface Section {
  readonly bench: Bench
  readonly line: BenchLine
  /** Of another run of the same benchmark. */
  readonly profile?: Profile | undefined
}

const INTRODUCTION = `# Performance

What Muster does per second, against its peers and against the bare servers below it. Written by a command; do not edit it by hand:

    npm run bench -- <name> --json > <name>.json       # one benchmark; its last line is JSON
    npm run bench -- report --from *.json              # this page, from such files
    npm run bench -- report                            # runs everything first

## Method

- **The ratio decides.** Absolute figures belong to one machine on one day; ratios of one run travel further.
- Ours and the peers take turns in the same run, on the same servers, in changing order; figures are medians over the rounds, with the least and the
  greatest beside them. Nothing is left out.
- Agents and the peers' workers run in processes of their own, with the same concurrency. Durability is what each section says; PostgreSQL
  and Redis are private ones, set up as the product sets up its own (but for room for the peers' connections).
- Our side enters where a decoded, authorised command enters, with the shipped dispatcher and projector running.
`

const BYTES_PER_MEBIBYTE = 2 ** 20

const number = (value: number): string => {
  if (Math.abs(value) >= 1_000) return Math.round(value).toLocaleString("en-US")
  return String(Number(value.toPrecision(4)))
}

const row = (cells: readonly string[]): string => `| ${cells.join(" | ")} |`
const table = (head: readonly string[], rows: readonly (readonly string[])[]): string =>
  [row(head), row(head.map(() => "---")), ...rows.map(row)].join("\n")

const range = (spread: Spread | undefined): string =>
  spread === undefined ? "" : `${number(spread.min)} to ${number(spread.max)}`

const figures = ({ bench, line }: Section): string =>
  table(
    ["", bench.unit, "least to greatest"],
    [
      ["**Muster**", `**${number(line.ours)}**`, range(line.spread?.["ours"])],
      ...Object.entries(line.peers).map(([name, value]) => [name, number(value), range(line.spread?.[name])]),
    ],
  )

const boundOf = ({ atLeast, atMost }: Target): string =>
  [
    ...(atLeast === undefined ? [] : [`at least ${atLeast}`]),
    ...(atMost === undefined ? [] : [`at most ${atMost}`]),
  ].join(", ")

/** Every ratio, and every other figure that has a target. */
const ratios = ({ bench, line }: Section): string => {
  const bounded = new Map<string, Target[]>()
  for (const target of bench.targets) bounded.set(target.figure, [...(bounded.get(target.figure) ?? []), target])
  const names = new Set([...Object.keys(line.ratios).map((name) => `ratios.${name}`), ...bounded.keys()])
  if (names.size === 0) return ""
  return table(
    ["figure", "value", "target", ""],
    [...names].map((name) => {
      const value = figureOf(line, name)
      const targets = bounded.get(name) ?? []
      const verdict =
        value === undefined ? "not measured" : targets.every((one) => isMet(value, one)) ? "met" : "missed"
      const shown = value === undefined ? "" : number(value)
      return [`\`${name}\``, shown, targets.map(boundOf).join(", "), targets.length === 0 ? "" : verdict]
    }),
  )
}

const KNOWN = new Set(["name", "unit", "ours", "peers", "ratios", "spread", "conditions", "profile"])

const others = ({ line }: Section): string => {
  const rest = Object.entries(line).filter(([name]) => !KNOWN.has(name))
  return rest.map(([name, value]) => `- ${name}: ${typeof value === "number" ? number(value) : said(value)}`).join("\n")
}

/** Nested values on one line. */
const said = (value: unknown): string => {
  if (Array.isArray(value)) return value.map(said).join(", ")
  if (typeof value !== "object" || value === null) return String(value)
  return Object.entries(value)
    .map(([name, inner]) => `${name} ${said(inner)}`)
    .join(", ")
}

const conditions = ({ line }: Section): string =>
  Object.entries(line.conditions)
    .map(([name, value]) => `- ${name}: ${said(value)}`)
    .join("\n")

const percents = (of: readonly Share[]): readonly (readonly string[])[] =>
  of.map(({ what, percent }) => [what.replaceAll("|", "\\|"), `${number(percent)} %`])

/** Of a run that was profiled: what each kind of process did, and what PostgreSQL was asked. */
const whereTimeGoes = ({ line, profile = line.profile }: Section): string => {
  if (profile === undefined) return ""
  const processes = profile.processes.map(({ process, busySeconds, parts, functions }) =>
    [
      `**${process}**, first threads, ${number(busySeconds)} s at work: by the part of the product that asked for it, and by what was done.`,
      table(["part", "time"], percents(parts)),
      table(["function", "time"], percents(functions)),
    ].join("\n\n"),
  )
  const statements = profile.statements.map(({ statement, calls, rows, millis, walBytes, isOutermost }) => [
    `${isOutermost ? "" : "↳ "}\`${statement.replaceAll("|", "\\|").replaceAll("`", "'")}\``,
    ...[millis, calls, rows, walBytes / BYTES_PER_MEBIBYTE].map(number),
  ])
  const asked =
    statements.length === 0 ? [] : [table(["PostgreSQL, statement", "ms", "calls", "rows", "MiB of WAL"], statements)]
  return [
    "### Where the time goes",
    "From a run of its own under the profiler, warm-up included; loading of modules left out. ↳ is done inside a function: its time is also in the statement that calls it.",
    ...processes,
    ...asked,
  ].join("\n\n")
}

/** What a reader must know before the figures: somebody else used the machine. */
const busy = ({ line: { conditions } }: Section): string => {
  const { loadAverageAtStart: load, cores } = conditions
  return typeof load === "number" && typeof cores === "number" && load > cores
    ? `> Measured on a busy machine (load ${number(load)} on ${cores} cores): read the ratios as rough, and the figures not at all.`
    : ""
}

const section = (one: Section): string =>
  [
    `## ${one.bench.name}`,
    one.bench.method,
    busy(one),
    figures(one),
    ratios(one),
    others(one),
    whereTimeGoes(one),
    `<details><summary>Conditions</summary>\n\n${conditions(one)}\n\n</details>`,
    `Repeat it: \`npm run bench -- ${one.bench.name} --json\``,
  ]
    .filter((part) => part !== "")
    .join("\n\n")

/** The page of figures, as Markdown. */
export const pageOf = (sections: readonly Section[]): string =>
  `${[INTRODUCTION.trimEnd(), ...sections.map(section)].join("\n\n")}\n`
