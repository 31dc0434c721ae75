import { chmodSync, chownSync, cpSync, existsSync, readdirSync, readFileSync, statSync, writeFileSync } from "node:fs"
import { spawn, spawnSync } from "node:child_process"
import { connect } from "node:net"
import { join } from "node:path"
import { once } from "node:events"
import { ensureRedisServer, POSTGRES_ACCOUNT, REDIS_ACCOUNT } from "@muster/platform/local"
import { tempDir, type TempDir } from "@muster/platform/testing"
import { Redis } from "ioredis"
import postgres from "postgres"
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test } from "vitest"
import { runLocal, type Line, type LocalRun, type RunOptions } from "./fixtures/driver.ts"

const asRoot = process.getuid?.() === 0
const NOBODY = 65_534
/** An ordinary account can only run the project where it may go: not below /root, say. */
const canBecomeNobody =
  asRoot && spawnSync(process.execPath, ["--version"], { uid: NOBODY, gid: NOBODY, cwd: "/" }).status === 0

let dir: TempDir
let dataDir: string
let runs: LocalRun[]
/** A copy of the tools that every account can reach: what was fetched lies in a directory of its owner alone. */
let tools: TempDir
beforeAll(async () => {
  const server = await ensureRedisServer()
  tools = tempDir()
  chmodSync(tools.path, 0o755)
  const fetched = server.path.endsWith("/redis/usr/bin/redis-server") ? join(server.path, "..", "..", "..") : undefined
  if (fetched) cpSync(fetched, join(tools.path, "redis"), { recursive: true, verbatimSymlinks: true })
})
afterAll(() => tools.remove())
beforeEach(() => {
  dir = tempDir()
  dataDir = join(dir.path, "data")
  runs = []
})
afterEach(async () => {
  await Promise.all(runs.map((run) => run.end("SIGTERM")))
  // A run that a test killed left its servers: the next start stops them, an orderly end leaves none.
  const last = runs.at(-1)
  if (last?.child.signalCode === "SIGKILL") await start().outcome.then(() => runs.at(-1)?.end("SIGTERM"))
  dir.remove()
})

const start = (options?: RunOptions): LocalRun => {
  const run = runLocal(dataDir, options)
  runs.push(run)
  return run
}

const query = async <A>(url: string, use: (sql: postgres.Sql) => Promise<A>): Promise<A> => {
  const sql = postgres(url, { max: 1, onnotice: () => undefined })
  try {
    return await use(sql)
  } finally {
    await sql.end()
  }
}

const ping = async (url: string): Promise<string> => {
  const redis = new Redis(url, { lazyConnect: true })
  try {
    await redis.connect()
    return await redis.ping()
  } finally {
    redis.disconnect()
  }
}

const answers = (url: string, host = "127.0.0.1"): Promise<boolean> =>
  new Promise((resolve) => {
    const socket = connect(Number(new URL(url).port), host)
    socket.once("connect", () => {
      socket.destroy()
      resolve(true)
    })
    socket.once("error", () => resolve(false))
  })

/** A dead process whose parent did not ask for it yet still has a folder in /proc: it counts as gone. */
const isGone = (pid: number): boolean =>
  !existsSync(`/proc/${pid}`) || / Z /.test(readFileSync(`/proc/${pid}/stat`, "utf8"))

/** What the server says to somebody who just starts to talk. */
const greet = (url: string, words: string): Promise<string> =>
  new Promise((resolve, reject) => {
    const socket = connect(Number(new URL(url).port), "127.0.0.1", () => socket.write(words))
    socket.setEncoding("utf8").once("error", reject)
    socket.once("data", (text) => {
      socket.destroy()
      resolve(String(text))
    })
  })

const postmasterPid = (dir = dataDir): number =>
  Number(readFileSync(join(dir, "postgres", "postmaster.pid"), "utf8").split("\n")[0])

const expectWorking = async (line: Line): Promise<void> => {
  expect(line).toMatchObject({ ready: true })
  expect(await query(line.appUrl, (sql) => sql`select current_user as who`)).toMatchObject([{ who: "muster_app" }])
  expect(await ping(line.redisUrl)).toBe("PONG")
}

