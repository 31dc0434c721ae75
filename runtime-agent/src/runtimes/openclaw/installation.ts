import { readFile } from "node:fs/promises"
import { dirname, join } from "node:path"
import { hasCode } from "#src/errors.ts"
import { parseFields, textOf } from "#src/runtimes/openclaw/fields.ts"
import { OPENCLAW_VERSION } from "#src/runtimes/openclaw/limits.ts"
import type { Confinement, Mount } from "#src/runtimes/shared/confinement.ts"

/** OpenClaw as it lies on this machine. */
export interface OpenclawInstallation {
  readonly mounts: readonly Mount[]
  /** Node and the program, as a confined process sees them. */
  readonly argv: (confinement: Confinement) => readonly string[]
  /** The folder of Node, for the PATH. */
  readonly nodeDir: (confinement: Confinement) => string
}

const INSTALL = 'run "npm run runtimes -- install openclaw"'
const NODE: Mount = { name: "node", from: dirname(process.execPath) }

/** The installation, or why there is none, in words for a person. Runs nothing. */
export const findOpenclaw = async (
  runtimesDir: string | undefined,
): Promise<OpenclawInstallation | { readonly missing: string }> => {
  if (runtimesDir === undefined) return { missing: `OpenClaw is not installed where this agent runs: ${INSTALL}` }
  const from = join(runtimesDir, "openclaw")
  let text: string
  try {
    text = await readFile(join(from, "runtime.json"), "utf8")
  } catch (error) {
    if (hasCode(error, "ENOENT", "ENOTDIR", "EACCES")) return { missing: `OpenClaw is not installed: ${INSTALL}` }
    throw error
  }
  const manifest = parseFields(text) ?? {}
  const program = textOf(manifest["program"])
  if (manifest["version"] !== OPENCLAW_VERSION || program === undefined)
    return {
      missing: `OpenClaw ${textOf(manifest["version"]) ?? "(damaged)"} is installed and ${OPENCLAW_VERSION} is needed: ${INSTALL}`,
    }
  const mount: Mount = { name: "openclaw", from }
  return {
    mounts: [mount, NODE],
    argv: (confinement) => [
      join(confinement.seenMount(NODE), "node"),
      join(confinement.seenMount(mount), "node_modules", program),
    ],
    nodeDir: (confinement) => confinement.seenMount(NODE),
  }
}
