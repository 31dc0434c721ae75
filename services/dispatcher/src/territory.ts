import type { TeamBus } from "@muster/team-bus"
import { ALL_SHARDS } from "#src/shards.ts"

/** The bus as the owner of teams writes it. */
export interface OwnBus {
  readonly bus: TeamBus
  /** From now on nobody who owned these teams before writes anything for them. */
  readonly claim: (teamIds: readonly string[]) => Promise<void>
}

/** The shards that a life of the dispatcher works for. They come and go while it lives. */
export interface Territory {
  /** Those to work for now. What the life works for beyond them it gives up. */
  readonly shards: () => ReadonlySet<number>
  /** Resolves when that may have changed, and at the abort. */
  readonly change: (signal: AbortSignal) => Promise<void>
  /** The life begins to work for these. */
  readonly take: (shards: readonly number[]) => void
  /** The life does nothing more for these. */
  readonly giveUp: (shards: readonly number[]) => Promise<void>
  /** False once the lease may have ended by this process's own clock: nothing may be read, decided or written then. */
  readonly isCurrent: () => boolean
  /** The bus with the fence of this ownership; `holds` tells which teams the life works for. */
  readonly fence: (options: { readonly holds: (teamId: string) => boolean; readonly logGeneration: string }) => OwnBus
}

/** All teams, for ever: for who is alone with its log and its bus. */
export const everywhere = (bus: TeamBus): Territory => ({
  shards: () => ALL_SHARDS,
  change: (signal) =>
    new Promise((resolve) => {
      if (signal.aborted) resolve()
      else signal.addEventListener("abort", () => resolve(), { once: true })
    }),
  take: () => undefined,
  giveUp: () => Promise.resolve(),
  isCurrent: () => true,
  fence: () => ({ bus, claim: () => Promise.resolve() }),
})
