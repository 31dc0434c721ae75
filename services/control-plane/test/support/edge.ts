import { randomBytes } from "node:crypto"
import { openBlobs } from "@muster/blobs"
import { API_PREFIX } from "@muster/contracts"
import { controlPlane, type ControlPlane, type ControlPlaneOptions, type Log } from "@muster/control-plane"
import { Blobs } from "@muster/blobs"
import { EventStore } from "@muster/event-store"
import { migrateEventLog, openPostgresEventStore } from "@muster/event-store/postgres"
import {
  MASTER_KEY_BYTES,
  migrateOperationalState,
  OperationalState,
  openOperationalState,
} from "@muster/operational-state"
import { startTestPostgres, startTestRedis, tempDir } from "@muster/platform/testing"
import { migrateReadModels, openReadModels, ReadModels } from "@muster/read-models"
import { openTeamBus, TeamBus } from "@muster/team-bus"
import { Effect, Exit, Scope } from "effect"
import postgres from "postgres"
import { startProjecting } from "./projecting.ts"

/** Collects what the edge logs. */
export interface LogLine {
  readonly level: "debug" | "info" | "warn" | "error"
  readonly fields: object
  readonly message: string
}

const makeLog = () => {
  const lines: LogLine[] = []
  const at = (level: LogLine["level"]) => (fields: object, message: string) =>
    void lines.push({ level, fields, message })
  const log: Log = { debug: at("debug"), info: at("info"), warn: at("warn"), error: at("error") }
  return { lines, log }
}

/** Everything below the edge, on real servers. */
export const startFloor = async () => {
  const [database, redis] = await Promise.all([startTestPostgres(), startTestRedis()])
  const dir = tempDir()
  const owner = postgres(database.ownerUrl, { max: 1, onnotice: () => undefined })
  await migrateEventLog(owner)
  await migrateReadModels(owner)
  await migrateOperationalState(owner)
  await owner.end()
  const log = openPostgresEventStore({ url: database.appUrl })
  const models = openReadModels({ url: database.appUrl })
  const state = openOperationalState({ url: database.appUrl, masterKey: randomBytes(MASTER_KEY_BYTES) })
  const { lines, log: logger } = makeLog()
  const bus = openTeamBus({ url: redis.url, log: logger })
  const blobs = await openBlobs({ dir: `${dir.path}/blobs` })
  const projecting = await startProjecting(log, models)
  return {
    database,
    redis,
    dir: dir.path,
    log,
    reads: models.readModels,
    state,
    bus,
    blobs,
    projecting,
    logger,
    lines,
    stop: async () => {
      await projecting.stop()
      await Promise.all([models.close(), state.close(), bus.close()])
      await log.close()
      await Promise.all([database.stop(), redis.stop()])
      dir.remove()
    },
  }
}
export type Floor = Awaited<ReturnType<typeof startFloor>>

export interface Edge extends ControlPlane {
  readonly close: () => Promise<void>
}

/** The edge on a free port. */
export const startEdge = async (floor: Floor, options: Partial<ControlPlaneOptions> = {}): Promise<Edge> => {
  const scope = await Effect.runPromise(Scope.make())
  const running = await Effect.runPromise(
    controlPlane({
      host: "127.0.0.1",
      port: 0,
      busUrl: "redis://bus.example:6379",
      uiDir: `${floor.dir}/no-ui`,
      version: "0.0.0",
      logger: floor.logger,
      heartbeatMillis: 50,
      ...options,
    }).pipe(
      Effect.provideService(EventStore, floor.log),
      Effect.provideService(ReadModels, floor.reads),
      Effect.provideService(OperationalState, floor.state),
      Effect.provideService(Blobs, floor.blobs),
      Effect.provideService(TeamBus, floor.bus),
      Effect.provideService(Scope.Scope, scope),
    ),
  )
  return { ...running, close: () => Effect.runPromise(Scope.close(scope, Exit.void)) }
}

export interface Answer {
  readonly status: number
  readonly headers: Headers
  readonly json: unknown
  /** Fields that most answers have; "" when this one does not. */
  readonly id: string
  readonly position: string
  /** The name of the problem, if it is one. */
  readonly problem: string | undefined
}

export interface CallOptions {
  readonly body?: unknown
  readonly cookie?: string
  readonly headers?: Readonly<Record<string, string>>
  readonly key?: string
}

/** One request, as a plain HTTP client makes it. */
export const call = async (
  edge: { readonly url: string },
  method: string,
  path: string,
  { body, cookie, headers = {}, key }: CallOptions = {},
): Promise<Answer> => {
  const response = await fetch(edge.url + API_PREFIX + path, {
    method,
    headers: {
      ...(body === undefined ? {} : { "content-type": "application/json" }),
      ...(cookie === undefined ? {} : { cookie }),
      ...(key === undefined ? {} : { "idempotency-key": key }),
      ...headers,
    },
    ...(body === undefined ? {} : { body: typeof body === "string" ? body : JSON.stringify(body) }),
  })
  const text = await response.text()
  const json: unknown = text === "" ? undefined : JSON.parse(text)
  const { id = "", position = "", type } = (json ?? {}) as { id?: string; position?: string; type?: string }
  const { status } = response
  const problem = status < 400 ? undefined : type?.replace("urn:muster:problem:", "")
  return { status, headers: response.headers, json, id, position, problem }
}

/** Signs somebody in by a code minted for them; answers with the Cookie header. */
export const signIn = async (
  floor: Floor,
  edge: Edge,
  personName: string,
  role: "owner" | "operator" | "viewer",
): Promise<string> => {
  const { code } = await floor.state.codes.mintSignIn({ personName, role, ttlMillis: 60_000 })
  const answer = await call(edge, "POST", "/session", { body: { code } })
  if (answer.status !== 200) throw new Error(`sign-in failed: ${JSON.stringify(answer.json)}`)
  return (answer.headers.get("set-cookie") ?? "").split(";")[0] ?? ""
}
