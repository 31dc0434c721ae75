import { spawnSync } from "node:child_process"
import { join } from "node:path"
import { inspect } from "node:util"
import { Redacted } from "effect"
import { ConfigInvalid, configurationReference, readConfig } from "@muster/platform"
import { describe, expect, test } from "vitest"

const refusal = (env: Record<string, string>): ConfigInvalid => {
  try {
    readConfig(env)
  } catch (error) {
    if (error instanceof ConfigInvalid) return error
    throw error
  }
  throw new Error("the configuration was accepted")
}

describe("readConfig", () => {
  test("has a default for everything: this machine alone, port 7400, data in the project", () => {
    expect(readConfig({})).toEqual({
      host: "127.0.0.1",
      port: 7400,
      dataDir: join(import.meta.dirname, "..", "..", "..", ".muster"),
      setupCode: undefined,
      databaseUrl: undefined,
      appDatabaseUrl: undefined,
      redisUrl: undefined,
      logLevel: "info",
      publicUrl: undefined,
    })
  })

  test("reads every variable, and takes an empty one for unset", () => {
    const config = readConfig({
      MUSTER_HOST: "::1",
      MUSTER_PORT: "8080",
      MUSTER_DATA_DIR: "/var/lib/team",
      MUSTER_SETUP_CODE: "open-sesame",
      DATABASE_URL: "postgres://owner@db/muster",
      MUSTER_APP_DATABASE_URL: "postgresql://app@db/muster",
      REDIS_URL: "rediss://bus:6379",
      MUSTER_LOG_LEVEL: "",
      MUSTER_PUBLIC_URL: "https://muster.example/",
    })
    expect(config).toMatchObject({ host: "::1", port: 8080, dataDir: "/var/lib/team", logLevel: "info" })
    expect(config.publicUrl).toBe("https://muster.example")
    expect(
      [config.setupCode, config.databaseUrl, config.appDatabaseUrl, config.redisUrl].map(
        (it) => it && Redacted.value(it),
      ),
    ).toEqual(["open-sesame", "postgres://owner@db/muster", "postgresql://app@db/muster", "rediss://bus:6379"])
  })

  test.each([
    [{ MUSTER_PORT: "http" }, 'MUSTER_PORT must be a port number from 0 to 65535, not "http"'],
    [{ MUSTER_PORT: "65536" }, 'MUSTER_PORT must be a port number from 0 to 65535, not "65536"'],
    [{ MUSTER_PORT: "80.5" }, 'MUSTER_PORT must be a port number from 0 to 65535, not "80.5"'],
    [
      { MUSTER_LOG_LEVEL: "loud" },
      'MUSTER_LOG_LEVEL must be one of trace, debug, info, warn, error, fatal, silent, not "loud"',
    ],
    [
      { MUSTER_PUBLIC_URL: "muster.example" },
      'MUSTER_PUBLIC_URL must be a URL that begins with http:// or https://, not "muster.example"',
    ],
    [{ DATABASE_URL: "postgres://db/muster" }, "MUSTER_APP_DATABASE_URL must be set when DATABASE_URL is"],
    [{ MUSTER_APP_DATABASE_URL: "postgres://db/muster" }, "DATABASE_URL must be set when MUSTER_APP_DATABASE_URL is"],
  ])("refuses %j with one line that names the variable", (env, message) => {
    expect(refusal(env).message).toBe(message)
  })

  test.each([
    { MUSTER_SETUP_CODE: "short77" },
    { MUSTER_SETUP_CODE: "with a space" },
    { REDIS_URL: "http://user:hunter2hunter2@bus" },
    { DATABASE_URL: "mysql://user:hunter2hunter2@db" },
    { MUSTER_EVENT_STORE_URL: "esdb://user:hunter2hunter2@log" },
  ])("never repeats a secret in the refusal of %j", (env) => {
    for (const [name, value] of Object.entries(env)) {
      expect(refusal(env).message).toContain(`${name} must `)
      expect(refusal(env).message).not.toContain(value)
    }
  })

  test("an engine that the product cannot run on yet is refused, not half used", () => {
    const refused = refusal({ MUSTER_EVENT_STORE_URL: "esdb://log:2113" })
    expect(refused.message).toContain(
      "MUSTER_EVENT_STORE_URL must not be set yet: feeds and backups still read the log in PostgreSQL",
    )
  })

  test("secrets do not print", () => {
    const config = readConfig({ MUSTER_SETUP_CODE: "open-sesame" })
    expect(JSON.stringify(config) + inspect(config, { depth: 5 })).not.toContain("sesame")
  })

  test("the reference names every variable that is read", () => {
    const read = new Set<string>()
    readConfig(
      new Proxy(
        {},
        {
          get: (_, name) => {
            read.add(String(name))
            return undefined
          },
        },
      ),
    )
    expect(configurationReference.map((entry) => entry.name).toSorted()).toEqual([...read].toSorted())
    for (const entry of configurationReference) expect(entry.what.length).toBeGreaterThan(20)
  })

  test("a program with a bad configuration says one line and ends with status 2", () => {
    const run = spawnSync(process.execPath, [join(import.meta.dirname, "fixtures", "main.ts"), "config"], {
      env: { ...process.env, MUSTER_PORT: "http" },
      encoding: "utf8",
    })
    expect(run.stderr).toBe('muster: MUSTER_PORT must be a port number from 0 to 65535, not "http"\n')
    expect(run.status).toBe(2)
  })
})
