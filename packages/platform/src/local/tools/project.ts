import { join, resolve } from "node:path"

/** The project's root: this file lies in packages/platform/src/local/tools. */
export const PROJECT_ROOT = join(import.meta.dirname, "..", "..", "..", "..", "..")

/** Where fetched programs lie: MUSTER_TOOLS_DIR, or .muster/tools of the project. */
export const toolsDir = (env: NodeJS.ProcessEnv = process.env): string =>
  env["MUSTER_TOOLS_DIR"] ?? join(PROJECT_ROOT, ".muster", "tools")

/** Where runtimes that were fetched on demand lie, each in a folder of its name: MUSTER_RUNTIMES_DIR, or .muster/runtimes of the project. */
export const runtimesDir = (env: NodeJS.ProcessEnv = process.env): string =>
  resolve(env["MUSTER_RUNTIMES_DIR"] || join(PROJECT_ROOT, ".muster", "runtimes"))
