import { SNAPSHOT_FILES_KEPT, VOLUME_PAGE_EVENTS, VOLUME_PAGE_SNAPSHOTS } from "#src/limits.ts"
import type { ProjectorLog } from "#src/log.ts"
import { volumeMissingBlobs } from "#src/metrics.ts"
import { readCheckpoint, type VolumeCheckpoint, writeCheckpoint } from "#src/team-volume/checkpoint.ts"
import { lastRun, resultFile, resultPage, taskFile, teamFile, VOLUME_FORMAT } from "#src/team-volume/documents.ts"
import { closeFolder, ensureFolder, type Folder, namesIn, remove, writeWhole } from "#src/team-volume/folder.ts"
import { appendHistory, historySize } from "#src/team-volume/history.ts"
import { artifactPaths, isPlainName } from "#src/team-volume/names.ts"
import type { BlobStore } from "@muster/blobs"
import { FEED_VERSION, type FeedEvent, type MemberDoc, type TaskDetail, type TaskDoc } from "@muster/contracts"
import type { TaskEventType } from "@muster/domain"
import { entityId } from "@muster/projections"
import type { TeamFilesSource } from "@muster/read-models/writer"
import { addAbortSignal } from "node:stream"

/** Members write here, and nobody else does. Sticky: what one account wrote, another cannot take away. */
const CONTEXT = "context"
const CONTEXT_MODE = 0o1777
/** Ours alone: the checkpoint, and files that are not whole yet. */
const PRIVATE = ".muster"
const PRIVATE_MODE = 0o700
const STAGING = "staging"

/** Events that end a run: after them there is a result to write. */
const OUTCOMES: ReadonlySet<string> = new Set<TaskEventType>([
  "TaskSucceeded",
  "TaskFailed",
  "TaskCancelled",
  "TaskExpired",
  "TaskDeadLettered",
])

export interface TeamFilesOptions {
  readonly source: TeamFilesSource
  readonly blobs: BlobStore
  readonly log: ProjectorLog
}

/** Opens a folder for as long as the work takes. */
const within = async <A>(opening: Promise<Folder>, work: (folder: Folder) => Promise<A>): Promise<A> => {
  const folder = await opening
  try {
    return await work(folder)
  } finally {
    await closeFolder(folder)
  }
}

interface Places {
  readonly signal: AbortSignal
  readonly team: Folder
  readonly own: Folder
  readonly staging: Folder
}

