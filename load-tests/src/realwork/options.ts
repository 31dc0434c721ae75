import { BadArguments, valuesOf } from "../arguments.ts"

export interface Options {
  /** Only the last line, as JSON, on the standard output. */
  readonly json: boolean
  /** A running Muster; without one the script starts its own. */
  readonly remote?: { readonly url: string; readonly code: string; readonly teamsDir?: string }
}

export const USAGE = `npm run realwork -- [--json] [--url <address> --code <sign-in code> [--teams-dir <folder of the team files>]]

Makes a git repository, has a team of three carry out real work on it, and compares every outcome with what it must be.
Ends with one line of JSON. Exit code 0: nothing lost, doubled or wrong. 1: something was. 2: bad arguments. 3: this machine
can not confine programs, so Muster runs none.`

/** Throws BadArguments. */
export const parseOptions = (args: readonly string[]): Options => {
  const values = valuesOf({
    args: [...args],
    options: {
      json: { type: "boolean", default: false },
      url: { type: "string" },
      code: { type: "string" },
      "teams-dir": { type: "string" },
    },
  })
  const { json, url, code } = values
  const teamsDir = values["teams-dir"]
  if (url === undefined && code === undefined && teamsDir === undefined) return { json }
  if (url === undefined || code === undefined) throw new BadArguments("a running Muster needs both --url and --code")
  return { json, remote: { url: url.replace(/\/$/, ""), code, ...(teamsDir === undefined ? {} : { teamsDir }) } }
}
