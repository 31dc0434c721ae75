import { readdirSync, readFileSync } from "node:fs"
import type { MadeTeam } from "./open.ts"

const argumentsOf = (pid: string): string => {
  try {
    return readFileSync(`/proc/${pid}/cmdline`, "utf8")
  } catch (error) {
    // Ended since the folder was listed, or somebody else's.
    if (error instanceof Error && "code" in error && ["ENOENT", "ESRCH", "EACCES"].includes(String(error.code)))
      return ""
    throw error
  }
}

/** The processes of a team's local agents: their state directory is named after the member. */
export const agentPidsOf = ({ memberIds }: MadeTeam): readonly number[] =>
  readdirSync("/proc")
    .filter((name) => /^\d+$/.test(name))
    .filter((pid) => {
      const text = argumentsOf(pid)
      return text.includes("--state-dir") && memberIds.some((id) => text.includes(`/instances/${id}`))
    })
    .map(Number)
