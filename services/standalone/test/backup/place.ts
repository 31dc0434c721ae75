import { createHash, randomBytes, randomUUID } from "node:crypto"
import { mkdirSync, writeFileSync } from "node:fs"
import { join } from "node:path"
import { Readable } from "node:stream"
import { openBlobs } from "@muster/blobs"
import { eventLogSteps } from "@muster/event-store/postgres"
import { operationalStateSteps } from "@muster/operational-state"
import { migrate } from "@muster/platform"
import { startTestPostgres, tempDir, type TempDir, type TestPostgres } from "@muster/platform/testing"
import postgres from "postgres"

/** A database and a data directory as a Muster would leave them, without a Muster. */
export interface Place {
  readonly postgres: TestPostgres
  readonly dir: TempDir
  /** As the owner of the database. */
  readonly sql: postgres.Sql
  /** For the commands. */
  readonly env: Readonly<Record<string, string>>
  readonly close: () => Promise<void>
}

export const emptyPlace = async (): Promise<Place> => {
  const server = await startTestPostgres()
  const dir = tempDir("muster-backup-")
  const sql = postgres(server.ownerUrl, { max: 2, onnotice: () => undefined })
  return {
    postgres: server,
    dir,
    sql,
    env: {
      MUSTER_DATA_DIR: dir.path,
      DATABASE_URL: server.ownerUrl,
      MUSTER_APP_DATABASE_URL: server.appUrl,
    },
    close: async () => {
      await sql.end({ timeout: 5 })
      await server.stop()
      dir.remove()
    },
  }
}

const APP_ROLE = "muster_app"

/** Makes the schemas as a version had them that knew so many steps; undefined: as they are now. */
export const makeSchemas = async (
  { sql }: Place,
  versions: { readonly es?: number; readonly app?: number } = {},
): Promise<void> => {
  const all = { es: eventLogSteps(APP_ROLE), app: operationalStateSteps(APP_ROLE) }
  for (const schema of ["es", "app"] as const)
    await migrate(sql, { schema, steps: all[schema].slice(0, versions[schema]), appRole: APP_ROLE })
}

/** Text that a careless copy would damage: separators of COPY, of lines and of paths, and letters beyond ASCII. */
const AWKWARD = 'tab\t newline\n return\r backslash \\ \\N \\. quote " emoji 🦜 zero-width \u200b'

/** Events of streams of five, valid for the log's own table. */
export const fillEvents = async ({ sql }: Place, count: number, named: readonly string[] = []): Promise<void> => {
  await sql`
    insert into es.events (position, stream, revision, id, type, schema, data, meta, at)
    select (select coalesce(max(position), 0) from es.events) + n, 'task-' || ((n - 1) / 5), 1 + (n - 1) % 5, gen_random_uuid(),
           'TaskProgressed', 1,
           jsonb_build_object('n', n, 'text', ${AWKWARD}::text, 'number', 0.1::numeric + n, 'nothing', null),
           jsonb_build_object('org', 'o', 'actor', jsonb_build_object('kind', 'system')),
           timestamptz '2026-01-01 00:00:00.123456Z' + n * interval '1 second'
    from generate_series(1, ${count}) n`
  for (const sha256 of named)
    await sql`
      insert into es.events (position, stream, revision, id, type, schema, data, meta)
      select max(position) + 1, ${`named-${randomUUID()}`}, 1, ${randomUUID()}, 'TaskArtifactAdded', 1,
             ${sql.json({ sha256, name: "file" })}, ${sql.json({ org: "o" })}
      from es.events`
}

const hashOf = (bytes: Uint8Array): string => createHash("sha256").update(bytes).digest("hex")

/** The bytes of a blob as their hash; undefined when it is not there. */
export const hashOfBlob = async (dir: string, sha256: string): Promise<string | undefined> => {
  const blobs = await openBlobs({ dir })
  const blob = await blobs.open(sha256)
  if (blob === undefined) return undefined
  const parts: Buffer[] = []
  for await (const chunk of blob.stream) parts.push(chunk as Buffer)
  return hashOf(Buffer.concat(parts))
}

export interface Files {
  /** SHA-256 of the blobs. */
  readonly objects: readonly string[]
  readonly output: { readonly taskId: string; readonly assignmentId: string; readonly bytes: Buffer }
  readonly teamId: string
}

/** Blobs, output of a task and what members wrote into the folder of their team. */
export const fillFiles = async ({ dir }: Place): Promise<Files> => {
  const blobs = await openBlobs({ dir: join(dir.path, "blobs") })
  const objects: string[] = []
  for (const bytes of [Buffer.from("a file"), Buffer.alloc(0), randomBytes(300_000)])
    objects.push((await blobs.put(Readable.from([bytes]))).sha256)
  const output = { taskId: randomUUID(), assignmentId: randomUUID(), bytes: Buffer.from("a line\nand half a ") }
  await blobs.appendOutput(output, 0, output.bytes)
  const teamId = randomUUID()
  const context = join(dir.path, "teams", teamId, "context")
  mkdirSync(join(context, "notes", "deep"), { recursive: true })
  writeFileSync(join(context, "notes", "deep", "plan äöü 🦜.md"), "a plan\n")
  writeFileSync(join(context, `${"long-".repeat(45)}.txt`), "a long name\n", { mode: 0o640 })
  writeFileSync(join(dir.path, "teams", teamId, "team.json"), "made from the log\n")
  return { objects, output, teamId }
}

/** Rows of the carried tables as text, without what a restore changes on purpose. */
export const dumpCarried = async ({ sql }: Place): Promise<Readonly<Record<string, readonly string[]>>> => {
  const tables = ["es.events", "app.code", "app.agent", "app.session", "app.shard_lease"]
  const dump: Record<string, readonly string[]> = {}
  for (const table of tables) {
    const rows = await sql.unsafe<{ row: string }[]>(`select t::text as row from ${table} t order by 1`)
    dump[table] = rows.map(({ row }) => row)
  }
  return dump
}
