import { execFile } from "node:child_process"
import { randomUUID } from "node:crypto"
import { chmodSync, chownSync, mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs"
import { tmpdir } from "node:os"
import { join } from "node:path"
import { fileURLToPath } from "node:url"
import {
  eventually,
  startTestPostgres,
  startTestRedis,
  type TestPostgres,
  type TestRedis,
} from "@muster/platform/testing"
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test } from "vitest"
import { memberAccount } from "#src/runtimes/shared/account.ts"
import { because, missing, missingForCommands } from "#test/support/machine.ts"
import { type CommandResult, type CommandRun, runCommand, runtimeFor } from "#test/support/run-command.ts"
import { recordingHost, runtimeTask } from "#src/testing/index.ts"

const isRoot = process.getuid?.() === 0
/** An account that is neither root nor anybody's. */
const ORDINARY = { uid: 61_099, gid: 61_099 }
const MAIN = fileURLToPath(new URL("support/run-command-main.ts", import.meta.url))

const asOrdinaryUser = (run: CommandRun): Promise<CommandResult> =>
  new Promise((resolve, reject) => {
    const child = execFile(
      process.execPath,
      [MAIN],
      { ...ORDINARY, env: { PATH: process.env["PATH"], HOME: "/", AGENT_SECRET: "environ-secret" } },
      (error, stdout, stderr) => {
        if (error) reject(new Error(`${error.message}\n${stderr}`))
        else resolve(JSON.parse(stdout) as CommandResult)
      },
    )
    child.stdin?.end(JSON.stringify(run))
  })

interface Mode {
  readonly name: string
  readonly confinement: string
  readonly user: { uid: number; gid: number } | undefined
  readonly run: (run: CommandRun) => Promise<CommandResult>
}

const modes: readonly Mode[] = isRoot
  ? [
      { name: "root, in a sandbox", confinement: "sandbox and account", user: undefined, run: runCommand },
      {
        name: "root, without bubblewrap",
        confinement: "account",
        user: undefined,
        run: (run) => runCommand({ ...run, without: ["bubblewrap"] }),
      },
      {
        name: "root, without any tool",
        confinement: "account",
        user: undefined,
        run: (run) => runCommand({ ...run, without: ["bubblewrap", "setpriv"] }),
      },
      { name: "an ordinary user, in a sandbox", confinement: "sandbox", user: ORDINARY, run: asOrdinaryUser },
    ]
  : [{ name: "an ordinary user, in a sandbox", confinement: "sandbox", user: undefined, run: runCommand }]

let redis: TestRedis
let postgres: TestPostgres
beforeAll(async () => {
  redis = await startTestRedis()
  postgres = await startTestPostgres()
})
afterAll(async () => {
  await redis.stop()
  await postgres.stop()
})

const possible = modes.map((mode) => ({
  ...mode,
  why: missing({ sandbox: mode.confinement.includes("sandbox"), account: mode.user }),
}))

test.for(possible.filter(({ why }) => why !== undefined))("a task of $name ($why)", (_, { skip }) => skip())

