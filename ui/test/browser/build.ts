import { mkdtemp, rm } from "node:fs/promises"
import { tmpdir } from "node:os"
import { join } from "node:path"
import { build } from "vite"
import type { TestProject } from "vitest/node"

declare module "vitest" {
  interface ProvidedContext {
    /** The folder of the dashboard as it was built for this run. */
    readonly dist: string
  }
}

/** Builds the dashboard once for all tests in a browser; the result removes it. */
export default async function setup(project: TestProject): Promise<() => Promise<void>> {
  const dist = await mkdtemp(join(tmpdir(), "muster-ui-"))
  await build({ logLevel: "error", build: { outDir: dist, emptyOutDir: true } })
  project.provide("dist", dist)
  return () => rm(dist, { recursive: true })
}
