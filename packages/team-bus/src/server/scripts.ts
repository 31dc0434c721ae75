import { createHash } from "node:crypto"
import { readFileSync } from "node:fs"
import type { Redis } from "ioredis"
import { run } from "#src/commands.ts"
import type { Link } from "#src/link.ts"

const names = [
  "publish-2",
  "quarantine-2",
  "reset-member-3",
  "ensure-member-2",
  "inbox-state-1",
  "read-presence-n",
] as const
/** A file below src/scripts: `<name>-<number of keys>`, "n" for any number. */
export type ScriptName = (typeof names)[number]

export type ScriptRunner = (
  name: ScriptName,
  keys: readonly string[],
  args: readonly (string | number)[],
) => Promise<unknown>

interface Script {
  readonly text: string
  readonly sha: string
}

const load = (name: ScriptName): Script => {
  const text = readFileSync(new URL(`../scripts/${name}.lua`, import.meta.url), "utf8")
  return { text, sha: createHash("sha1").update(text).digest("hex") }
}

const isUnknownScript = (error: unknown): boolean => error instanceof Error && error.message.startsWith("NOSCRIPT")

/** Runs scripts by their hash; a server that forgot one (it was started anew) is given the text. */
export const makeScriptRunner = (commands: Link): ScriptRunner => {
  const scripts = new Map(names.map((name) => [name, load(name)]))
  return (name, keys, args) => {
    const script = scripts.get(name) ?? load(name)
    const evaluate = async (redis: Redis): Promise<unknown> => {
      try {
        return await redis.evalsha(script.sha, keys.length, ...keys, ...args)
      } catch (error) {
        if (!isUnknownScript(error)) throw error
        return await redis.eval(script.text, keys.length, ...keys, ...args)
      }
    }
    return run(commands, evaluate)
  }
}
