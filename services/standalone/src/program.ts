import { join } from "node:path"
import { controlPlane, ensureOrganisation, type ControlPlane } from "@muster/control-plane"
import { dispatcher, type HandOver } from "@muster/dispatcher"
import { EventStore } from "@muster/event-store"
import { OperationalState } from "@muster/operational-state"
import { metrics, type Logger, type MusterConfig } from "@muster/platform"
import { openDataDir, openMasterKey, runtimesDir } from "@muster/platform/local"
import { projector } from "@muster/projector"
import { ReadModels } from "@muster/read-models"
import { placeOf, provisioner, sandboxEnv } from "@muster/provisioner"
import { Effect, Redacted, type Scope } from "effect"
import { commandsBlocked, localAbilities } from "#src/abilities.ts"
import { refuseHalfRestored } from "#src/backup/half-state.ts"
import { demoModel } from "#src/demo/model.ts"
import { adapters, type Adapters } from "#src/layers.ts"
import { removeRunFile, writeRunFile } from "#src/run-file.ts"
import { migrateAll } from "#src/schemas.ts"
import { servers, type Servers } from "#src/servers.ts"
import { ensureStarterTeam } from "#src/starter.ts"
import { welcomeText } from "#src/welcome.ts"

const PROJECT_ROOT = join(import.meta.dirname, "..", "..", "..")
const UI_DIR = join(PROJECT_ROOT, "ui", "dist")

/** The agent's program: its sources, or the one file they are bundled into, which needs half the memory. */
export const AGENT_SOURCE = join(PROJECT_ROOT, "runtime-agent", "src", "main.ts")
export const AGENT_BUNDLE = join(PROJECT_ROOT, "runtime-agent", "dist", "runtime-agent.mjs")

/** What runs in the process. */
export interface Inside {
  readonly door: ControlPlane
  /** The short way of dispatches to the dispatcher. */
  readonly handOver: HandOver
}

export interface StandaloneOptions {
  readonly config: MusterConfig
  /** A logger for the named service. */
  readonly logger: (service: string) => Logger
  readonly version: string
  readonly agentMain: string
  /** What a person reads, beside the log. */
  readonly say: (text: string) => void
  /** Runs in this process once everything is up; what it acquires is released first. For measurements. */
  readonly alongside?: (inside: Inside) => Effect.Effect<void, Error, Adapters | Scope.Scope>
}

const attempt = <A>(run: () => Promise<A>): Effect.Effect<A, Error> =>
  Effect.tryPromise({ try: run, catch: (cause) => (cause instanceof Error ? cause : new Error(String(cause))) })

/** The bus as agents are told it: their own credentials come with it. */
const withoutCredentials = (redisUrl: string): string => {
  const url = new URL(redisUrl)
  url.username = ""
  url.password = ""
  return url.href
}

/** The first organisation, its demo model if there is to be one, and its ready-made team, before any service looks at the log. */
const prepareLog = ({ demoModel: demo }: MusterConfig, log: Logger) =>
  Effect.gen(function* () {
    const store = yield* EventStore
    const state = yield* OperationalState
    const { orgId } = yield* attempt(() => ensureOrganisation(store))
    yield* demoModel({ store, state, orgId }, { isWanted: demo !== undefined, log })
    const sandbox = yield* attempt(() => sandboxEnv(log))
    const blocked = yield* attempt(() => commandsBlocked(log, { ...process.env, ...sandbox }))
    if (blocked !== undefined)
      log.warn({ reason: blocked }, "programs cannot be confined here: command members stay blocked")
    yield* attempt(() => ensureStarterTeam(store, { orgId, canRunCommands: blocked === undefined }))
  })

/** Whoever comes first should see what is there; a long backlog is not waited for. */
const CATCH_UP_MAX_MILLIS = 5_000

const catchUp = Effect.gen(function* () {
  const store = yield* EventStore
  const reads = yield* ReadModels
  yield* attempt(async () => reads.waitFor(await store.head(), CATCH_UP_MAX_MILLIS))
})

const setupCode = ({ setupCode: fixed }: MusterConfig) =>
  Effect.gen(function* () {
    const { codes } = yield* OperationalState
    const setup = yield* attempt(() =>
      codes.ensureSetupCode(fixed === undefined ? {} : { fixed: Redacted.value(fixed) }),
    )
    return setup.state === "open" ? setup.code : undefined
  })

/** All services over one set of adapters. They stop in reverse order: agents first, while they can still deliver. */
const services = (
  { config, logger, version, agentMain, say, alongside }: StandaloneOptions,
  found: Servers,
  dataDir: string,
  since: number,
) =>
  Effect.gen(function* () {
    const teamsDir = join(dataDir, "teams")
    yield* prepareLog(config, logger("setup"))
    yield* projector({ teamsDir, log: logger("projector") })
    // The data directory is locked: whoever worked in it before is dead.
    const { handOver } = yield* dispatcher({ log: logger("dispatcher"), processId: placeOf(dataDir) })
    // Before the door opens: whoever finds it open can sign in with the code.
    const code = yield* setupCode(config)
    yield* catchUp
    const sandbox = yield* attempt(() => sandboxEnv(logger("setup")))
    const abilities = localAbilities(logger("setup"), {
      ...process.env,
      ...sandbox,
      MUSTER_RUNTIMES_DIR: runtimesDir(),
    })
    const door = yield* controlPlane({
      host: config.host,
      port: config.port,
      ...(config.publicUrl === undefined ? {} : { publicUrl: config.publicUrl }),
      busUrl: withoutCredentials(found.redisUrl),
      uiDir: UI_DIR,
      version,
      logger: logger("control-plane"),
      handOver,
      abilities,
    })
    yield* provisioner({
      dataDir,
      teamsDir,
      agentMain,
      controlPlaneUrl: door.url,
      log: logger("provisioner"),
    })
    const url = door.publicUrl
    yield* Effect.acquireRelease(
      Effect.sync(() =>
        writeRunFile(dataDir, { pid: process.pid, url, appDatabaseUrl: found.appUrl, redisUrl: found.redisUrl }),
      ),
      () => Effect.sync(() => removeRunFile(dataDir)),
    )
    say(welcomeText({ url, setupCode: code, startedInMillis: performance.now() - since }))
    if (alongside !== undefined) yield* alongside({ door, handOver })
    return yield* Effect.never
  })

/** Muster on one machine, in one process, until it is interrupted. Every part is closed again in reverse order. */
export const standalone = (options: StandaloneOptions): Effect.Effect<never, Error, Scope.Scope> =>
  Effect.gen(function* () {
    const since = performance.now()
    const { config, logger } = options
    metrics.collectProcess()
    const dataDir = yield* Effect.acquireRelease(
      attempt(async () => openDataDir(config.dataDir)),
      (dir) => Effect.sync(() => dir.close()),
    )
    yield* attempt(async () => refuseHalfRestored(dataDir.path))
    const found = yield* servers({ config, dataDir: dataDir.path, log: logger("servers") })
    const { secretsKey } = config
    const masterKey = yield* attempt(async () =>
      openMasterKey(dataDir.path, secretsKey === undefined ? undefined : Redacted.value(secretsKey)),
    )
    yield* attempt(() => migrateAll(found.ownerUrl, found.appUrl, logger("migrate")))
    return yield* services(options, found, dataDir.path, since).pipe(
      // A scope of its own: the services close before the adapters that they stand on.
      Effect.scoped,
      Effect.provide(adapters(found, { dataDir: dataDir.path, masterKey }, logger("adapters"))),
    )
  })
