import type { Log } from "@muster/platform"
import { ensureBubblewrap } from "@muster/platform/local"

/** Tells agents which sandbox to use: bubblewrap of this machine, or the one that is brought for it. */
export const sandboxEnv = async (log: Log): Promise<Readonly<Record<string, string>>> => {
  try {
    const { path, env } = await ensureBubblewrap({ progress: (line) => log.info({}, line) })
    const libraries = env["LD_LIBRARY_PATH"]
    return { MUSTER_BWRAP: path, ...(libraries === undefined ? {} : { MUSTER_BWRAP_LIBRARIES: libraries }) }
  } catch (error) {
    log.warn({ reason: error instanceof Error ? error.message : String(error) }, "there is no bubblewrap for agents")
    return {}
  }
}
