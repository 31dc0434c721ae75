import { mkdirSync, readFileSync, renameSync, writeFileSync } from "node:fs"
import { dirname, join } from "node:path"

/** Whole or not at all, as the agent writes: a reader must never see half of it. */
const write = (path: string, value: object): void => {
  writeFileSync(`${path}.tmp`, JSON.stringify(value))
  renameSync(`${path}.tmp`, path)
}

/** Behaves towards a driver as an agent does. Which way is in its own file name. */
export const behave = (behaviour: string): void => {
  const args = process.argv.slice(2)
  const stateDir = args[args.indexOf("--state-dir") + 1] ?? ""
  const bootstrap = args[args.indexOf("--bootstrap") + 1] ?? ""
  const dir = dirname(stateDir)
  mkdirSync(stateDir, { recursive: true, mode: 0o700 })
  const read = (path: string): string => {
    try {
      return readFileSync(path, "utf8")
    } catch {
      return "" // a driver may give no invitation
    }
  }
  const end = (code: number, reason: string): never => {
    const lastExit = { pid: process.pid, code, reason, at: new Date().toISOString() }
    write(join(stateDir, "last-exit.json"), lastExit)
    process.exit(code)
  }
  if (behaviour === "crashes") process.kill(process.pid, "SIGKILL")
  if (behaviour === "refuses") end(77, "not accepted")
  process.on("SIGTERM", () => {
    if (behaviour === "works") end(0, "asked to stop")
  })
  const invitation = read(bootstrap)
  if (invitation !== "") writeFileSync(join(stateDir, "credentials.json"), "{}")
  process.stderr.write("at work\n")
  write(join(dir, "seen.json"), { env: process.env, invitation, args: process.argv.join(" ") })
  setInterval(() => undefined, 1_000)
}