describe("local servers", () => {
  test("keep data over an orderly stop and leave no process behind", async () => {
    const first = start()
    const line = await first.outcome
    await query(line.ownerUrl, (sql) => sql`create table kept as select 42 as answer`)
    expect(await first.end("SIGTERM")).toBe(0)
    expect(await Promise.all([answers(line.ownerUrl), answers(line.redisUrl)])).toEqual([false, false])
    expect(existsSync(join(dataDir, "postgres", "postmaster.pid"))).toBe(false)
    const again = await start().outcome
    expect(await query(again.ownerUrl, (sql) => sql`select answer from kept`)).toMatchObject([{ answer: 42 }])
  })

  test("start again after kill -9 of Muster: leftovers are stopped, committed data is there", async () => {
    const first = start()
    const line = await first.outcome
    await query(line.ownerUrl, (sql) => sql`create table kept as select 42 as answer`)
    const oldPostmaster = postmasterPid()
    await first.end("SIGKILL")
    expect(await answers(line.ownerUrl)).toBe(true)
    const again = await start().outcome
    expect(await query(again.ownerUrl, (sql) => sql`select answer from kept`)).toMatchObject([{ answer: 42 }])
    expect(postmasterPid()).not.toBe(oldPostmaster)
    expect(isGone(oldPostmaster)).toBe(true)
    expect(isGone(line.redisPid)).toBe(true)
  })

  test("a Postgres and a Redis that are killed come back at the same address with the same passwords", async () => {
    const run = start()
    const line = await run.outcome
    await query(line.ownerUrl, (sql) => sql`create table kept as select 42 as answer`)
    process.kill(line.redisPid, "SIGKILL")
    process.kill(postmasterPid(), "SIGKILL")
    await expect
      .poll(() => run.lines.filter((each) => each.message?.includes("runs again")).length, { timeout: 60_000 })
      .toBe(2)
    await expectWorking(line)
    expect(await query(line.ownerUrl, (sql) => sql`select answer from kept`)).toMatchObject([{ answer: 42 }])
  })

  test.each(canBecomeNobody ? [undefined, NOBODY] : [undefined])(
    "a foreign process that got the pid of a crashed server is neither stopped nor taken for it (account %s)",
    async (uid) => {
      if (uid !== undefined) chownSync(dir.path, uid, uid)
      const options = {
        ...(uid !== undefined && { uid }),
        env: { MUSTER_TOOLS_DIR: tools.path },
      }
      const run = start(options)
      await run.outcome
      await run.end("SIGTERM")
      const foreign = spawn("sleep", ["600"], { stdio: "ignore", ...(uid !== undefined && { uid }) })
      try {
        const pidFile = join(dataDir, "postgres", "postmaster.pid")
        const owner = statSync(join(dataDir, "postgres"))
        const stale = JSON.stringify({ pid: foreign.pid, started: "another-boot/1" })
        for (const name of ["redis", "postgres"]) {
          writeFileSync(join(dataDir, `${name}.process`), stale)
          chownSync(join(dataDir, `${name}.process`), statSync(dataDir).uid, statSync(dataDir).gid)
        }
        writeFileSync(pidFile, `${foreign.pid}\n/x\n1\n1\n\n127.0.0.1\n0 0\nready\n`, { mode: 0o600 })
        chownSync(pidFile, owner.uid, owner.gid)
        await expectWorking(await start(options).outcome)
        expect([foreign.exitCode, foreign.signalCode]).toEqual([null, null])
      } finally {
        foreign.kill("SIGKILL")
        await once(foreign, "exit")
      }
    },
  )

  test("a second start on the same directory is refused by name and disturbs nothing", async () => {
    const first = start()
    const line = await first.outcome
    const second = start()
    expect(await second.outcome).toMatchObject({
      failed: "DataDirBusy",
      message: expect.stringContaining(`Muster already runs here (pid ${first.child.pid})`),
    })
    expect(await second.exit).toBe(2)
    await expectWorking(line)
  })

  test("a database without its passwords is refused with words a person can act on", async () => {
    const run = start()
    await run.outcome
    await run.end("SIGTERM")
    writeFileSync(join(dataDir, "secrets.json"), "{}")
    expect(await start().outcome).toMatchObject({
      failed: "SecretsUnreadable",
      message: expect.stringContaining("restore it from a backup"),
    })
  })

  test.runIf(asRoot)(
    "under root the servers run as accounts of their own, and another account reads nothing of the data",
    async () => {
      const line = await start().outcome
      const uidOf = (pid: number) => statSync(`/proc/${pid}`).uid
      expect([uidOf(postmasterPid()), uidOf(line.redisPid)]).toEqual([POSTGRES_ACCOUNT.uid, REDIS_ACCOUNT.uid])
      const paths = ["", "secrets.json", "postgres", "postgres/PG_VERSION", "redis", "lock.1"].map((path) =>
        join(dataDir, path),
      )
      for (const path of paths) expect(existsSync(path)).toBe(true)
      // Also where everything above the data directory is open to all, as a home or a project folder may be.
      spawnSync("chmod", ["755", dir.path])
      for (const uid of [NOBODY, REDIS_ACCOUNT.uid]) {
        const attempt = spawnSync("sh", ["-c", 'for p in "$@"; do cat "$p" || ls "$p"; done', "sh", ...paths], {
          uid,
          gid: uid,
          encoding: "utf8",
        })
        expect(attempt.stdout).toBe("")
        expect(attempt.stderr.match(/Permission denied/g)?.length).toBeGreaterThanOrEqual(paths.length)
      }
    },
  )

  test.runIf(asRoot)("under root the data directory may lie where other accounts can not go at all", async () => {
    expect(statSync(dir.path).mode & 0o777).toBe(0o700)
    await expectWorking(await start().outcome)
  })

  test.runIf(asRoot)(
    "leftovers are found also where the system hides other accounts' processes from root",
    async () => {
      const through = ["setpriv", "--bounding-set=-sys_ptrace"]
      const first = start({ through })
      const line = await first.outcome
      await first.end("SIGKILL")
      await expectWorking(await start({ through }).outcome)
      expect(isGone(line.redisPid)).toBe(true)
    },
  )

  test.runIf(canBecomeNobody)(
    "an ordinary account runs everything (needs root, and a project that others can enter)",
    async () => {
      chownSync(dir.path, NOBODY, NOBODY)
      const run = start({ uid: NOBODY, env: { MUSTER_TOOLS_DIR: tools.path } })
      const line = await run.outcome
      await expectWorking(line)
      expect(statSync(`/proc/${postmasterPid()}`).uid).toBe(NOBODY)
      expect(await run.end("SIGTERM")).toBe(0)
    },
  )
})

