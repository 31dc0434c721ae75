import { parseArgs } from "node:util"
import { messageOf } from "#src/errors.ts"

export interface Args {
  readonly stateDir: string
  readonly bootstrapPath: string | undefined
  /** Who started us and would stop us; undefined: nobody does. */
  readonly parentPid: number | undefined
}

export const USAGE = `usage: runtime-agent --state-dir <dir> [--bootstrap <file>] [--parent <pid>]

  --state-dir   the agent's own directory: credentials, journal, work (0700)
  --bootstrap   file with {"controlPlaneUrl", "token"}; deleted once the token is spent
  --parent      end when this process is not our parent any more and no control plane answers for ten minutes
`

/** The arguments, or what is wrong with them. No secret is ever an argument. */
export const readArgs = (argv: readonly string[]): Args | { readonly problem: string } => {
  try {
    const { values } = parseArgs({
      args: [...argv],
      options: {
        "state-dir": { type: "string" },
        bootstrap: { type: "string" },
        parent: { type: "string" },
      },
    })
    const stateDir = values["state-dir"]
    if (stateDir === undefined || stateDir === "") return { problem: "--state-dir is missing" }
    const parentPid = values.parent === undefined ? undefined : Number(values.parent)
    if (parentPid !== undefined && !Number.isSafeInteger(parentPid)) return { problem: "--parent is not a process id" }
    return { stateDir, bootstrapPath: values.bootstrap, parentPid }
  } catch (error) {
    return { problem: messageOf(error) }
  }
}
