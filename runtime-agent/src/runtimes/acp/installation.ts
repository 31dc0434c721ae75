import { readFile, stat } from "node:fs/promises"
import { dirname, join } from "node:path"
import type { AcpAgent, AcpOptions } from "@muster/domain"
import { Option, Schema } from "effect"
import { hasCode, RuntimeUnavailable } from "#src/errors.ts"
import { type AcpAgentEntry, acpAgents, DEFAULT_AGENT } from "#src/runtimes/acp/agents.ts"
import type { Confinement, Mount } from "#src/runtimes/shared/confinement.ts"

/** What `npm run runtimes` writes into the folder of a runtime (`runtime.json`). */
const Manifest = Schema.fromJsonString(
  Schema.Struct({
    version: Schema.String,
    program: Schema.String,
    startedBy: Schema.Literals(["node", "itself"]),
  }),
)
const decodeManifest = Schema.decodeUnknownOption(Manifest)

/** A program found on this machine. */
export interface Installation {
  readonly agent: AcpAgent
  readonly entry: AcpAgentEntry
  readonly mounts: readonly Mount[]
  /** How it starts, as the agent sees it. */
  readonly program: (confinement: Confinement) => readonly string[]
  /** Folders of programs, as the agent sees them. */
  readonly path: (confinement: Confinement) => readonly string[]
}

const SYSTEM_FOLDERS = ["/usr/local/bin", "/usr/bin", "/bin"]

const exists = async (path: string): Promise<boolean> => {
  try {
    await stat(path)
    return true
  } catch (error) {
    if (hasCode(error, "ENOENT", "ENOTDIR", "EACCES")) return false
    throw error
  }
}

const readManifest = async (dir: string): Promise<typeof Manifest.Type | undefined> => {
  try {
    return Option.getOrUndefined(decodeManifest(await readFile(join(dir, "runtime.json"), "utf8")))
  } catch (error) {
    if (hasCode(error, "ENOENT", "ENOTDIR", "EACCES")) return undefined
    throw error
  }
}

/** Node itself, for programs that are JavaScript. */
const NODE: Mount = { name: "node", from: dirname(process.execPath) }

/** Finds the agent that the options name. Fails with RuntimeUnavailable: the message says what to do. */
export const findInstallation = async (options: AcpOptions, runtimesDir: string | undefined): Promise<Installation> => {
  const agent = options.agent ?? DEFAULT_AGENT
  const entry = acpAgents[agent]
  const from =
    runtimesDir === undefined || entry.installed === undefined ? undefined : join(runtimesDir, entry.installed)
  const runtime: Mount | undefined = from === undefined ? undefined : { name: "runtime", from }
  const pathOf = (mounts: readonly Mount[]) => (confinement: Confinement) =>
    mounts.flatMap((mount) => {
      const seen = confinement.seenMount(mount)
      return mount === NODE ? [seen] : [join(seen, "bin"), join(seen, "node_modules", ".bin")]
    })

  if (agent === "custom") {
    if (options.argv === undefined)
      throw new RuntimeUnavailable({ message: "a custom agent needs argv: the program that speaks the protocol" })
    const mounts = runtime !== undefined && (await exists(runtime.from)) ? [runtime, NODE] : [NODE]
    return { agent, entry, mounts, program: () => [], path: pathOf(mounts) }
  }
  const manifest = from === undefined ? undefined : await readManifest(from)
  if (runtime !== undefined && manifest !== undefined) {
    const mounts = [runtime, NODE]
    return {
      agent,
      entry,
      mounts,
      program: (confinement) => {
        const program = join(confinement.seenMount(runtime), "node_modules", manifest.program)
        const node = join(confinement.seenMount(NODE), "node")
        return manifest.startedBy === "node" ? [node, program] : [program]
      },
      path: pathOf(mounts),
    }
  }
  if (entry.systemProgram !== undefined)
    for (const folder of SYSTEM_FOLDERS) {
      const program = join(folder, entry.systemProgram)
      if (await exists(program)) return { agent, entry, mounts: [NODE], program: () => [program], path: pathOf([NODE]) }
    }
  throw new RuntimeUnavailable({
    message:
      entry.systemProgram === undefined
        ? `${entry.title} is not installed: run "npm run runtimes -- install ${entry.installed ?? agent}"`
        : `${entry.title} is not installed: there is no program "${entry.systemProgram}" in ${SYSTEM_FOLDERS.join(", ")}`,
  })
}
