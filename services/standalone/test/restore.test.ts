import { existsSync, mkdirSync, readdirSync, readFileSync, renameSync, rmSync, statSync, writeFileSync } from "node:fs"
import { join } from "node:path"
import { Readable } from "node:stream"
import { openBlobs } from "@muster/blobs"
import { operationalStateSteps } from "@muster/operational-state"
import { connectPg } from "@muster/platform"
import { tempDir } from "@muster/platform/testing"
import { afterAll, afterEach, beforeAll, describe, expect, it } from "vitest"
import { knownVersions } from "#src/backup/database/schemas.ts"
import { freshStaging, type SwapNote, stagingIn, swapParts, writeNote } from "#src/backup/half-state.ts"
import { runBackup, runCommand, runRestore } from "./backup/commands.ts"
import { rewriteHeader, startOn } from "./backup/tampering.ts"
import {
  dumpCarried,
  emptyPlace,
  fillEvents,
  fillFiles,
  type Files,
  hashOfBlob,
  makeSchemas,
  type Place,
} from "./backup/place.ts"

const EVENTS = 20_000
const SESSION = Buffer.alloc(32, 7)

/** Somebody signed in, an open code, a bound agent, an owner of shards. */
const fillAccess = async ({ sql }: Place): Promise<void> => {
  await sql`
    insert into app.session (id_sha256, user_id, org_id, name, role, created_at, expires_at)
    values (${SESSION}, gen_random_uuid(), gen_random_uuid(), 'Olive', 'owner', now(), now() + interval '1 day')`
  await sql`
    insert into app.code (code_sha256, kind, person_name, role, created_at, expires_at, used_at)
    values (${Buffer.alloc(32, 1)}, 'setup', null, 'owner', now(), null, now()),
           (${Buffer.alloc(32, 2)}, 'sign-in', 'Vera', 'viewer', now(), now() + interval '1 day', null)`
  await sql`
    insert into app.agent (member_id, team_id, org_id, incarnation, revision, api_key_sha256, bus_username, bus_password_sha256, bound_at)
    values (gen_random_uuid(), gen_random_uuid(), gen_random_uuid(), gen_random_uuid(), 2, ${Buffer.alloc(32, 3)}, 'muster-x',
            ${"0".repeat(64)}, now())`
  await sql`insert into app.shard_lease (kind, shard, epoch, owner) values ('dispatcher', 0, 5, gen_random_uuid())`
}

const generationOf = async ({ sql }: Place): Promise<string> => {
  const [meta] = await sql<{ generation: string }[]>`select generation::text as generation from es.meta`
  return meta?.generation ?? ""
}

