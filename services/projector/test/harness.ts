import type { BlobStore } from "@muster/blobs"
import type { AppendRequest } from "@muster/event-store"
import { migrateEventLog, openPostgresEventStore, type PostgresEventStore } from "@muster/event-store/postgres"
import { eventually, startTestPostgres, tempDir } from "@muster/platform/testing"
import type { HistoryEvent } from "@muster/projections/testing"
import { migrateReadModels, openReadModels, type OpenReadModels } from "@muster/read-models"
import type { Subject, UserId, OrgId } from "@muster/domain"
import postgres from "postgres"
import { onTestFinished } from "vitest"
import { makeRunner, type RunOptions, type Runner } from "#src/run.ts"
import type { ProjectorLog } from "#src/log.ts"
import { makeTeamVolume } from "#src/team-volume/volume.ts"

/** Waits until the condition holds. */
export const until = (condition: () => boolean | Promise<boolean>): Promise<true> =>
  eventually("the condition", condition)

export interface Line {
  readonly level: "info" | "warn" | "error"
  readonly message: string
  readonly fields: Readonly<Record<string, unknown>>
}

export const recordingLog = () => {
  const lines: Line[] = []
  const at =
    (level: Line["level"]): ProjectorLog["info"] =>
    (fields, message) =>
      void lines.push({ level, message, fields })
  const log: ProjectorLog = { info: at("info"), warn: at("warn"), error: at("error") }
  return { log, lines }
}

export const subjectOf = (orgId: string): Subject => ({
  kind: "person",
  userId: orgId as UserId,
  orgId: orgId as OrgId,
  role: "owner",
  name: "Owner",
})

/** One database with an empty log and empty read models. */
export interface Place {
  readonly url: string
  readonly ownerUrl: string
  readonly sql: postgres.Sql
  readonly events: PostgresEventStore
  readonly append: (history: readonly HistoryEvent[]) => Promise<void>
  readonly models: () => OpenReadModels
  readonly start: (options?: StartOptions) => Started
  readonly close: () => Promise<void>
}

export interface StartOptions extends Partial<RunOptions> {
  readonly models?: OpenReadModels
  /** Writes files there. */
  readonly teamsDir?: string
  readonly blobs?: BlobStore
}

export interface Started {
  readonly runner: Runner
  readonly models: OpenReadModels
  readonly lines: readonly Line[]
  /** Resolves when all that is in the log is projected, with its snapshots and files. */
  readonly settled: () => Promise<void>
  readonly stop: () => Promise<void>
}

export const startServer = async () => {
  const server = await startTestPostgres()
  const admin = postgres(server.adminUrl, { max: 1, onnotice: () => undefined })
  let databases = 0

  const place = async (): Promise<Place> => {
    databases += 1
    const name = `place_${databases}`
    await admin.unsafe(`CREATE DATABASE ${name} OWNER muster_owner`)
    const at = (url: string) => Object.assign(new URL(url), { pathname: `/${name}` }).href
    const [url, ownerUrl] = [at(server.appUrl), at(server.ownerUrl)]
    const owner = postgres(ownerUrl, { max: 1, onnotice: () => undefined })
    await migrateEventLog(owner)
    await migrateReadModels(owner)
    await owner.end()
    const sql = postgres(at(server.adminUrl), { max: 1, onnotice: () => undefined })
    const events = openPostgresEventStore({ url })
    const opened: OpenReadModels[] = []
    const models = () => {
      const open = openReadModels({ url })
      opened.push(open)
      return open
    }
    const append = async (history: readonly HistoryEvent[]) => {
      // One at a time: the order of the history is the order of the log.
      for (const { stream, event } of history) {
        const request: AppendRequest = { stream, expectedRevision: "any", events: [event] }
        const [verdict] = await events.append([request])
        if (verdict?.ok !== true) throw verdict?.error ?? new Error("no verdict")
      }
    }
    const start = (options: StartOptions = {}): Started => {
      const open = options.models ?? models()
      const { log, lines } = recordingLog()
      const dir = options.teamsDir
      const blobs = options.blobs
      const source = open.projection.files
      const volume =
        dir === undefined || blobs === undefined
          ? undefined
          : makeTeamVolume({ dir, blobs, source, log, intervalMillis: 0, restFactor: 0 })
      const runner = makeRunner({
        events,
        store: open.projection,
        volume,
        log,
        pageEvents: 16,
        snapshotEveryEvents: 10,
        snapshotRestFactor: 0,
        ...options,
      })
      return {
        runner,
        models: open,
        lines,
        settled: async () => {
          const head = await events.head()
          await until(async () => (await open.readModels.position()) === head && runner.isSettled())
        },
        stop: () => runner.stop(),
      }
    }
    return {
      url,
      ownerUrl,
      sql,
      events,
      append,
      models,
      start,
      close: async () => {
        await Promise.all(opened.map((open) => open.close()))
        await events.close()
        await sql.end()
      },
    }
  }

  return {
    place,
    admin,
    stop: async () => {
      await admin.end()
      await server.stop()
    },
  }
}
export type Server = Awaited<ReturnType<typeof startServer>>

/** A directory of the test that runs: it goes with it. */
export const dirOfTest = (prefix: string): string => {
  const { path, remove } = tempDir(prefix)
  onTestFinished(remove)
  return path
}

/** All rows of all read models, as the database writes them. The count of owners says who wrote, not what. */
export const dump = async (sql: postgres.Sql): Promise<ReadonlyMap<string, readonly string[]>> => {
  const tables = await sql<{ name: string }[]>`
    SELECT table_name AS name FROM information_schema.tables
    WHERE table_schema = 'rm' AND table_name <> 'schema_version' ORDER BY 1`
  const rows = await Promise.all(
    tables.map(async ({ name }) => {
      const lines = await sql.unsafe<{ line: string }[]>(
        name === "checkpoint"
          ? `SELECT (name, position, generation, feed_version)::text AS line FROM rm.checkpoint`
          : `SELECT t::text AS line FROM rm.${name} AS t ORDER BY 1`,
      )
      return [name, lines.map((row) => row.line)] as const
    }),
  )
  return new Map(rows)
}

/** Rows that one dump has and the other has not. */
export const differences = (
  a: ReadonlyMap<string, readonly string[]>,
  b: ReadonlyMap<string, readonly string[]>,
): readonly string[] =>
  [...new Set([...a.keys(), ...b.keys()])].flatMap((table) => {
    const [left, right] = [new Set(a.get(table)), new Set(b.get(table))]
    return [
      ...[...left.difference(right)].map((line) => `- ${table} ${line.slice(0, 300)}`),
      ...[...right.difference(left)].map((line) => `+ ${table} ${line.slice(0, 300)}`),
    ]
  })
