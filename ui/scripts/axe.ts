/**
 * Judges every page of the built dashboard by axe, light and dark, full, empty, loading and failing.
 * usage: node ui/scripts/axe.ts [--json] [--dist <folder>] [--only <route>]   (after a build; needs a Chromium)
 * The last line is JSON: {"states": 96, "violations": []}. Exit code 1 when there are violations.
 */
import { fileURLToPath } from "node:url"
import { parseArgs } from "node:util"
import { openPlace } from "../test/browser/matrix/place.ts"
import { VISITS } from "../test/browser/matrix/routes.ts"
import { judgeByAxe } from "../test/browser/matrix/visit.ts"

const { values } = parseArgs({
  options: {
    json: { type: "boolean", default: false },
    dist: { type: "string", default: fileURLToPath(new URL("../dist", import.meta.url)) },
    only: { type: "string", default: "" },
  },
})
/** A violation on the error output is cut to this; the answer holds all of it. */
const TOLD_CHARS = 400
const place = await openPlace(values.dist)
let states = 0
const violations: Array<string> = []
try {
  for (const visit of VISITS.filter(({ pattern }) => values.only === "" || pattern === values.only)) {
    const judged = await judgeByAxe(place, visit)
    states += judged.states
    violations.push(...judged.violations)
    process.stderr.write(`axe: ${visit.pattern}: ${judged.states} states, ${judged.violations.length} violations\n`)
    for (const violation of judged.violations) process.stderr.write(`  ${violation.slice(0, TOLD_CHARS)}\n`)
  }
} finally {
  await place.close()
}
if (!values.json) process.stdout.write(`${states} states, ${violations.length} violations\n${violations.join("\n")}\n`)
process.stdout.write(`${JSON.stringify({ states, violations })}\n`)
process.exitCode = violations.length === 0 ? 0 : 1
