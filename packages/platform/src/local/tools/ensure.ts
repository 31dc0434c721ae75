import { existsSync } from "node:fs"
import { join } from "node:path"
import { ToolMissing } from "#src/local/errors.ts"
import { fetchFromDebian, isDebianLike } from "#src/local/tools/debian.ts"
import type { Tool } from "#src/local/tools/find.ts"
import { findBubblewrap, findRedisServer } from "#src/local/tools/find.ts"
import { toolsDir } from "#src/local/tools/project.ts"

export interface EnsureOptions {
  /** A line for the person who waits. */
  readonly progress?: (line: string) => void
}

const BY_HAND = process.platform === "darwin" ? "brew install redis" : "your package manager (package redis or valkey)"

/** Finds a Redis ≥ 7 or, on Debian and Ubuntu, brings one into the tools directory. Fails with ToolMissing. */
export const ensureRedisServer = async ({ progress = () => undefined }: EnsureOptions = {}): Promise<Tool> => {
  const found = await findRedisServer()
  if (found) return found
  const refused = process.env["REDIS_SERVER"]
  if (refused)
    throw new ToolMissing({ tool: "redis-server", message: `REDIS_SERVER (${refused}) is not a Redis ≥ 7 that runs` })
  if (!isDebianLike())
    throw new ToolMissing({
      tool: "redis-server",
      message: `Muster needs a Redis server ≥ 7 in PATH: install it with ${BY_HAND}, or set REDIS_URL to a running one.`,
    })
  await fetchFromDebian({
    packages: ["redis-server"],
    into: join(toolsDir(), "redis"),
    progress,
    works: (unpacked) => Promise.resolve(existsSync(join(unpacked, "usr", "bin", "redis-server"))),
  })
  const fetched = await findRedisServer()
  if (fetched) return fetched
  throw new ToolMissing({
    tool: "redis-server",
    message: "The Redis of this distribution is older than 7 or does not run: install Redis ≥ 7, or set REDIS_URL.",
  })
}

/** Finds bubblewrap or brings it the same way. Tasks also run without it, less confined: callers warn and go on. */
export const ensureBubblewrap = async ({ progress = () => undefined }: EnsureOptions = {}): Promise<Tool> => {
  const found = await findBubblewrap()
  if (found) return found
  if (!isDebianLike())
    throw new ToolMissing({ tool: "bwrap", message: "bubblewrap is not installed (package bubblewrap)" })
  await fetchFromDebian({
    packages: ["bubblewrap"],
    into: join(toolsDir(), "bubblewrap"),
    progress,
    works: (unpacked) => Promise.resolve(existsSync(join(unpacked, "usr", "bin", "bwrap"))),
  })
  const fetched = await findBubblewrap()
  if (fetched) return fetched
  throw new ToolMissing({ tool: "bwrap", message: "the fetched bubblewrap does not run here" })
}
