import { execFile } from "node:child_process"
import { promisify } from "node:util"
import { findBubblewrap } from "@muster/platform/local"

const run = promisify(execFile)

export type Confinement =
  | { readonly isPossible: true; readonly reason: "" }
  | { readonly isPossible: false; readonly reason: string }

/** Whether tasks run in a sandbox here. (Without one, root confines them by their account alone, and they see no /team.) */
export const confinement = async (): Promise<Confinement> => {
  const tool = await findBubblewrap()
  if (tool === undefined) return { isPossible: false, reason: "no bubblewrap on this machine" }
  try {
    await run(tool.path, ["--ro-bind", "/", "/", "--unshare-pid", "--proc", "/proc", "--dev", "/dev", "true"], {
      env: { ...process.env, ...tool.env },
    })
    return { isPossible: true, reason: "" }
  } catch (error) {
    return {
      isPossible: false,
      reason: `bubblewrap does not work here: ${error instanceof Error ? error.message : ""}`,
    }
  }
}
