import { chmodSync, mkdirSync } from "node:fs"
import { join } from "node:path"
import { fileURLToPath } from "node:url"
import { rolldown } from "rolldown"

const OPEN_DIR_MODE = 0o755
/** The ending tells Node what kind of module it is. */
const PROGRAM = "scripted-agent.mjs"
const MAIN = fileURLToPath(new URL("main.ts", import.meta.url))

/**
 * Puts the scripted agent, as one program, where a runtimes directory has the programs of `custom` agents. The result is the argv that
 * starts it. Folders are open: the agent runs as an account of its own.
 */
export const installScriptedAgent = async (runtimesDir: string): Promise<readonly string[]> => {
  const bin = join(runtimesDir, "custom", "bin")
  mkdirSync(bin, { recursive: true })
  for (const dir of [runtimesDir, join(runtimesDir, "custom"), bin]) chmodSync(dir, OPEN_DIR_MODE)
  const bundle = await rolldown({ input: MAIN, platform: "node" })
  await bundle.write({
    dir: bin,
    format: "esm",
    entryFileNames: PROGRAM,
    codeSplitting: false,
    banner: "#!/usr/bin/env node",
  })
  await bundle.close()
  chmodSync(join(bin, PROGRAM), OPEN_DIR_MODE)
  return [PROGRAM]
}
