import { valuesOf } from "../arguments.ts"

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

/** Throws BadArguments. */
export const parseOptions = (args: readonly string[]): Options => {
  const values = valuesOf({
    args: [...args],
    options: {
      json: { type: "boolean", default: false },
      quick: { type: "boolean", default: false },
      "no-overhead": { type: "boolean", default: false },
    },
  })
  return { isJson: values.json, isQuick: values.quick, hasOverhead: !values["no-overhead"] }
}
