// npm run runtimes -- list | install <name> | remove <name>
import { existsSync } from "node:fs"
import { join } from "node:path"
import { runtimesDir } from "@muster/platform/local"
import { findPackage, RUNTIME_PACKAGES, type RuntimePackage } from "./catalog.ts"
import { closedFolders, install, remove } from "./install.ts"
import { inspect } from "./installed.ts"

const EXIT_FAILED = 1
const EXIT_USAGE = 2
const NAME_WIDTH = 13
const VERSION_WIDTH = 11
const SIZE_WIDTH = 8

const dir = runtimesDir()
const say = (line: string): void => {
  process.stderr.write(`muster: ${line}\n`)
}

const usage = (problem: string): number => {
  say(problem)
  say("usage: npm run runtimes -- list | install <name> | remove <name>")
  say(`names: ${RUNTIME_PACKAGES.map(({ name }) => name).join(", ")}`)
  return EXIT_USAGE
}

const list = (): number => {
  for (const wanted of RUNTIME_PACKAGES) {
    const found = inspect(join(dir, wanted.name), wanted, existsSync)
    const words = {
      absent: () => "not installed",
      installed: () => "installed",
      broken: () => `broken: ${found.state === "broken" ? found.reason : ""}; install it again`,
    }
    const columns = [
      wanted.name.padEnd(NAME_WIDTH),
      wanted.version.padEnd(VERSION_WIDTH),
      `${wanted.sizeMegabytes} MB`.padStart(SIZE_WIDTH),
      ` ${words[found.state]()}`,
    ]
    process.stdout.write(`${columns.join(" ")}\n`)
  }
  say(`runtimes lie in ${dir} (MUSTER_RUNTIMES_DIR)`)
  return 0
}

const installOne = async (wanted: RuntimePackage): Promise<number> => {
  if (!(await install(wanted, { dir, say }))) return EXIT_FAILED
  const closed = closedFolders(join(dir, wanted.name))
  if (closed.length > 0 && process.getuid?.() === 0)
    say(
      `members reach it through their sandbox only: other accounts may not enter ${closed.join(", ")}. Where there is no bubblewrap, set MUSTER_RUNTIMES_DIR to a folder that everybody may enter.`,
    )
  return 0
}

const [command, name, ...more] = process.argv.slice(2)
const chosen = name === undefined ? undefined : findPackage(name)

const run = async (): Promise<number> => {
  if (command === "list" && name === undefined) return list()
  if (command !== "install" && command !== "remove")
    return usage(command === undefined ? "say what to do" : `no such command: ${[command, name].join(" ").trim()}`)
  if (name === undefined || more.length > 0) return usage(`"${command}" takes one name`)
  if (chosen === undefined) return usage(`there is no runtime "${name}"`)
  if (command === "install") return installOne(chosen)
  say((await remove(chosen, dir)) ? `removed ${chosen.title}` : `${chosen.title} was not installed`)
  return 0
}

process.exitCode = await run()
