import type { Accepted } from "@muster/contracts"
import { streams, type TeamId, type TeamState } from "@muster/domain"
import type { Outcome } from "#src/commands/execute.ts"
import type { Streams } from "#src/commands/streams-of.ts"
import { ProblemError } from "#src/http/problem.ts"

export const accepted = (id: string, { position }: Pick<Outcome<unknown>, "position">): Accepted => ({ id, position })

/** Fails with ProblemError `archived`. */
export const requireOpen = (team: TeamState): void => {
  if (team.isArchived) throw new ProblemError("archived", "Restore the team first.")
}

/** Fails with ProblemError `archived`. */
export const requireOpenTeam = async (readers: Pick<Streams, "team">, team: TeamId): Promise<void> =>
  requireOpen((await readers.team.load(streams.team(team))).state)

/** For a thing that is in the log, but not in the read models yet. */
export const behind = (): ProblemError =>
  new ProblemError("read-model-behind", "Ask again with ?atLeast= and the position of the command.", {
    retryAfterSeconds: 1,
  })