describe.for(possible.filter(({ why }) => why === undefined))("a task of $name", ({ user, run, confinement }) => {
  let dataDir: string
  let stateDir: string
  const own = (path: string) => user && chownSync(path, user.uid, user.gid)
  const folder = (...parts: readonly string[]): string => {
    const path = join(...parts)
    mkdirSync(path, { recursive: true, mode: 0o700 })
    own(path)
    return path
  }
  const secretFile = (...parts: readonly string[]): string => {
    const path = join(...parts)
    writeFileSync(path, "top secret", { mode: 0o600 })
    own(path)
    return path
  }
  beforeEach(() => {
    dataDir = mkdtempSync(join(tmpdir(), "muster-test-data-"))
    own(dataDir)
    folder(dataDir, "instances")
    folder(dataDir, "instances", "mine")
    stateDir = folder(dataDir, "instances", "mine", "state")
    folder(stateDir, "work")
    folder(dataDir, "instances", "other")
  })
  afterEach(() => rmSync(dataDir, { recursive: true, force: true }))

  test("is confined as strongly as it can be", async () => {
    expect(await run({ stateDir, instructions: "true" })).toMatchObject({ confinement, outcome: { kind: "succeeded" } })
  })

  test("can not read Muster's data, another member's credentials, its own agent's, or the agent's environment", async () => {
    const secrets = [
      secretFile(dataDir, "secret.json"),
      secretFile(dataDir, "instances", "other", "credentials.json"),
      secretFile(stateDir, "credentials.json"),
    ]
    const script = `
      for file in ${secrets.join(" ")}; do cat "$file" && echo LEAK "$file"; done
      ls ${dataDir} && echo LEAK data
      for environ in /proc/[0-9]*/environ; do grep -a -l environ-secret "$environ" && echo LEAK "$environ"; done
      cat /proc/$PPID/environ 2>/dev/null | grep -a AGENT_ && echo LEAK parent
      echo through
    `
    const { text, outcome } = await run({ stateDir, instructions: script, env: { AGENT_SECRET: "environ-secret" } })
    expect(outcome).toMatchObject({ kind: "succeeded" })
    expect(text).toContain("through")
    expect(text).not.toContain("LEAK")
    expect(text).not.toContain("top secret")
  })

  test("can not use the database or the bus without a password", async () => {
    const script = `
      exec 3<>/dev/tcp/127.0.0.1/${new URL(redis.url).port}
      printf 'GET x\\r\\n' >&3; read -r line <&3; echo "redis: $line"
      exec 4<>/dev/tcp/127.0.0.1/${new URL(postgres.appUrl).port}
      printf '\\0\\0\\0\\051\\0\\003\\0\\0user\\0muster_app\\0database\\0muster\\0\\0' >&4
      echo "postgres: $(head -c 9 <&4 | od -An -tx1 | tr -d ' \\n')"
    `
    const { text } = await run({ stateDir, instructions: script, command: { argv: ["bash", "-s"] } })
    expect(text).toMatch(/redis: -NOAUTH/)
    // 'R', a length, and 10 = a password exchange (SASL) is demanded; 0 would be "come in".
    expect(text).toMatch(/postgres: 52[0-9a-f]{8}0000000a/)
  })

  test("has no rights beyond its own, and can get none", async () => {
    const { text } = await run({
      stateDir,
      instructions: "id -u; id -G; grep -E '^(NoNewPrivs|CapEff|CapPrm|CapBnd):' /proc/self/status; ulimit -c",
    })
    const [uid, groups] = text.split("\n")
    if (isRoot) expect(uid).not.toBe("0")
    expect(groups?.split(" ")).toHaveLength(1)
    expect(text).toMatch(/CapEff:\s+0000000000000000/)
    expect(text).toMatch(/CapPrm:\s+0000000000000000/)
    expect(text.trim().split("\n").at(-1)).toBe("0")
  })

  test("finds a usable system: names resolve, certificates are there, home and temporary directory are its own", async () => {
    const { text } = await run({
      stateDir,
      instructions:
        "getent hosts localhost && head -1 /etc/passwd && ls /etc/ssl && echo x > $HOME/x && echo x > $TMPDIR/x && touch x && echo usable",
    })
    expect(text).toContain("usable")
  })

  test("gets its instructions, inputs and variables, and nothing of the agent's environment", async () => {
    const { text, outcome } = await run({
      stateDir,
      instructions:
        'echo run by stdin; cat instructions.md inputs.json; echo "[$MUSTER_INPUT_DUE_DATE]"; unset MUSTER_INPUT_DUE_DATE; env; stat -c %a . $HOME $TMPDIR',
      inputs: { "due-date": 'it\'s "friday"\n$HOME' },
      command: { env: { GREETING: "hi 'there' $(id)" } },
      env: { AGENT_SECRET: "environ-secret", TZ: "Europe/Vienna" },
    })
    expect(outcome).toMatchObject({ kind: "succeeded" })
    expect(text).toContain("run by stdin")
    expect(text).toContain('"due-date": "it\'s \\"friday\\"\\n$HOME"')
    expect(text).toContain('[it\'s "friday"\n$HOME]\n')
    expect(text).toContain("GREETING=hi 'there' $(id)\n")
    expect(text).toMatch(/MUSTER_IDEMPOTENCY_KEY=the-key\n/)
    expect(text).toMatch(/MUSTER_TASK_ID=[0-9a-f-]{36}\n/)
    const names = [...text.matchAll(/^([A-Z_]+)=/gm)].map((match) => match[1])
    const wanted = [
      "GREETING",
      "HOME",
      "LANG",
      "LOGNAME",
      "MUSTER_IDEMPOTENCY_KEY",
      "MUSTER_TASK_ID",
      "PATH",
      "TMPDIR",
      "TZ",
    ]
    // The shell adds where it is.
    const ofTheShell = ["OLDPWD", "PWD", "SHLVL"]
    expect(new Set(names.filter((name) => !ofTheShell.includes(name ?? "")))).toEqual(new Set([...wanted, "USER"]))
    expect(text).not.toContain("environ-secret")
    expect(text.trim().split("\n").slice(-3)).toEqual(["700", "700", "700"])
  })

  test("may write to /dev/stdout and /dev/stderr by name, in order", async () => {
    const { text } = await run({
      stateDir,
      instructions: "echo one; echo two >&2; echo three > /dev/stdout; echo four > /dev/stderr; cat /dev/null",
    })
    expect(text).toBe("one\ntwo\nthree\nfour\n")
  })

  test("hands over regular files of its own only: no link, no way out, nothing of others", async () => {
    const { text, artifacts } = await run({
      stateDir,
      instructions: `
        mkdir -p artifacts/deep; echo fine > artifacts/deep/fine.txt
        ln -s /etc/passwd artifacts/link.txt; ln -s /etc artifacts/folder; mkfifo artifacts/pipe
        echo no > elsewhere.txt
      `,
      command: { artifacts: ["artifacts/**", "../**", "/etc/passwd"] },
    })
    expect(artifacts).toEqual({ "artifacts/deep/fine.txt": "fine\n" })
    for (const name of ["artifacts/link.txt", "artifacts/folder"])
      expect(text).toContain(`[muster] not kept as an artifact: "${name}": it is a symbolic link`)
    expect(text).toContain('"artifacts/pipe": it is not a regular file')
    expect(text).toContain('"../**": the pattern leaves the working directory')
    expect(text).toContain('"/etc/passwd": the pattern leaves the working directory')
  })

  test("ends in words: exit code, signal, a program that is not there", async () => {
    const words = async (command: CommandRun["command"], instructions = "") =>
      (await run({ stateDir, instructions, ...(command ? { command } : {}) })).outcome
    expect(await words(undefined, "echo last words; exit 3")).toMatchObject({
      kind: "failed",
      reason: "exit-code",
      message: "the command ended with exit code 3",
      summary: "last words",
      exitCode: 3,
    })
    expect(await words(undefined, "kill -KILL $$")).toMatchObject({ message: expect.stringContaining("SIGKILL") })
    expect(await words({ argv: ["no-such-program"] })).toMatchObject({ message: expect.stringContaining("not found") })
  })

  test("leaves nothing running and nothing lying about", async () => {
    const marker = `86${Math.floor(Math.random() * 1e6)}`
    const { outcome } = await run({
      stateDir,
      instructions: `setsid sleep ${marker} & sleep ${marker} & echo started; mkdir -p a/b; chmod 0 a`,
    })
    expect(outcome).toMatchObject({ kind: "succeeded" })
    await eventually("no process is left", () =>
      readdirSync("/proc")
        .filter((name) => /^\d+$/.test(name))
        .every((pid) => !commandLine(pid).includes(`sleep\0${marker}`)),
    )
    expect(readdirSync(join(stateDir, "work"))).toEqual([])
  })
})

