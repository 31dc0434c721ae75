import { parseArgs } from "node:util"

export interface Options {
  readonly isJson: boolean
  /** Only the runtimes that need no installation. */
  readonly isQuick: boolean
  readonly hasOverhead: boolean
}

export const USAGE = `Runs the conformance suite over the runtimes that are installed here, and measures what Muster adds to a turn.

  npm run agents -- [--json] [--quick] [--no-overhead]

  --json         the results as JSON on standard output; what goes on is told on the error stream
  --quick        only what needs no installation (simulated, command, and a small agent over the Agent Client Protocol)
  --no-overhead  do not measure
`

/** The options, or what is wrong with them. */
export const parseOptions = (args: readonly string[]): Options | { readonly problem: string } => {
  try {
    const { values } = parseArgs({
      args: [...args],
      options: {
        json: { type: "boolean", default: false },
        quick: { type: "boolean", default: false },
        "no-overhead": { type: "boolean", default: false },
      },
    })
    return { isJson: values.json, isQuick: values.quick, hasOverhead: !values["no-overhead"] }
  } catch (error) {
    return { problem: error instanceof Error ? error.message : String(error) }
  }
}
