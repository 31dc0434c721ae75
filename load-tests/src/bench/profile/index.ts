import { existsSync, readdirSync, readFileSync, rmSync } from "node:fs"
import { join } from "node:path"
import { sumUp, type CpuProfile, type ProcessProfile } from "./cpu-profile.ts"
import { readStatements, STATEMENTS_FILE, type StatementCost } from "./statements.ts"

/** Where the time goes: what the processes did and what was asked of PostgreSQL, start and warm-up included. */
export interface Profile {
  readonly processes: readonly ProcessProfile[]
  readonly statements: readonly StatementCost[]
}

const ENDING = ".cpuprofile"

/** Agents are many of one kind, told apart by a number. */
const kindOf = (file: string): string => file.slice(0, -ENDING.length).replace(/^agent-\d+$/u, "agents")

const profilesIn = (profileDir: string): readonly string[] =>
  existsSync(profileDir) ? readdirSync(profileDir).filter((name) => name.endsWith(ENDING)) : []

/** Takes away what an earlier run has left in the folder. */
export const clearProfile = (profileDir: string): void => {
  for (const name of [...profilesIn(profileDir), STATEMENTS_FILE]) rmSync(join(profileDir, name), { force: true })
}

/** Sums up what a run with `--profile` has left in its folder; undefined when there is nothing. */
export const readProfile = (profileDir: string): Profile | undefined => {
  const files = profilesIn(profileDir)
  const statements = readStatements(profileDir)
  if (files.length === 0 && statements.length === 0) return undefined
  const kinds = Map.groupBy(files.toSorted(), kindOf)
  const read = (name: string): CpuProfile => JSON.parse(readFileSync(join(profileDir, name), "utf8")) as CpuProfile
  return { processes: [...kinds].map(([kind, names]) => sumUp(kind, names.map(read))), statements }
}
