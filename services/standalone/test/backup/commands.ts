import { spawn } from "node:child_process"
import { once } from "node:events"
import { fileURLToPath } from "node:url"
import type { BackupReport } from "#src/backup/backup.ts"
import type { RestoreReport } from "#src/backup/restore.ts"

/** The program behind a command. */
export const mainOf = (name: "backup" | "restore") =>
  fileURLToPath(new URL(`../../src/backup/${name}-main.ts`, import.meta.url))

export interface Ran {
  readonly code: number | null
  /** What it wrote on standard output. */
  readonly said: string
  /** What it wrote on standard error. */
  readonly complained: string
}

export type Env = Readonly<Record<string, string>>

/** Variables of the test's own Muster must not leak into the commands. */
const clean = (env: Env): NodeJS.ProcessEnv => ({
  ...Object.fromEntries(
    Object.entries(process.env).filter(([name]) => !/^(MUSTER_|VITEST|NODE_ENV|DATABASE_URL|REDIS_URL)/.test(name)),
  ),
  ...env,
})

/** Runs a command as `npm run` does, to its end. */
export const runCommand = async (name: "backup" | "restore", args: readonly string[], env: Env): Promise<Ran> => {
  const child = spawn(process.execPath, [mainOf(name), ...args], { env: clean(env), stdio: ["ignore", "pipe", "pipe"] })
  let said = ""
  let complained = ""
  child.stdout.on("data", (chunk: Buffer) => (said += chunk.toString()))
  child.stderr.on("data", (chunk: Buffer) => (complained += chunk.toString()))
  const [code] = (await once(child, "close")) as [number | null]
  return { code, said, complained }
}

const succeeding = async (name: "backup" | "restore", args: readonly string[], env: Env): Promise<unknown> => {
  const { code, said, complained } = await runCommand(name, [...args, "--json"], env)
  if (code !== 0) throw new Error(`${name} ended with ${String(code)}:\n${said}${complained}`)
  return JSON.parse(said.trimEnd().split("\n").at(-1) ?? "")
}

export const runBackup = (target: string, env: Env): Promise<BackupReport> =>
  succeeding("backup", [target], env) as Promise<BackupReport>

export const runRestore = (args: readonly string[], env: Env): Promise<RestoreReport & { readonly dataDir: string }> =>
  succeeding("restore", args, env) as Promise<RestoreReport & { readonly dataDir: string }>
