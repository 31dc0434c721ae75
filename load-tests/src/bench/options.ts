import { parseArgs, type ParseArgsConfig } from "node:util"
import type { Bench } from "./frame.ts"
import { REPEATS_DEFAULT, REPEATS_MAX } from "./limits.ts"

export interface RunOptions {
  /** Nothing on the standard output but the last line. */
  readonly json: boolean
  readonly repeats: number
  readonly profileDir: string | undefined
  readonly numbers: ReadonlyMap<string, number>
}

/** The arguments make no sense; the message says which. */
export class BadArguments extends Error {
  override readonly name = "BadArguments"
}

const whole = (name: string, text: string, min: number, max = Number.MAX_SAFE_INTEGER): number => {
  if (!/^\d{1,12}$/.test(text) || Number(text) < min || Number(text) > max)
    throw new BadArguments(`--${name} must be a whole number from ${min} to ${max}, not ${JSON.stringify(text)}`)
  return Number(text)
}

const parsed = (args: readonly string[], options: NonNullable<ParseArgsConfig["options"]>) => {
  try {
    return parseArgs({ args: [...args], options }).values
  } catch (error) {
    if (error instanceof TypeError) throw new BadArguments(error.message)
    throw error
  }
}

/** Throws BadArguments. */
export const parseRun = ({ options = {} }: Pick<Bench, "options">, args: readonly string[]): RunOptions => {
  const values = parsed(args, {
    json: { type: "boolean", default: false },
    repeats: { type: "string" },
    profile: { type: "string" },
    ...Object.fromEntries(Object.keys(options).map((name) => [name, { type: "string" } as const])),
  })
  const { repeats, profile } = values
  return {
    json: values["json"] === true,
    repeats: typeof repeats === "string" ? whole("repeats", repeats, 1, REPEATS_MAX) : REPEATS_DEFAULT,
    profileDir: typeof profile === "string" ? profile : undefined,
    numbers: new Map(
      Object.entries(options).map(([name, fallback]) => {
        const text = values[name]
        return [name, typeof text === "string" ? whole(name, text, 0) : fallback]
      }),
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
