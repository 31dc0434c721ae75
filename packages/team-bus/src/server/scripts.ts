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
  "control-state-1",
  "whereabouts-1",
  "read-presence-n",
  "commands-n",
  "claim-0",
] as const
/** A file below src/scripts: `<name>-<number of keys>`, "n" for any number. */
export type ScriptName = (typeof names)[number]

export type ScriptRunner = (
  name: ScriptName,
  keys: readonly string[],
  args: readonly (string | number)[],
  /** Behind the guard: the last key and the last two arguments are its own (see guard.lua). */
  options?: { readonly isGuarded: boolean },
) => Promise<unknown>

interface Script {
  readonly text: string
  readonly sha: string
}

const read = (file: string): string => readFileSync(new URL(`../scripts/${file}.lua`, import.meta.url), "utf8")

const scriptOf = (text: string): Script => ({ text, sha: createHash("sha1").update(text).digest("hex") })

const isUnknownScript = (error: unknown): boolean => error instanceof Error && error.message.startsWith("NOSCRIPT")

/** Runs scripts by their hash; a server that forgot one (it was started anew) is given the text. */
export const makeScriptRunner = (commands: Link): ScriptRunner => {
  const guard = read("guard")
  const plain = new Map(names.map((name) => [name, scriptOf(read(name))]))
  const guarded = new Map(names.map((name) => [name, scriptOf(`${guard}\n${read(name)}`)]))
  return (name, keys, args, { isGuarded } = { isGuarded: false }) => {
    const script = (isGuarded ? guarded : plain).get(name)
    if (script === undefined) throw new Error(`invariant: there is a script ${name}`)
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
