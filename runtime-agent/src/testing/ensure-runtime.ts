import { spawnSync } from "node:child_process"
import { existsSync } from "node:fs"
import { join } from "node:path"
import { fileURLToPath } from "node:url"
import { runtimesDir } from "@muster/platform/local"

const INSTALLER = fileURLToPath(new URL("../../../scripts/runtimes/main.ts", import.meta.url))
/** Hundreds of megabytes over a slow line; only a bound against hanging. */
const INSTALL_MAX_MILLIS = 15 * 60_000

/**
 * Installs a runtime where the project keeps them, unless it is there, in the one version that Muster is made for. Gives why there is none
 * in the words of a skipped proof: without a network the proofs that need it are left out by name.
 */
export const ensureRuntime = (name: "openclaw" | "opencode"): { readonly missing?: string } => {
  const dir = runtimesDir()
  const manifest = join(dir, name, "runtime.json")
  if (existsSync(manifest)) return {}
  // A registry that can not be reached is known soon.
  const impatient = { npm_config_fetch_retries: "1", npm_config_fetch_retry_mintimeout: "1000" }
  const { status } = spawnSync(process.execPath, [INSTALLER, "install", name], {
    env: { ...process.env, ...impatient, MUSTER_RUNTIMES_DIR: dir },
    stdio: ["ignore", "ignore", "inherit"],
    timeout: INSTALL_MAX_MILLIS,
  })
  if (status === 0 && existsSync(manifest)) return {}
  return { missing: `not installed, and it could not be fetched: run "npm run runtimes -- install ${name}"` }
}