describe("local servers, looked at while they run", () => {
  let line: Line
  let shared: TempDir
  let run: LocalRun
  let dataDir: string
  beforeAll(async () => {
    shared = tempDir()
    dataDir = join(shared.path, "data")
    run = runLocal(dataDir)
    line = await run.outcome
  })
  afterAll(async () => {
    await run.end("SIGTERM")
    shared.remove()
  })

  test("listen on 127.0.0.1 alone, and take nobody without the password", async () => {
    const port = (url: string) => new URL(url).port
    // Every listening socket of the machine with that port, from the kernel's own list: one, and it is 127.0.0.1.
    for (const url of [line.ownerUrl, line.redisUrl]) {
      const hex = Number(port(url)).toString(16).toUpperCase().padStart(4, "0")
      const listening = ["/proc/net/tcp", "/proc/net/tcp6"]
        .flatMap((file) => readFileSync(file, "utf8").split("\n"))
        .map((row) => row.trim().split(/\s+/))
        .filter(([, local, , state]) => state === "0A" && local?.endsWith(`:${hex}`))
        .map(([, local]) => local)
      expect(listening).toEqual([`0100007F:${hex}`])
    }
    const wrong = new URL(line.appUrl)
    wrong.password = "wrong"
    await expect(query(wrong.href, (sql) => sql`select 1`)).rejects.toMatchObject({ code: "28P01" })
    expect(await greet(line.redisUrl, "PING\r\n")).toContain("NOAUTH")
  })

  test("the application's role is no superuser, owns nothing and can make nothing", async () => {
    await query(line.appUrl, async (sql) => {
      await expect(sql`create table public.mine (id int)`).rejects.toMatchObject({ code: "42501" })
      await expect(sql`create schema mine`).rejects.toMatchObject({ code: "42501" })
      await expect(sql`create temp table mine (id int)`).rejects.toMatchObject({ code: "42501" })
      await expect(sql`copy (select 1) to program 'true'`).rejects.toMatchObject({ code: "42501" })
      expect(
        await sql`select rolsuper, rolcreaterole, rolcreatedb from pg_roles where rolname like 'muster_%' and rolsuper = false order by rolname`,
      ).toMatchObject([
        { rolsuper: false, rolcreaterole: false, rolcreatedb: false },
        { rolsuper: false, rolcreaterole: false, rolcreatedb: false },
      ])
    })
  })

  test("the database writes through to the disk, the bus keeps nothing there and refuses rather than forgets", async () => {
    expect(await query(line.appUrl, (sql) => sql`show fsync`)).toMatchObject([{ fsync: "on" }])
    const redis = new Redis(line.redisUrl)
    try {
      expect(await redis.config("GET", "save")).toEqual(["save", ""])
      expect(await redis.config("GET", "appendonly")).toEqual(["appendonly", "no"])
      expect(await redis.config("GET", "maxmemory-policy")).toEqual(["maxmemory-policy", "noeviction"])
      await redis.set("a", "b")
    } finally {
      await redis.quit()
    }
    expect(readdirSync(join(dataDir, "redis"))).toEqual([])
  })

  test("passwords are in one file that only its owner reads, and in no argument or environment of a server", async () => {
    expect(statSync(join(dataDir, "secrets.json")).mode & 0o777).toBe(0o600)
    const secrets = [line.ownerUrl, line.appUrl, line.redisUrl].map((url) => new URL(url).password)
    for (const pid of [line.redisPid, postmasterPid(dataDir)])
      for (const file of ["cmdline", "environ"]) {
        const text = readFileSync(`/proc/${pid}/${file}`, "utf8")
        for (const secret of secrets) expect(text).not.toContain(secret)
      }
  })
})
