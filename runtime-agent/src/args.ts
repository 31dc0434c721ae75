import { parseArgs } from "node:util"
import { messageOf } from "#src/errors.ts"

export interface Args {
  readonly stateDir: string
  readonly bootstrapPath: string | undefined
  readonly exitsWhenOrphaned: boolean
}

export const USAGE = `usage: runtime-agent --state-dir <dir> [--bootstrap <file>] [--exit-when-orphaned]

  --state-dir            the agent's own directory: credentials, journal, work (0700)
  --bootstrap            file with {"controlPlaneUrl", "token"}; deleted once the token is spent
  --exit-when-orphaned   end when the parent process is gone and no control plane answers for ten minutes
`

/** The arguments, or what is wrong with them. No secret is ever an argument. */
export const readArgs = (argv: readonly string[]): Args | { readonly problem: string } => {
  try {
    const { values } = parseArgs({
      args: [...argv],
      options: {
        "state-dir": { type: "string" },
        bootstrap: { type: "string" },
        "exit-when-orphaned": { type: "boolean", default: false },
      },
    })
    const stateDir = values["state-dir"]
    if (stateDir === undefined || stateDir === "") return { problem: "--state-dir is missing" }
    return { stateDir, bootstrapPath: values.bootstrap, exitsWhenOrphaned: values["exit-when-orphaned"] }
  } catch (error) {
    return { problem: messageOf(error) }
  }
}