const commandLine = (pid: string): string => {
  try {
    return readFileSync(`/proc/${pid}/cmdline`, "utf8")
  } catch {
    return "" // gone while we looked
  }
}

const inTempDir = async (use: (dir: string) => Promise<void>): Promise<void> => {
  const dir = mkdtempSync(join(tmpdir(), "muster-test-data-"))
  try {
    await use(dir)
  } finally {
    rmSync(dir, { recursive: true, force: true })
  }
}

const noOrdinary = missing({ account: isRoot ? ORDINARY : undefined })
test.skipIf(noOrdinary)(
  `an ordinary user without a working sandbox runs nothing, and is told what to do${because(noOrdinary)}`,
  async () => {
    await inTempDir(async (dir) => {
      chmodSync(dir, 0o700)
      if (isRoot) chownSync(dir, ORDINARY.uid, ORDINARY.gid)
      const run = isRoot ? asOrdinaryUser : runCommand
      const missing = await run({ stateDir: dir, instructions: "echo ran", without: ["bubblewrap"] })
      expect(missing.blockedReason).toContain("bubblewrap (bwrap) is not installed")
      const broken = join(dir, "bwrap")
      writeFileSync(broken, "#!/bin/sh\necho 'No permissions to create new namespace' >&2; exit 1\n", { mode: 0o755 })
      if (isRoot) chownSync(broken, ORDINARY.uid, ORDINARY.gid)
      const unusable = await run({ stateDir: dir, instructions: "echo ran", env: { MUSTER_BWRAP: broken } })
      expect(unusable.blockedReason).toContain("No permissions to create new namespace")
      expect(unusable.text).toBe("")
    })
  },
)

