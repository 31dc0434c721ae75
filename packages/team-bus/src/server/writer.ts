import { runMany } from "#src/commands.ts"
import { BusFenced } from "#src/errors.ts"
import { keys } from "#src/keys.ts"
import type { Link } from "#src/link.ts"
import type { ScriptName, ScriptRunner } from "#src/server/scripts.ts"

/** A command with all keys it touches. */
export interface KeyedCommand {
  readonly keys: readonly string[]
  readonly words: readonly (string | number)[]
}

/** Whatever changes something on a team's bus goes through here. Every promise rejects with a BusError. */
export interface TeamWriter {
  /** One script for one team. */
  readonly script: (
    teamId: string,
    name: ScriptName,
    keys: readonly string[],
    args: readonly (string | number)[],
  ) => Promise<unknown>
  /** Several commands for one team, in order; what comes after one that fails may have been done or not. */
  readonly commands: (teamId: string, commands: readonly KeyedCommand[]) => Promise<void>
}

/** Under which a team is owned: epochs count within one generation of the log. */
export interface FencingToken {
  readonly logGeneration: string
  /** Decimal text; a later owner has a higher one. */
  readonly epoch: string
}

/** Asks nobody: for who is alone, or writes nothing that an owner of the past could spoil. */
export const plainWriter = (link: Link, script: ScriptRunner): TeamWriter => ({
  script: (_teamId, name, keysOf, args) => script(name, keysOf, args),
  commands: async (_teamId, commands) => {
    if (commands.length === 0) return
    await runMany(
      link,
      commands.map(({ words }) => words as readonly [string, ...(string | number)[]]),
    )
  },
})

/**
 * Names the owner's epoch with every write. A write of an earlier owner (its process was paused between looking and writing) is refused
 * by the server itself; one for a team that is not owned any more is not even sent. Fails with BusFenced.
 */
export const fencedWriter = (
  script: ScriptRunner,
  tokenOf: (teamId: string) => FencingToken | undefined,
): TeamWriter => {
  const guarded: TeamWriter["script"] = async (teamId, name, keysOf, args) => {
    const token = tokenOf(teamId)
    if (token === undefined) throw new BusFenced({ reason: "the team is not owned any more" })
    const { logGeneration, epoch } = token
    return script(name, [...keysOf, keys.owner(teamId)], [...args, logGeneration, epoch], { isGuarded: true })
  }
  return {
    script: guarded,
    commands: async (teamId, commands) => {
      if (commands.length === 0) return
      const touched = [...new Set(commands.flatMap((command) => command.keys))]
      await guarded(
        teamId,
        "commands-n",
        touched,
        commands.flatMap(({ words }) => [words.length, ...words]),
      )
    },
  }
}
