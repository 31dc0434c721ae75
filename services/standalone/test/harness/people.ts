import { execFile } from "node:child_process"
import { fileURLToPath } from "node:url"
import { promisify } from "node:util"
import { MusterFailed } from "./errors.ts"
import type { Muster } from "./muster.ts"

const run = promisify(execFile)
const SIGN_IN = fileURLToPath(new URL("../../src/signin.ts", import.meta.url))

export interface Invited {
  readonly link: string
  readonly code: string
}

/** A sign-in link for one more person, as `npm run signin` prints it. */
export const invite = async (
  muster: Muster,
  name: string,
  role: "owner" | "operator" | "viewer" = "operator",
): Promise<Invited> => {
  const { stdout } = await run(process.execPath, [SIGN_IN, "--name", name, "--role", role], {
    env: { ...process.env, MUSTER_DATA_DIR: muster.dataDir, MUSTER_PORT: String(muster.port) },
  })
  const link = /https?:\/\/\S+#code=\S+/.exec(stdout)?.[0]
  if (link === undefined) throw new MusterFailed({ message: `no link in: ${stdout}` })
  return { link, code: decodeURIComponent(link.slice(link.indexOf("#code=") + "#code=".length)) }
}
