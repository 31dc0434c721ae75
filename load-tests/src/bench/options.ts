import { BadArguments, valuesOf, wholeNumber } from "../arguments.ts"
import type { Bench } from "./frame.ts"
import { REPEATS_DEFAULT, REPEATS_MAX } from "./limits.ts"

export interface RunOptions {
  /** Nothing on the standard output but the last line. */
  readonly json: boolean
  readonly repeats: number
  readonly profileDir: string | undefined
  readonly numbers: ReadonlyMap<string, number>
}

/** Throws BadArguments. */
export const parseRun = ({ options = {} }: Pick<Bench, "options">, args: readonly string[]): RunOptions => {
  const texts = ["repeats", "profile", ...Object.keys(options)]
  const values: Readonly<Record<string, unknown>> = valuesOf({
    args: [...args],
    options: {
      json: { type: "boolean", default: false },
      ...Object.fromEntries(texts.map((name) => [name, { type: "string" } as const])),
    },
  })
  const text = (name: string): string | undefined => {
    const value = values[name]
    return typeof value === "string" ? value : undefined
  }
  return {
    json: values["json"] === true,
    repeats: wholeNumber("repeats", text("repeats"), 1, REPEATS_MAX) ?? REPEATS_DEFAULT,
    profileDir: text("profile"),
    numbers: new Map(
      Object.entries(options).map(([name, fallback]) => [name, wholeNumber(name, text(name)) ?? fallback]),
    ),
  }
}

/** `report [--from file.json …]`. Throws BadArguments. */
export const parseReport = (args: readonly string[]): { readonly from: readonly string[]; readonly rest: string[] } => {
  const from: string[] = []
  const rest: string[] = []
  for (let index = 0; index < args.length; index += 1) {
    const arg = args[index] as string
    if (arg !== "--from") {
      rest.push(arg)
      continue
    }
    const before = from.length
    while (index + 1 < args.length && !args[index + 1]?.startsWith("--")) from.push(args[(index += 1)] as string)
    if (from.length === before) throw new BadArguments("--from needs the files that runs have printed")
  }
  return { from, rest }
}