describe("a restore", () => {
  let source: Place
  /** Refusals change nothing: they share one. */
  let untouched: Place
  let files: Files
  let file: string
  const out = tempDir("muster-backups-")
  beforeAll(async () => {
    source = await emptyPlace()
    await makeSchemas(source)
    files = await fillFiles(source)
    await fillEvents(source, EVENTS, files.objects)
    await fillAccess(source)
    file = (await runBackup(join(out.path, "whole.tar"), source.env)).file
    untouched = await emptyPlace()
  })
  afterAll(async () => {
    await source?.close()
    await untouched?.close()
    out.remove()
  })
  const made: Place[] = []
  afterEach(async () => {
    for (const place of made.splice(0)) await place.close()
  })
  const makePlace = async (): Promise<Place> => {
    const place = await emptyPlace()
    made.push(place)
    return place
  }

  it("brings back every event, every file and what members wrote, under a new generation, and signs everybody out", async () => {
    const target = await makePlace()
    const report = await runRestore([file], target.env)
    const [before, after] = [await dumpCarried(source), await dumpCarried(target)]
    expect(after["es.events"]).toEqual(before["es.events"])
    expect(after["app.agent"]).toEqual(before["app.agent"])
    expect(after["app.session"]).toEqual([])
    expect(await target.sql`select kind from app.code`).toEqual([{ kind: "setup" }])
    expect(await target.sql`select owner, epoch > 5 as is_ahead from app.shard_lease`).toEqual([
      { owner: null, is_ahead: true },
    ])
    expect(report.backup?.generation).toBe(await generationOf(source))
    expect(report.generation).not.toBe(await generationOf(source))
    expect(report.generation).toBe(await generationOf(target))
    expect(report).toMatchObject({ movedAside: null, schemasMovedAside: [], wasInterrupted: false })

    const blobsDir = join(target.dir.path, "blobs")
    for (const sha256 of files.objects) expect(await hashOfBlob(blobsDir, sha256)).toBe(sha256)
    const blobs = await openBlobs({ dir: blobsDir })
    expect((await blobs.readOutput(files.output)).bytes).toEqual(new Uint8Array(files.output.bytes))
    const context = join(target.dir.path, "teams", files.teamId, "context")
    expect(readFileSync(join(context, "notes", "deep", "plan äöü 🦜.md"), "utf8")).toBe("a plan\n")
    expect(statSync(join(context, `${"long-".repeat(45)}.txt`)).mode & 0o777).toBe(0o640)
    expect(statSync(context).mode & 0o7777).toBe(0o1777)
    expect(statSync(join(target.dir.path, "teams")).mode & 0o7777).toBe(0o755)
    // What is made from the log is not brought back: it is made again.
    expect(existsSync(join(target.dir.path, "teams", files.teamId, "team.json"))).toBe(false)
    expect(readdirSync(target.dir.path).toSorted()).toEqual(["blobs", "teams"])
    // The log takes new events where the copy ends, through its own function and as the application.
    expect(
      await target.sql`select has_function_privilege('muster_app', p.oid, 'execute') as may from pg_proc p
      join pg_namespace n on n.oid = p.pronamespace where n.nspname = 'es' and p.proname = 'append'`,
    ).toEqual([{ may: true }])
  })

  it("refuses a place that holds data, and with --replace moves it aside and deletes nothing", async () => {
    const target = await makePlace()
    await makeSchemas(target)
    await fillEvents(target, 10)
    const putMine = async () => {
      const blobs = await openBlobs({ dir: join(target.dir.path, "blobs") })
      return blobs.put(Readable.from([Buffer.from("mine")]))
    }
    const { sha256 } = await putMine()
    const generation = await generationOf(target)
    const refused = await runCommand("restore", [file], target.env)
    expect(refused.code).toBe(1)
    expect(refused.complained).toMatch(/holds data.*--replace.*nothing was changed/)
    rmSync(join(target.dir.path, "blobs"), { recursive: true })
    const refusedByDatabase = await runCommand("restore", [file], target.env)
    expect(refusedByDatabase.complained).toMatch(/the database holds data.*--replace/)
    expect(await generationOf(target)).toBe(generation)
    await putMine()

    const report = await runRestore([file, "--replace"], target.env)
    expect(report.schemasMovedAside).toHaveLength(2)
    const [es = ""] = report.schemasMovedAside.filter((name) => name.startsWith("es_before_"))
    expect(await target.sql`select count(*)::int as events from ${target.sql(es)}.events`).toEqual([{ events: 10 }])
    expect(await target.sql`select generation::text as generation from ${target.sql(es)}.meta`).toEqual([
      { generation },
    ])
    expect(await hashOfBlob(join(report.movedAside ?? "", "blobs"), sha256)).toBe(sha256)
    expect((await dumpCarried(target))["es.events"]).toEqual((await dumpCarried(source))["es.events"])
  })

  it("refuses while a Muster uses the database, and changes nothing", async () => {
    const target = await makePlace()
    await makeSchemas(target)
    const generation = await generationOf(target)
    const running = connectPg({ url: target.postgres.appUrl, max: 1, applicationName: "muster-log-append" })
    await running`select 1`
    const refused = await runCommand("restore", [file, "--replace"], target.env)
    await running.end()
    expect(refused.code).toBe(1)
    expect(refused.complained).toMatch(/a running Muster uses this database/)
    expect(await generationOf(target)).toBe(generation)
    expect(readdirSync(target.dir.path)).toEqual([])
  })

  it("refuses a damaged backup before it touches anything", async () => {
    const bytes = readFileSync(file)
    const at = bytes.indexOf("database/es.events") + 5_000
    bytes[at] = (bytes[at] ?? 0) ^ 0xff
    const damaged = join(out.path, "damaged.tar")
    writeFileSync(damaged, bytes)
    const refused = await runCommand("restore", [damaged], untouched.env)
    expect(refused.code).toBe(1)
    expect(refused.complained).toMatch(/database\/es\.events\/000000\.copy\.gz is damaged; nothing was changed/)
    expect(readdirSync(untouched.dir.path)).toEqual([])
    expect(await untouched.sql`select nspname from pg_namespace where nspname in ('es', 'app')`).toEqual([])
  })

  it("refuses a backup of a newer version with a clear message", async () => {
    const newer = join(out.path, "newer.tar")
    const known = knownVersions()["es"] ?? 0
    await rewriteHeader(file, newer, (header) => ({
      ...header,
      schemas: { ...header.schemas, es: known + 1 },
      product: "9.9.9",
    }))
    const refused = await runCommand("restore", [newer], untouched.env)
    expect(refused.code).toBe(1)
    expect(refused.complained).toContain(
      `this backup was written by a newer Muster (9.9.9; schema es ${known + 1}, this version knows ${known}): restore it with that version or newer; nothing was changed`,
    )
    await rewriteHeader(file, newer, (header) => ({ ...header, format: 2 }))
    expect((await runCommand("restore", [newer], untouched.env)).complained).toMatch(/format 2, this version knows 1/)
    expect(readdirSync(untouched.dir.path)).toEqual([])
  })

  it("whose rows the database refuses says so and leaves everything as it was", async () => {
    const swapped = join(out.path, "swapped.tar")
    const other: Readonly<Record<string, string>> = { stream: "type", type: "stream" }
    await rewriteHeader(file, swapped, (header) => ({
      ...header,
      tables: header.tables.map((table) => ({ ...table, columns: table.columns.map((name) => other[name] ?? name) })),
    }))
    const refused = await runCommand("restore", [swapped], untouched.env)
    expect(refused.code).toBe(1)
    expect(refused.complained).toMatch(/the database did not take the rows of es\.events.*the data is as before/)
    expect(await untouched.sql`select nspname from pg_namespace where nspname in ('es', 'app')`).toEqual([])
    expect(readdirSync(untouched.dir.path)).toEqual([])
  })

  it("brings an older backup to this version", async () => {
    const target = await makePlace()
    const old = await makePlace()
    await makeSchemas(old, { es: 3, app: 1 })
    await fillEvents(old, 100)
    const report = await runBackup(join(out.path, "old.tar"), old.env)
    expect(report.tables.some(({ table }) => table === "shard_lease")).toBe(false)
    await runRestore([report.file], target.env)
    expect(await target.sql`select max(version) as version from app.schema_version`).toEqual([
      { version: operationalStateSteps("x").length },
    ])
    expect(await target.sql`select max(version) as version from es.schema_version`).toEqual([
      { version: knownVersions()["es"] },
    ])
    expect(await target.sql`select * from app.shard_lease`).toEqual([])
    const rows = ({ sql }: Place) => sql<{ row: string }[]>`select e::text as row from es.events e order by position`
    expect(await rows(target)).toEqual(await rows(old))
  })

  it("without files puts empty folders in the place of full ones", () => {
    const dir = tempDir("muster-staging-")
    expect(readdirSync(freshStaging(dir.path)).toSorted()).toEqual(["blobs", "teams"])
    dir.remove()
  })

  it("interrupted between any two files is gone on with, and nothing starts on what is half done", async () => {
    const note: SwapNote = { backupId: "b", generation: "g", aside: "before-restore-x", isDatabaseInside: true }
    const parts = ["postgres", "secrets.json", "blobs", "teams"]
    for (let done = 0; done <= parts.length * 2; done += 1) {
      const dir = tempDir("muster-half-")
      const at = (...names: string[]) => join(dir.path, ...names)
      mkdirSync(stagingIn(dir.path), { mode: 0o700 })
      for (const name of parts) {
        writeFileSync(at(name), `old ${name}`)
        writeFileSync(join(stagingIn(dir.path), name), `new ${name}`)
      }
      await writeNote(dir.path, note)
      const moves = parts.flatMap((name) => [
        () => renameSync(at(name), at(note.aside, name)),
        () => renameSync(join(stagingIn(dir.path), name), at(name)),
      ])
      if (done > 0) mkdirSync(at(note.aside))
      for (const move of moves.slice(0, done)) move()

      if (done === 3) {
        const started = await startOn(dir.path)
        expect(started.code).toBe(1)
        expect(started.said).toMatch(/a restore into .* was interrupted: run it again/)
        const backup = await runCommand("backup", [join(out.path, "half.tar")], { MUSTER_DATA_DIR: dir.path })
        expect(backup.complained).toMatch(/was interrupted: run it again/)
      }
      expect(await swapParts(dir.path, note)).toBe(at(note.aside))
      for (const name of parts) {
        expect(readFileSync(at(name), "utf8")).toBe(`new ${name}`)
        expect(readFileSync(at(note.aside, name), "utf8")).toBe(`old ${name}`)
      }
      expect(readdirSync(dir.path).toSorted()).toEqual([note.aside, ...parts].toSorted())
      dir.remove()
    }
  })

  it("interrupted around the commit of a database of one's own is judged by the generation that the database has", async () => {
    const target = await makePlace()
    const { path } = target.dir
    await makeSchemas(target)
    const stage = () => writeFileSync(join(freshStaging(path), "blobs", "staged"), "")
    const note: SwapNote = {
      backupId: "b",
      generation: await generationOf(target),
      aside: "x",
      isDatabaseInside: false,
    }
    stage()
    await writeNote(path, note)
    const ended = await runRestore([], target.env)
    expect(ended).toMatchObject({ wasInterrupted: true, generation: note.generation })
    expect(existsSync(join(path, "blobs", "staged"))).toBe(true)

    // Not committed: the database is as it was, and the next restore begins anew.
    stage()
    await writeNote(path, { ...note, generation: "another" })
    const refused = await runCommand("restore", [], target.env)
    expect(refused).toMatchObject({ code: 2 })
    expect(refused.complained).toMatch(/name the backup to restore/)
    expect(refused.said).toMatch(/interrupted before it changed anything/)
    expect(existsSync(join(path, "restore.json"))).toBe(false)
    expect(existsSync(stagingIn(path))).toBe(false)
    expect(await generationOf(target)).toBe(note.generation)
  })

  it("says how it is used", async () => {
    expect(await runCommand("restore", ["a", "b"], untouched.env)).toMatchObject({ code: 2 })
    expect((await runCommand("restore", ["--nonsense"], untouched.env)).complained).toMatch(/usage: npm run restore/)
    expect((await runCommand("restore", [out.path], untouched.env)).complained).toMatch(/there is no backup in/)
    expect((await runCommand("restore", [join(out.path, "no.tar")], untouched.env)).complained).toMatch(
      /can not be restored/,
    )
  })
})
