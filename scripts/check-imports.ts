// Part of `npm test`: fails when an import goes the wrong way. The rules are in scripts/imports/rules.ts.
import { join, resolve } from "node:path"
import { checkImports } from "./imports/check.ts"

const [root = join(import.meta.dirname, "..")] = process.argv.slice(2)
const problems = checkImports(resolve(root))
for (const problem of problems) process.stderr.write(`${problem}\n`)
process.exitCode = problems.length === 0 ? 0 : 1
