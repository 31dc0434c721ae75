import type { SpawnSyncOptions } from "node:child_process"
import { spawnSync } from "node:child_process"
import { createHash } from "node:crypto"
import {
  ensureBubblewrap,
  ensureRedisServer,
  findBubblewrap,
  findChromium,
  findRedisServer,
} from "@muster/platform/local"

/** What the tests drive beside the product. Fonts: a page without any is no picture of the dashboard. */
const BROWSER_PACKAGES = ["chromium", "fonts-dejavu-core"]

const say = (line: string): void => {
  process.stderr.write(`muster: ${line}\n`)
}

const aptInstall = (packages: readonly string[]): boolean => {
  const options: SpawnSyncOptions = {
    stdio: ["ignore", "ignore", "inherit"],
    env: { ...process.env, DEBIAN_FRONTEND: "noninteractive" },
  }
  const install = ["install", "--yes", "--quiet", "--no-install-recommends", ...packages]
  if (spawnSync("apt-get", install, options).status === 0) return true
  return (
    spawnSync("apt-get", ["update", "--quiet"], options).status === 0 &&
    spawnSync("apt-get", install, options).status === 0
  )
}

const tell = async (what: string, bring: () => Promise<unknown>): Promise<void> => {
  try {
    await bring()
  } catch (error) {
    say(
      `${what} is missing, so tests that need it fail or are skipped: ${error instanceof Error ? error.message : String(error)}`,
    )
  }
}

/**
 * Brings what the tests need: Redis and bubblewrap into the tools directory, and, as root on Debian and Ubuntu, Chromium with a font.
 * What can not be brought is told; the tests that need it say so by their names.
 */
export const prepareTestMachine = async (): Promise<void> => {
  await tell("Redis", () => ensureRedisServer({ progress: say }))
  await tell("bubblewrap", () => ensureBubblewrap({ progress: say }))
  const isRoot = process.getuid?.() === 0
  const hasApt = spawnSync("apt-get", ["--version"], { stdio: "ignore" }).status === 0
  if ((await findChromium()) === undefined && isRoot && hasApt) {
    say(`installing ${BROWSER_PACKAGES.join(" and ")} for the browser tests …`)
    if (!aptInstall(BROWSER_PACKAGES)) say("Chromium could not be installed: browser tests are skipped")
  }
}

/** Changes when results of tests may change with the machine: it is part of the key under which results are kept. */
export const machineDigest = async (): Promise<string> => {
  const tools = await Promise.all([findRedisServer(), findBubblewrap(), findChromium()])
  const facts = [process.version, process.getuid?.(), ...tools.map((tool) => [tool?.path, tool?.version])]
  return createHash("sha256").update(JSON.stringify(facts)).digest("hex").slice(0, 16)
}

/** Which sandbox the tests use, also when it was fetched for them and lies in no PATH. */
export const sandboxVariables = async (): Promise<Readonly<Record<string, string>>> => {
  const tool = await findBubblewrap()
  if (tool === undefined) return {}
  const libraries = tool.env["LD_LIBRARY_PATH"]
  return { MUSTER_BWRAP: tool.path, ...(libraries !== undefined && { MUSTER_BWRAP_LIBRARIES: libraries }) }
}