const noCommands = missingForCommands()
test.skipIf(noCommands)(
  `values given to a task are in no argument list of the machine${because(noCommands)}`,
  async () => {
    await inTempDir(async (stateDir) => {
      const value = `value-${randomUUID()}`
      const runtime = runtimeFor({ stateDir })
      const host = recordingHost(join(stateDir, "assignment"))
      const session = await runtime.open(
        runtimeTask({
          instructions: 'echo "${#TOKEN}"; sleep 60',
          options: { command: { env: { TOKEN: value } } },
        }),
        host,
      )
      await eventually("it runs", () => host.text() !== "")
      expect(host.text()).toBe(`${value.length}\n`)
      const shown = readdirSync("/proc").filter((name) => /^\d+$/.test(name) && commandLine(name).includes(value))
      session.cancel("cancelled")
      await session.done
      expect(shown).toEqual([])
    })
  },
)

const noSandbox = missing({ sandbox: true })
test.skipIf(noSandbox)(
  `the shared folder of the team is read-only but for its context${because(noSandbox)}`,
  async () => {
    await inTempDir(async (dir) => {
      const team = join(dir, "team")
      mkdirSync(join(team, "context"), { recursive: true })
      for (const path of [dir, team]) chmodSync(path, 0o755)
      chmodSync(join(team, "context"), 0o777)
      writeFileSync(join(team, "team.json"), "{}", { mode: 0o644 })
      const stateDir = join(dir, "state")
      mkdirSync(stateDir, { mode: 0o700 })
      const { text } = await runCommand({
        stateDir,
        instructions:
          "cat /team/team.json; echo; touch /team/x || echo closed; echo note > /team/context/note && echo open",
        env: { MUSTER_TEAM_DIR: team },
      })
      expect(text).toContain("{}\n")
      expect(text).toContain("closed")
      expect(text).toContain("open")
      expect(readFileSync(join(team, "context", "note"), "utf8")).toBe("note\n")
    })
  },
)

test("a member's account is always the same, its own, and one the system maps", () => {
  const everything = "         0          0 4294967295\n"
  const few = "         0     100000      65536\n"
  const ids = Array.from({ length: 200 }, (_, n) => `00000000-0000-7000-8000-${String(n).padStart(12, "0")}`)
  const uids = ids.map((id) => memberAccount(id, everything).uid)
  expect(new Set(uids).size).toBe(ids.length)
  expect(uids).toEqual(ids.map((id) => memberAccount(id, everything).uid))
  for (const id of ids) {
    expect(memberAccount(id, few).uid).toBeLessThan(65_536)
    expect(memberAccount(id, few).uid).toBeGreaterThan(60_000)
  }
})
