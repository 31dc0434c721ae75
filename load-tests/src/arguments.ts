import { parseArgs, type ParseArgsConfig } from "node:util"

/** The exit code of every command here for arguments that make no sense. */
export const EXIT_USAGE = 2

/** The arguments make no sense; the message says which. */
export class BadArguments extends Error {
  override readonly name = "BadArguments"
}

/** The values of the options. Throws BadArguments for one that is not known or lacks its value. */
export const valuesOf = <T extends ParseArgsConfig>(config: T): ReturnType<typeof parseArgs<T>>["values"] => {
  try {
    return parseArgs(config).values
  } catch (error) {
    if (error instanceof TypeError) throw new BadArguments(error.message)
    throw error
  }
}

/** A whole number that was given for an option; undefined when none was. Throws BadArguments. */
export const wholeNumber = (
  name: string,
  text: string | undefined,
  min = 0,
  max = Number.MAX_SAFE_INTEGER,
): number | undefined => {
  if (text === undefined) return undefined
  if (!/^\d{1,16}$/u.test(text) || Number(text) < min || Number(text) > max)
    throw new BadArguments(`--${name} must be a whole number from ${min} to ${max}, not ${JSON.stringify(text)}`)
  return Number(text)
}

/** Runs a command. For bad arguments it says on the error stream what is wrong and how the command is used, and answers with EXIT_USAGE. */
export const withUsage = async (usage: string, command: () => Promise<number>): Promise<number> => {
  try {
    return await command()
  } catch (error) {
    if (!(error instanceof BadArguments)) throw error
    process.stderr.write(`${error.message}\n\n${usage}\n`)
    return EXIT_USAGE
  }
}
