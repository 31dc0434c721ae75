import { spawn } from "node:child_process"
import { once } from "node:events"
import { join } from "node:path"
import { text } from "node:stream/consumers"
import type { Stage } from "../stage.ts"

const MATRIX = join(import.meta.dirname, "../../../../ui/scripts/axe.ts")

interface Answer {
  readonly states: number
  readonly violations: readonly string[]
}

/** Every page in every look, judged by axe: the matrix of ui/test/browser, run over the same build. It ends with 1 when it finds something. */
export const measureAxe = async (stage: Stage) => {
  stage.tell("axe looks at every page in every state …")
  const child = spawn(process.execPath, [MATRIX, "--json"], { stdio: ["ignore", "pipe", "inherit"] })
  const [out] = await Promise.all([text(child.stdout), once(child, "close")])
  const last = out.trimEnd().split("\n").at(-1) ?? ""
  if (!last.startsWith("{")) throw new Error("the matrix of axe did not come to its end")
  const { states, violations } = JSON.parse(last) as Answer
  for (const violation of violations) stage.tell(violation)
  return { axeStates: states, axeViolations: violations.length }
}
