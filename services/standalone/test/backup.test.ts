import { randomBytes } from "node:crypto"
import {
  chmodSync,
  existsSync,
  linkSync,
  readdirSync,
  readFileSync,
  rmSync,
  statSync,
  symlinkSync,
  writeFileSync,
} from "node:fs"
import { execFileSync } from "node:child_process"
import { join } from "node:path"
import { tempDir } from "@muster/platform/testing"
import { afterAll, beforeAll, describe, expect, it } from "vitest"
import { writeArchive } from "#src/backup/archive/write.ts"
import { verifyBackup } from "#src/backup/verify.ts"
import { runBackup, runCommand } from "./backup/commands.ts"
import { emptyPlace, fillEvents, fillFiles, type Files, makeSchemas, type Place } from "./backup/place.ts"

const EVENTS = 5_000
const PASSPHRASE = "correct horse battery"

describe("a backup", () => {
  let place: Place
  let files: Files
  const out = tempDir("muster-backups-")
  beforeAll(async () => {
    place = await emptyPlace()
    await makeSchemas(place)
    files = await fillFiles(place)
    await fillEvents(place, EVENTS, files.objects)
  })
  afterAll(async () => {
    await place?.close()
    out.remove()
  })

  it("is one file that only its owner reads, named by the time when a folder is given", async () => {
    const report = await runBackup(join(out.path, "new folder/"), place.env)
    expect(report.file).toMatch(/new folder\/muster-\d{4}-\d\d-\d\dT\d\d-\d\d-\d\dZ\.tar$/)
    expect(statSync(report.file).mode & 0o777).toBe(0o600)
    expect(statSync(join(out.path, "new folder")).mode & 0o777).toBe(0o700)
    expect(readdirSync(join(out.path, "new folder"))).toHaveLength(1)
    expect(execFileSync("tar", ["tf", report.file], { encoding: "utf8" })).toMatch(
      /^muster-backup\.json\n[^]*manifest\.json\n$/,
    )
  })

  it("goes where the path leads from where the person stands", async () => {
    const { file } = await runBackup("relative.tar", { ...place.env, INIT_CWD: out.path })
    expect(file).toBe(join(out.path, "relative.tar"))
    expect(existsSync(file)).toBe(true)
  })

  it("holds every event, every blob and what members wrote, and says so", async () => {
    const report = await runBackup(join(out.path, "whole.tar"), place.env)
    expect(report.tables.find(({ table }) => table === "events")?.rows).toBe(EVENTS + files.objects.length)
    expect(report.head).toBe(String(EVENTS + files.objects.length))
    expect(report).toMatchObject({
      missingBlobs: [],
      isEncrypted: false,
      blobs: { count: 4 },
      context: { count: 2, skipped: 0 },
    })
    const { manifest, header } = await verifyBackup({ path: report.file, passphrase: undefined })
    expect(header.tables.map(({ schema }) => schema)).toEqual(expect.arrayContaining(["es", "app"]))
    expect(header.tables.some(({ schema }) => schema === "rm")).toBe(false)
    for (const sha256 of files.objects)
      expect(manifest.files.find(({ name }) => name.endsWith(sha256))).toMatchObject({ sha256 })
  })

  it("names the blobs that the log names and that are not there or damaged", async () => {
    const absent = "a".repeat(64)
    await fillEvents(place, 0, [absent])
    const [damaged = ""] = files.objects
    const path = join(place.dir.path, "blobs", "objects", damaged.slice(0, 2), damaged.slice(2, 4), damaged)
    const before = readFileSync(path)
    writeFileSync(path, "b file")
    const report = await runBackup(join(out.path, "missing.tar"), place.env)
    writeFileSync(path, before)
    expect(report.missingBlobs).toEqual([absent, damaged].toSorted())
    const { said } = await runCommand("backup", [join(out.path, "missing-2.tar")], place.env)
    expect(said).toContain(`WARNING: 1 files that the log names`)
  })

  it("never follows a link and never takes a second name of a file out of a folder that members write", async () => {
    const secret = join(place.dir.path, "secret")
    writeFileSync(secret, "nobody may see this")
    const context = join(place.dir.path, "teams", files.teamId, "context")
    symlinkSync(secret, join(context, "link"))
    symlinkSync(place.dir.path, join(context, "folder"))
    linkSync(secret, join(context, "second"))
    execFileSync("mkfifo", [join(context, "pipe")])
    const report = await runBackup(join(out.path, "links.tar"), place.env)
    expect(report.context).toEqual({ count: 2, skipped: 4 })
    expect(readFileSync(report.file).includes("nobody may see this")).toBe(false)
  })

  it("is refused when one byte of it was changed, wherever", async () => {
    const { file } = await runBackup(join(out.path, "damaged.tar"), place.env)
    const whole = readFileSync(file)
    const { manifest, header } = await verifyBackup({ path: file, passphrase: undefined })
    const path = join(out.path, "changed.tar")
    const step = Math.ceil(whole.length / 150)
    let refused = 0
    for (let at = 0; at < whole.length; at += step) {
      const changed = Buffer.from(whole)
      changed[at] = (changed[at] ?? 0) ^ 0x01
      writeFileSync(path, changed)
      try {
        // Bytes that fill up a block mean nothing: with one of them changed all that counts is still there.
        expect(await verifyBackup({ path, passphrase: undefined })).toMatchObject({ manifest, header })
      } catch (error) {
        expect(error).toMatchObject({ _tag: "BackupUnreadable" })
        refused += 1
      }
    }
    expect(refused).toBeGreaterThan(100)
  })

  it("is refused when its end is missing, wherever it was cut", async () => {
    const { file } = await runBackup(join(out.path, "cut.tar"), place.env)
    const whole = readFileSync(file)
    const path = join(out.path, "shorter.tar")
    const lastEntry = whole.lastIndexOf("manifest.json")
    for (const length of [0, 1, 511, 512, 1_000, whole.length >> 1, lastEntry, lastEntry + 600]) {
      writeFileSync(path, whole.subarray(0, length))
      await expect(verifyBackup({ path, passphrase: undefined })).rejects.toMatchObject({ _tag: "BackupUnreadable" })
    }
  })

  it("of which nobody has the passphrase shows nothing and is refused at any change", async () => {
    const env = { ...place.env, MUSTER_BACKUP_PASSPHRASE: PASSPHRASE }
    const report = await runBackup(`${out.path}/sealed.tar.sealed`, env)
    expect(report.isEncrypted).toBe(true)
    const whole = readFileSync(report.file)
    expect(whole.includes("manifest.json")).toBe(false)
    const opened = await verifyBackup({ path: report.file, passphrase: PASSPHRASE })
    expect(opened.header.generation).toBe(report.generation)
    const { file: path } = report
    await expect(verifyBackup({ path, passphrase: undefined })).rejects.toMatchObject({ _tag: "PassphraseNeeded" })
    await expect(verifyBackup({ path, passphrase: "another passphrase" })).rejects.toMatchObject({
      _tag: "BackupUnreadable",
    })
    const changedPath = join(out.path, "changed.sealed")
    for (const at of [20, 60, whole.length >> 1, whole.length - 1]) {
      const changed = Buffer.from(whole)
      changed[at] = (changed[at] ?? 0) ^ 0x01
      writeFileSync(changedPath, changed)
      await expect(verifyBackup({ path: changedPath, passphrase: PASSPHRASE })).rejects.toMatchObject({
        _tag: "BackupUnreadable",
      })
    }
    writeFileSync(changedPath, whole.subarray(0, whole.length - 100))
    await expect(verifyBackup({ path: changedPath, passphrase: PASSPHRASE })).rejects.toMatchObject({
      _tag: "BackupUnreadable",
    })
  })

  it("replaces no file, and leaves none when it can not be written", async () => {
    const taken = join(out.path, "taken.tar")
    writeFileSync(taken, "mine")
    const refused = await runCommand("backup", [taken], place.env)
    expect(refused).toMatchObject({ code: 1 })
    expect(refused.complained).toMatch(/there is such a file already/)
    expect(readFileSync(taken, "utf8")).toBe("mine")
    const broken = await runCommand("backup", [join(out.path, "broken.tar")], {
      ...place.env,
      DATABASE_URL: "postgres://nobody@127.0.0.1:1/muster",
    })
    expect(broken.code).toBe(1)
    expect(readdirSync(out.path).filter((name) => name.startsWith("broken"))).toEqual([])
  })

  it("says where there is nothing to back up, and makes nothing there", async () => {
    const nowhere = join(out.path, "nowhere")
    const { code, complained } = await runCommand("backup", [join(out.path, "nothing.tar")], {
      MUSTER_DATA_DIR: nowhere,
    })
    expect(code).toBe(1)
    expect(complained).toMatch(/there is no Muster in/)
    expect(existsSync(nowhere)).toBe(false)
  })

  it("of any size is written in little memory", async () => {
    const path = join(out.path, "large.tar")
    const archive = await writeArchive({ path, passphrase: undefined })
    const piece = randomBytes(1_000_000)
    let mostBytes = 0
    for (let index = 0; index < 400; index += 1) {
      await archive.add(`blobs/${index}`, Buffer.from(piece))
      mostBytes = Math.max(mostBytes, process.memoryUsage().arrayBuffers)
    }
    expect(await archive.finish()).toBeGreaterThan(400_000_000)
    expect(mostBytes).toBeLessThan(200_000_000)
    rmSync(path)
  })

  it("is of one moment, however much is written meanwhile", async () => {
    const ending = new AbortController()
    const write = async (): Promise<number> => {
      let written = 0
      while (!ending.signal.aborted) {
        await place.sql`
          insert into es.events (position, stream, revision, id, type, schema, data, meta)
          select max(position) + 1, 'meanwhile', ${written + 1}, gen_random_uuid(), 'Tested', 1, '{}', '{}' from es.events`
        await place.sql`
          insert into app.agent (member_id, team_id, org_id, incarnation, revision, api_key_sha256, bus_username, bus_password_sha256, bound_at)
          select gen_random_uuid(), gen_random_uuid(), gen_random_uuid(), gen_random_uuid(), (select max(position) from es.events)::int,
                 sha256(gen_random_uuid()::text::bytea), gen_random_uuid()::text, ${"0".repeat(64)}, now()`
        written += 1
      }
      return written
    }
    const writing = write()
    const report = await runBackup(join(out.path, "meanwhile.tar"), place.env)
    ending.abort()
    expect(await writing).toBeGreaterThan(10)
    const events = report.tables.find(({ table }) => table === "events")?.rows ?? 0
    const agents = report.tables.find(({ table }) => table === "agent")?.rows ?? 0
    expect(String(events)).toBe(report.head)
    // Each event had its agent's row after it: at one moment at most one is missing.
    const [counted] = await place.sql<{ meanwhile: number }[]>`
      select count(*)::int as meanwhile from es.events where stream = 'meanwhile' and position <= ${report.head}`
    expect([agents, agents + 1]).toContain(counted?.meanwhile)
  })

  it("needs no sequence: the carried schemas have none", async () => {
    expect(
      await place.sql`
        select c.relname from pg_class c join pg_namespace n on n.oid = c.relnamespace
        where n.nspname in ('es', 'app') and c.relkind = 'S'`,
    ).toEqual([])
  })

  it("is refused by a data directory that others can enter", async () => {
    chmodSync(place.dir.path, 0o755)
    const { code, complained } = await runCommand("backup", [join(out.path, "open.tar")], place.env)
    chmodSync(place.dir.path, 0o700)
    expect(code).toBe(1)
    expect(complained).toMatch(/open to other accounts/)
  })
})
