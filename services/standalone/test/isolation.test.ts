import { existsSync, readdirSync, readFileSync, statSync } from "node:fs"
import { join } from "node:path"
import postgres from "postgres"
import { afterAll, beforeAll, describe, expect, it } from "vitest"
import {
  agentsOf,
  busPort,
  databasePort,
  dispatch,
  followHistory,
  foldOutcomes,
  makeOnlineTeam,
  readOutput,
  startSignedIn,
  waitFor,
  type Api,
  type MadeTeam,
  type Muster,
} from "./harness/index.ts"
import { confinement } from "./isolation/confinement.ts"

const WAIT_MILLIS = 120_000
const SECRET_MIN_CHARS = 16
const { isPossible, reason } = await confinement()

/** Every value in a JSON file of the data directory that could be a secret. */
const secretsIn = (value: unknown): readonly string[] => {
  if (typeof value === "string") {
    const password = URL.canParse(value) ? new URL(value).password : ""
    return [value, password].filter((text) => text.length >= SECRET_MIN_CHARS)
  }
  return typeof value === "object" && value !== null ? Object.values(value).flatMap(secretsIn) : []
}

const jsonFilesBelow = (dir: string): readonly string[] =>
  readdirSync(dir, { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile() && /^(secrets|run|credentials)\.json$/.test(entry.name))
    .map((entry) => join(entry.parentPath, entry.name))

describe.skipIf(!isPossible)(`a task${isPossible ? "" : ` (skipped: ${reason})`}`, () => {
  let muster: Muster
  let api: Api
  let team: MadeTeam
  let secrets: readonly string[]
  beforeAll(async () => {
    ;({ muster, api } = await startSignedIn())
    team = await makeOnlineTeam(api, "Isolation", [
      { handle: "prisoner", role: "leader", runtime: "command", slots: 2 },
      { handle: "neighbour", runtime: "command", slots: 2 },
    ])
    const ids = /^[0-9a-f-]{36}$/
    const known = jsonFilesBelow(muster.dataDir).flatMap((path) => secretsIn(JSON.parse(readFileSync(path, "utf8"))))
    secrets = [...new Set(known)].filter((text) => !ids.test(text) && !text.startsWith("http"))
  })
  afterAll(() => muster?.stop())

  /** Runs a shell script as the prisoner's task and returns what it printed. */
  const run = async (script: string, env: Readonly<Record<string, string>> = {}): Promise<string> => {
    const { id } = await dispatch(api, team.teamId, {
      title: "Try the walls",
      memberId: team.memberIds[0],
      runtimeOptions: { command: { argv: ["bash", "-c", script], env } },
    })
    await followHistory(api, team.teamId).until(
      "the task has an outcome",
      (events) => foldOutcomes(events).get(id)?.runs.at(-1)?.at(-1),
      WAIT_MILLIS,
    )
    return (await readOutput(api, team.teamId, id)).toString("utf8")
  }

  /** Each attempt prints one line: open or closed, and its name. */
  const attempts = (list: Readonly<Record<string, string>>): string =>
    Object.entries(list)
      .map(
        ([name, command]) =>
          `if { ${command}; } >/dev/null 2>&1; then echo "open: ${name}"; else echo "closed: ${name}"; fi`,
      )
      .join("\n")
  const allClosed = (list: Readonly<Record<string, string>>) =>
    Object.keys(list)
      .map((name) => `closed: ${name}\n`)
      .join("")

  it("runs at all, and the walls are tried with secrets that exist", async () => {
    expect(await run("echo here")).toBe("here\n")
    // Passwords of three roles, URLs of two servers, and key and password of two agents.
    expect(secrets.length).toBeGreaterThanOrEqual(9)
    const open = {
      "its own directory": "echo mine > mine && cat mine",
      "the shared folder": "touch /team/context/mine",
    }
    expect(await run(attempts(open))).toBe("open: its own directory\nopen: the shared folder\n")
  })

  it("can not read anything of Muster's data directory", async () => {
    const { dataDir } = muster
    const list = {
      "the directory": `ls ${dataDir}`,
      "the passwords of the database": `cat ${dataDir}/secrets.json`,
      "the key that opens keys of models": `cat ${dataDir}/master.key`,
      "the addresses of the servers": `cat ${dataDir}/run.json`,
      "the database's files": `ls ${dataDir}/postgres`,
      "all instances": `ls ${dataDir}/instances`,
      "a file of its own": `touch ${dataDir}/mine`,
      ...Object.fromEntries(
        team.memberIds.flatMap((memberId, index) => [
          [`directory of member ${index}`, `ls ${dataDir}/instances/${memberId}`],
          [`credentials of member ${index}`, `cat ${dataDir}/instances/${memberId}/credentials.json`],
        ]),
      ),
      "any file of that name": `find / -name credentials.json -print -quit 2>/dev/null | grep .`,
    }
    for (const name of ["secrets.json", "master.key"]) expect(existsSync(join(dataDir, name))).toBe(true)
    expect(await run(attempts(list))).toBe(allClosed(list))
  })

  it("learns no secret from any process it can see", async () => {
    const collected = await run(
      'for file in /proc/[0-9]*/{environ,cmdline}; do echo "== $file"; cat "$file" 2>&1 | tr "\\0" "\\n"; done; env; mount; cat /proc/self/mountinfo',
    )
    expect(collected).toContain("== /proc/")
    for (const secret of secrets) expect(collected.includes(secret)).toBe(false)
  })

  it("can not reach into the agent that runs it, nor into Muster", async () => {
    const agents = [...agentsOf(muster).values()]
    expect(agents.length).toBeGreaterThanOrEqual(team.memberIds.length)
    const list = Object.fromEntries(
      [...agents, muster.pid()].flatMap((pid, index) => [
        // Inside a pid namespace the number may name another process: what counts is that it is not the agent's environment.
        [`environment of process ${index}`, `tr '\\0' '\\n' < /proc/${pid}/environ | grep -q MUSTER_DATA_DIR`],
        [`memory of process ${index}`, `head -c 1 /proc/${pid}/mem`],
        [`working directory of process ${index}`, `ls /proc/${pid}/cwd/credentials.json`],
        [`descriptors of process ${index}`, `[ "$(readlink /proc/${pid}/fd/* | grep -c ${muster.dataDir})" -gt 0 ]`],
      ]),
    )
    expect(await run(attempts(list))).toBe(allClosed(list))
    const living = agents.length
    await run(agents.map((pid) => `kill -9 ${pid}`).join("; "))
    expect([...agentsOf(muster).values()].filter((pid) => agents.includes(pid)).length).toBe(living)
  })

  it("gets no answer from the bus without a password, nor with one it can guess", async () => {
    const port = busPort(muster)
    const ask = (...lines: readonly string[]) =>
      `exec 3<>/dev/tcp/127.0.0.1/${port}; printf '${lines.map((line) => `${line}\\r\\n`).join("")}' >&3; for i in $(seq ${lines.length}); do read -t 5 -r line <&3; printf '%s\\n' "$line"; done; exec 3>&-`
    expect(await run(ask("PING"))).toMatch(/^-NOAUTH/)
    expect(await run(ask("CLIENT LIST", "KEYS *", "FLUSHALL"))).toMatch(/^(-NOAUTH[^\n]*\n){3}$/)
    for (const guess of ["AUTH", "AUTH default", "AUTH muster", "AUTH default muster", "AUTH redis"]) {
      const [first = "", second = ""] = (await run(ask(guess, "PING"))).split("\n")
      expect(first).toMatch(/^-(WRONGPASS|ERR)/)
      expect(second).toMatch(/^-NOAUTH/)
    }
  })

  it("gets no session of the database without a password", async () => {
    const port = databasePort(muster)
    for (const user of ["muster_owner", "muster_app", "postgres", "muster"])
      for (const database of ["muster", "postgres"]) {
        // A start-up message of the protocol, version 3.0; the server answers which proof of identity it wants.
        const fields = Buffer.from(`user\0${user}\0database\0${database}\0\0`, "latin1")
        const head = Buffer.alloc(8)
        head.writeInt32BE(fields.byteLength + head.byteLength, 0)
        head.writeInt32BE(196_608, 4)
        const octal = [...head, ...fields].map((byte) => `\\${byte.toString(8).padStart(3, "0")}`).join("")
        const answer = await run(
          `exec 3<>/dev/tcp/127.0.0.1/${port}; printf '${octal}' >&3; timeout 5 head -c 9 <&3 | od -An -tu1 | tr -s ' '`,
        )
        // "R" (82) with 10: the server wants a SCRAM exchange. 0 would be "you are in".
        expect(answer.trim()).toMatch(/^82 0 0 0 \d+ 0 0 0 10$|^69 /)
      }
  })

  it("could not guess the passwords of the database either", async () => {
    const port = databasePort(muster)
    for (const user of ["muster_owner", "muster_app", "postgres"])
      for (const password of ["", "muster", "postgres", "password", user]) {
        const sql = postgres({
          host: "127.0.0.1",
          port,
          user,
          password,
          database: "muster",
          max: 1,
          connect_timeout: 10,
        })
        await expect(sql`select 1`).rejects.toThrow(/password|SASL|authentication|role/i)
        await sql.end({ timeout: 1 })
      }
  })

  it("is a stranger to the API", async () => {
    const path = `/api/v1/teams/${team.teamId}`
    const status = await run(
      `exec 3<>/dev/tcp/127.0.0.1/${muster.port}; printf 'GET ${path} HTTP/1.1\\r\\nHost: 127.0.0.1:${muster.port}\\r\\nConnection: close\\r\\n\\r\\n' >&3; head -n 1 <&3`,
    )
    expect(status).toContain(" 401 ")
  })

  it("changes nothing of the team's files but what lies in the shared folder", async () => {
    const list = {
      "the team's description": "echo mine > /team/team.json",
      "the history": "echo mine >> /team/history.ndjson",
      "a new file": "touch /team/mine",
      "a task's file": "echo mine > $(ls /team/tasks/*.json | head -n 1)",
      "moving the shared folder": "mv /team/context /team/elsewhere",
      "other teams": "ls /team/.. | grep -E '[0-9a-f]{8}-'",
    }
    await waitFor(
      "the team's files are there",
      () => (existsSync(join(muster.dataDir, "teams", team.teamId, "team.json")) ? true : undefined),
      WAIT_MILLIS,
    )
    expect(await run(attempts(list))).toBe(allClosed(list))
  })

  it("misleads nobody with links in the shared folder", async () => {
    const victim = join(muster.dataDir, "secrets.json")
    const before = { bytes: readFileSync(victim, "utf8"), mode: statSync(victim).mode }
    await run(
      `cd /team/context; ln -s ${victim} secrets; ln -s ${muster.dataDir} data; ln -s / root; ln -s ../team.json team.json; mkdir -p deep; ln -s ../.. deep/up`,
    )
    const marker = "after the links"
    await dispatch(api, team.teamId, {
      title: marker,
      memberId: team.memberIds[1],
      runtimeOptions: { command: { argv: ["true"] } },
    })
    const tasks = join(muster.dataDir, "teams", team.teamId, "tasks")
    await waitFor(
      "the team's files go on",
      () =>
        readdirSync(tasks).some((name) => readFileSync(join(tasks, name), "utf8").includes(marker)) ? true : undefined,
      WAIT_MILLIS,
    )
    expect({ bytes: readFileSync(victim, "utf8"), mode: statSync(victim).mode }).toEqual(before)
    // Through the links a task still reads nothing.
    const list = {
      "the link to the passwords": "cat /team/context/secrets",
      "the link to the data": "ls /team/context/data/",
    }
    expect(await run(attempts(list))).toBe(allClosed(list))
  })

  it("leaves no artifact that lies outside its directory or behind a link", async () => {
    const { id } = await dispatch(api, team.teamId, {
      title: "Smuggle",
      memberId: team.memberIds[0],
      runtimeOptions: {
        command: {
          argv: [
            "bash",
            "-c",
            `mkdir -p artifacts/sub; ln -s ${muster.dataDir}/secrets.json artifacts/a; ln -s / artifacts/b; ln -s /etc/passwd artifacts/sub/c; echo fine > artifacts/fine`,
          ],
          artifacts: ["artifacts/**", "../**", "../../*", "/etc/*"],
        },
      },
    })
    const events = await followHistory(api, team.teamId).until(
      "the task has an outcome",
      (events) => (foldOutcomes(events).get(id)?.runs.at(-1)?.at(-1) === undefined ? undefined : events),
      WAIT_MILLIS,
    )
    const names = events
      .filter(({ stream, type }) => stream === `task-${id}` && type === "TaskArtifactAdded")
      .map(({ data }) => (data as { readonly name: string }).name)
    expect(names).toEqual(["artifacts/fine"])
  })
})
