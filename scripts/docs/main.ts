// npm run docs: writes the pages that are made from the source. With --check it only says whether they are up to date.
import { existsSync, mkdirSync, readFileSync, writeFileSync } from "node:fs"
import { dirname, join } from "node:path"
import { configurationPage } from "./configuration.ts"
import { eventsPage } from "./events.ts"

const root = join(import.meta.dirname, "..", "..")
const pages: Readonly<Record<string, () => string>> = {
  "docs/configuration.md": configurationPage,
  "docs/events.md": eventsPage,
}

const checkOnly = process.argv.includes("--check")
for (const [path, make] of Object.entries(pages)) {
  const file = join(root, path)
  const wanted = make()
  if (existsSync(file) && readFileSync(file, "utf8") === wanted) continue
  if (checkOnly) {
    process.stderr.write(`${path} is not what the source says: run "npm run docs"\n`)
    process.exitCode = 1
  } else {
    mkdirSync(dirname(file), { recursive: true })
    writeFileSync(file, wanted)
    process.stdout.write(`wrote ${path}\n`)
  }
}
