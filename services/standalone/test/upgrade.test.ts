import { once } from "node:events"
import { readFileSync } from "node:fs"
import { gunzipSync } from "node:zlib"
import { eventLogSteps } from "@muster/event-store/postgres"
import { operationalStateSteps } from "@muster/operational-state"
import { migrate } from "@muster/platform"
import { tempDir } from "@muster/platform/testing"
import { readModelSteps } from "@muster/read-models"
import postgres from "postgres"
import { afterAll, beforeAll, describe, expect, it } from "vitest"
import {
  type Api,
  dispatch,
  followHistory,
  foldOutcomes,
  invite,
  type Muster,
  readHistory,
  readTask,
  signIn,
  startMuster,
  startServers,
  type StartedServers,
  waitOnline,
} from "./harness/index.ts"
import { catchUp, dumpReadModels, replayFromZero } from "./readmodels/index.ts"

const WAIT_MILLIS = 120_000
const APP_ROLE = "muster_app"

/** The database of a released version as it left it: rows as COPY writes them. Never changed again; each release adds one. */
interface Left {
  readonly product: string
  readonly versions: Readonly<Record<string, number>>
  readonly teamId: string
  readonly taskIds: readonly string[]
  /** It was running when that version was stopped. */
  readonly openTaskId: string
  readonly tables: readonly {
    readonly schema: string
    readonly table: string
    readonly columns: readonly string[]
    readonly rows: string
  }[]
}

const leftBy = (version: string): Left =>
  JSON.parse(
    gunzipSync(readFileSync(new URL(`upgrade/of-${version}.json.gz`, import.meta.url))).toString("utf8"),
  ) as Left

const steps = { es: eventLogSteps, app: operationalStateSteps, rm: readModelSteps }

const load = async (url: string, { versions, tables }: Left): Promise<void> => {
  const sql = postgres(url, { max: 1, onnotice: () => undefined })
  for (const schema of ["es", "app", "rm"] as const)
    await migrate(sql, { schema, steps: steps[schema](APP_ROLE).slice(0, versions[schema]), appRole: APP_ROLE })
  for (const { schema, table, columns, rows } of tables) {
    await sql`delete from ${sql(schema)}.${sql(table)}`
    const names = columns.map((name) => `"${name}"`).join(", ")
    const copy = await sql.unsafe(`copy "${schema}"."${table}" (${names}) from stdin`).writable()
    copy.end(rows)
    await once(copy, "finish")
  }
  await sql.end()
}

describe.each(["0.1"])("npm start on what version %s left behind", (version) => {
  const left = leftBy(version)
  let servers: StartedServers
  let muster: Muster
  let api: Api
  beforeAll(async () => {
    servers = await startServers()
    await load(servers.ownerUrl, left)
    muster = await startMuster({ servers })
    api = await signIn(muster.url, (await invite(muster, "Olive Owner", "owner")).code)
  })
  afterAll(async () => {
    await muster?.stop()
    await servers?.stop()
  })

  it("brings every schema to this version", async () => {
    const sql = postgres(servers.ownerUrl, { max: 1 })
    for (const schema of ["es", "app", "rm"] as const) {
      const [row] = await sql<{ version: number }[]>`
        select max(version)::int as version from ${sql(schema)}.schema_version`
      expect(row?.version).toBe(steps[schema](APP_ROLE).length)
      expect(row?.version).toBeGreaterThanOrEqual(left.versions[schema] ?? Number.NaN)
    }
    await sql.end()
  })

  it("shows what there was", async () => {
    const { team } = await api.json<{ team: { name: string } }>("GET", `/teams/${left.teamId}`)
    expect(team.name).toBe("Of 0.1")
    for (const id of left.taskIds) expect((await readTask(api, left.teamId, id)).task.phase).toBe("succeeded")
    const history = await readHistory(api, left.teamId)
    expect(history.some(({ type }) => type === "ChatMessagePosted")).toBe(true)
    expect(history.map(({ seq }) => seq)).toEqual(history.map((_, index) => index + 1))
  })

  it("goes on with it: new work is carried out, and work that was open gets its agent again", async () => {
    await waitOnline(api, left.teamId)
    const { id } = await dispatch(api, left.teamId, {
      title: "After the upgrade",
      runtimeOptions: { simulated: { steps: [{ kind: "progress", percent: 50, afterMillis: 20 }] } },
    })
    const follower = followHistory(api, left.teamId)
    await follower.until(
      "it is done",
      (events) => foldOutcomes(events).get(id)?.runs.at(-1)?.at(-1)?.outcome === "succeeded" || undefined,
      WAIT_MILLIS,
    )
    await follower.until(
      "the open task was begun again",
      (events) => (foldOutcomes(events).get(left.openTaskId)?.starts ?? 0) > 1 || undefined,
      WAIT_MILLIS,
    )
  })

  it("has read models that equal a replay from zero, byte for byte", async () => {
    const blobs = tempDir("muster-upgrade-blobs-")
    await muster.terminate()
    await catchUp(servers.appUrl, blobs.path)
    const lived = await dumpReadModels(servers.appUrl)
    await replayFromZero(servers.appUrl, blobs.path)
    expect(await dumpReadModels(servers.appUrl)).toEqual(lived)
    blobs.remove()
  })
})