/** One team's folder, brought up to its feed round by round. What it writes follows from the read models alone. */
export const makeTeamFiles = ({ source, blobs, log }: TeamFilesOptions) => {
  const writeArtifact = async (places: Places, base: Folder, parts: readonly string[], sha256: string) => {
    const [part, ...rest] = parts
    if (part === undefined) return
    if (rest.length > 0) {
      await within(ensureFolder(base, part), (below) => writeArtifact(places, below, rest, sha256))
      return
    }
    const blob = await blobs.open(sha256)
    if (blob === undefined) {
      volumeMissingBlobs.inc()
      log.warn({ sha256 }, "an artifact is not in the blob store; its file is left out")
      return
    }
    try {
      // A large file does not hold up the end of the program: it is copied again the next time.
      await writeWhole(base, part, addAbortSignal(places.signal, blob.stream), places.staging)
    } finally {
      blob.stream.destroy()
    }
  }

  const writeArtifacts = async (places: Places, task: TaskDoc, added: ReadonlySet<string>) => {
    const paths = artifactPaths(task.artifacts.map((artifact) => artifact.name))
    // Of several artifacts with one name the newest counts.
    const newest = new Map(task.artifacts.map((artifact) => [artifact.name, artifact.sha256]))
    await within(ensureFolder(places.team, "artifacts"), (all) =>
      within(ensureFolder(all, task.id), async (folder) => {
        for (const [name, sha256] of newest)
          if (added.has(name)) await writeArtifact(places, folder, paths.get(name) ?? [], sha256)
      }),
    )
  }

  const writeResults = async (
    { team, staging, signal }: Places,
    tasks: readonly TaskDoc[],
    members: ReadonlyMap<string, MemberDoc>,
  ) => {
    await within(ensureFolder(team, "results"), async (all) => {
      for (const task of tasks) {
        const run = lastRun(task)
        if (run === undefined) continue
        signal.throwIfAborted()
        await within(ensureFolder(all, task.id), async (folder) => {
          await writeWhole(folder, "result.json", resultFile(task, run), staging)
          await writeWhole(folder, "result.md", resultPage(task, run, members.get(run.memberId ?? "")), staging)
        })
      }
    })
  }

  const writeTasks = async ({ team, staging, signal }: Places, details: readonly TaskDetail[]) => {
    await within(ensureFolder(team, "tasks"), async (folder) => {
      for (const detail of details) {
        // Whoever ends this waits for no page to be full: the next round writes it again.
        signal.throwIfAborted()
        await writeWhole(folder, `${detail.task.id}.json`, taskFile(detail), staging)
      }
    })
  }

  const writeSnapshots = async ({ team, staging }: Places, teamId: string, after: number, upTo: number) => {
    let newest = after
    for (;;) {
      const page = await source.snapshots(teamId, { after: newest, upTo, limit: VOLUME_PAGE_SNAPSHOTS })
      const last = page.at(-1)
      if (last === undefined) return newest
      await within(ensureFolder(team, "snapshots"), async (folder) => {
        for (const { seq, state } of page)
          await writeWhole(folder, `${seq}.json`, `${JSON.stringify(state)}\n`, staging)
        const numbers = (await namesIn(folder)).map((name) => Number.parseInt(name, 10)).sort((a, b) => b - a)
        for (const old of numbers.slice(SNAPSHOT_FILES_KEPT)) await remove(folder, `${old}.json`)
      })
      newest = last.seq
    }
  }

  const writeRound = async (places: Places, teamId: string, events: readonly FeedEvent[]) => {
    const known = await source.team(teamId)
    if (known !== undefined)
      await writeWhole(places.team, "team.json", teamFile(known.team, known.members), places.staging)
    const byTask = Map.groupBy(
      events.filter((event) => event.stream.startsWith("task-")),
      (event) => entityId(event.stream),
    )
    const ids = [...byTask.keys()].filter((id) => isPlainName(`${id}.json`))
    if (ids.length === 0) return
    const details = await source.tasks(teamId, ids)
    await writeTasks(places, details)
    for (const { task } of details) {
      const added = (byTask.get(task.id) ?? []).filter((event) => event.type === "TaskArtifactAdded")
      if (added.length > 0) await writeArtifacts(places, task, new Set(added.map(artifactName)))
    }
    const ended = details.filter(({ task }) => byTask.get(task.id)?.some((event) => OUTCOMES.has(event.type)))
    const members = new Map(known?.members.map((member) => [member.id, member]))
    const tasks = ended.map(({ task }) => task)
    if (tasks.length > 0) await writeResults(places, tasks, members)
  }

  const begin = async ({ team, own }: Places, generation: string): Promise<VolumeCheckpoint> => {
    const stored = await readCheckpoint(own)
    const isCurrent =
      stored !== undefined &&
      stored.format === VOLUME_FORMAT &&
      stored.generation === generation &&
      stored.feedVersion === FEED_VERSION &&
      (await historySize(team)) >= stored.historyBytes
    if (isCurrent) return stored
    // Another log, other reducers, or files that somebody took away: all is written anew, but not what members wrote.
    for (const name of await namesIn(team)) if (name !== CONTEXT && name !== PRIVATE) await remove(team, name)
    return { format: VOLUME_FORMAT, generation, feedVersion: FEED_VERSION, seq: 0, snapshotSeq: 0, historyBytes: 0 }
  }

  /** Writes what the next page of the feed says. False when there is more. */
  const round = async (places: Places, teamId: string): Promise<boolean> => {
    const generation = await source.generation()
    const checkpoint = await begin(places, generation)
    const events = await source.events(teamId, checkpoint.seq, VOLUME_PAGE_EVENTS)
    const last = events.at(-1)
    if (last !== undefined) await writeRound(places, teamId, events)
    const historyBytes =
      last === undefined ? checkpoint.historyBytes : await appendHistory(places.team, checkpoint.historyBytes, events)
    const seq = last?.seq ?? checkpoint.seq
    const snapshotSeq = await writeSnapshots(places, teamId, checkpoint.snapshotSeq, seq)
    if (seq !== checkpoint.seq || snapshotSeq !== checkpoint.snapshotSeq)
      await writeCheckpoint(places.own, { ...checkpoint, seq, snapshotSeq, historyBytes }, places.staging)
    return events.length < VOLUME_PAGE_EVENTS
  }

  return {
    /**
     * Brings the folder of one team below `root` up to the team's feed, by a page at most; false when there is more. Rejects with what
     * the file system, the blob store or the read models failed with; the next call goes on where this one stopped.
     */
    bringUp: (root: Folder, teamId: string, signal: AbortSignal): Promise<boolean> =>
      within(ensureFolder(root, teamId), async (team) => {
        await closeFolder(await ensureFolder(team, CONTEXT, CONTEXT_MODE))
        return within(ensureFolder(team, PRIVATE, PRIVATE_MODE), async (own) => {
          // What a round that did not end left behind.
          await remove(own, STAGING)
          return within(ensureFolder(own, STAGING, PRIVATE_MODE), (staging) =>
            round({ team, own, staging, signal }, teamId),
          )
        })
      }),
  }
}

const artifactName = (event: FeedEvent): string => {
  const data = event.data as { readonly name?: unknown } | null
  return typeof data?.name === "string" ? data.name : ""
}
