import { backoffMillis, pause } from "@muster/platform"
import { teamOfFeed } from "#src/feeds.ts"
import {
  VOLUME_INTERVAL_MILLIS,
  VOLUME_REST_FACTOR,
  VOLUME_RETRY_FIRST_DELAY_MILLIS,
  VOLUME_RETRY_MAX_DELAY_MILLIS,
} from "#src/limits.ts"
import { type ProjectorLog, reasonOf } from "#src/log.ts"
import { volumeFailures } from "#src/metrics.ts"
import { closeFolder, openRoot } from "#src/team-volume/folder.ts"
import { isPlainName } from "#src/team-volume/names.ts"
import { makeTeamFiles, type TeamFilesOptions } from "#src/team-volume/team-files.ts"
import { makeWorkSet } from "#src/work-set.ts"

export interface TeamVolumeOptions extends TeamFilesOptions {
  /** Below it each team has its folder. Made when missing; may be a link, nothing below it may. */
  readonly dir: string
  readonly log: ProjectorLog
  readonly intervalMillis?: number
  /** Times the length of a round that is waited after it, whichever team comes next. Default: `VOLUME_REST_FACTOR`. */
  readonly restFactor?: number
}

/** The files while this process owns the projection. */
export interface VolumeFollower {
  /** Feeds grew. */
  readonly advanced: (feeds: ReadonlyMap<string, number>) => void
  /** Something else about a team's files is new. */
  readonly changed: (teamId: string) => void
  /** Writes files until the signal aborts; never rejects. */
  readonly run: () => Promise<void>
  readonly isIdle: () => boolean
}

export interface TeamVolume {
  readonly follow: (signal: AbortSignal) => VolumeFollower
}

const backoff = { firstMillis: VOLUME_RETRY_FIRST_DELAY_MILLIS, maxMillis: VOLUME_RETRY_MAX_DELAY_MILLIS }

/**
 * The read models once more, as files that agents and people can open. It goes behind the projection and never before it; a
 * team whose files cannot be written waits and is tried again, the others go on, and the projection hears nothing of it.
 */
export const makeTeamVolume = (options: TeamVolumeOptions): TeamVolume => {
  const { dir, source, log, intervalMillis = VOLUME_INTERVAL_MILLIS, restFactor = VOLUME_REST_FACTOR } = options
  const files = makeTeamFiles(options)
  const failures = new Map<string, number>()

  const onFailure = (teamId: string, error: unknown): number => {
    const count = failures.get(teamId) ?? 0
    volumeFailures.inc()
    if (count === 0) log.error({ teamId, ...reasonOf(error) }, "the files of a team could not be written, trying again")
    failures.set(teamId, count + 1)
    return backoffMillis(backoff, count)
  }

  const onSuccess = (teamId: string): void => {
    if (failures.delete(teamId)) log.info({ teamId }, "the files of a team are written again")
  }

  return {
    follow: (signal) => {
      const due = makeWorkSet(signal)
      let hasLooked = false

      const changed = (teamId: string): void => {
        if (isPlainName(teamId)) due.mark(teamId)
      }
      const advanced = (feeds: ReadonlyMap<string, number>): void => {
        for (const feedId of feeds.keys()) changed(teamOfFeed(feedId) ?? "")
      }

      const bringUp = async (teamId: string): Promise<void> => {
        const sinceMillis = performance.now()
        try {
          const root = await openRoot(dir)
          let isDone = true
          try {
            isDone = await files.bringUp(root, teamId, signal)
          } finally {
            await closeFolder(root)
          }
          onSuccess(teamId)
          // One that is far behind takes its turn among the others.
          if (isDone) due.hold(teamId, intervalMillis)
          else due.mark(teamId)
        } catch (error) {
          if (signal.aborted) return
          due.hold(teamId, onFailure(teamId, error))
          due.mark(teamId)
        } finally {
          due.restAfter(performance.now() - sinceMillis, restFactor)
        }
      }

      const look = async (): Promise<void> => {
        for (let tries = 0; !signal.aborted && !hasLooked; tries += 1) {
          try {
            advanced(await source.heads())
            hasLooked = true
          } catch (error) {
            if (tries === 0) log.warn(reasonOf(error), "cannot see which teams' files are behind, trying again")
            await pause(backoffMillis(backoff, tries), signal)
          }
        }
      }

      return {
        advanced,
        changed,
        isIdle: () => hasLooked && due.isIdle(),
        run: async () => {
          await look()
          for (let teamId = await due.next(); teamId !== undefined; teamId = await due.next()) await bringUp(teamId)
        },
      }
    },
  }
}
