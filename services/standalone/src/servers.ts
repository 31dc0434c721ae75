import { type Logger, type MusterConfig } from "@muster/platform"
import { startPostgres, startRedis } from "@muster/platform/local"
import { Effect, Redacted, type Scope } from "effect"

/** Where the database and the bus are; the URLs hold passwords. */
export interface Servers {
  readonly ownerUrl: string
  readonly appUrl: string
  readonly redisUrl: string
}

export interface ServersOptions {
  readonly config: MusterConfig
  readonly dataDir: string
  readonly log: Logger
}

type StartFailure = { readonly _tag: string; readonly message: string }

/** A start that fails with one of the platform's tagged errors. */
const starting = <A extends { readonly stop: () => Promise<void> }>(start: () => Promise<A>) =>
  Effect.acquireRelease(Effect.tryPromise({ try: start, catch: (cause) => cause as StartFailure & Error }), (server) =>
    Effect.promise(() => server.stop()),
  )

const database = ({
  config,
  dataDir,
  log,
}: ServersOptions): Effect.Effect<Omit<Servers, "redisUrl">, Error, Scope.Scope> => {
  const { databaseUrl, appDatabaseUrl } = config
  if (databaseUrl !== undefined && appDatabaseUrl !== undefined)
    return Effect.succeed({ ownerUrl: Redacted.value(databaseUrl), appUrl: Redacted.value(appDatabaseUrl) })
  return starting(() => startPostgres({ dataDir, log }))
}

const bus = ({ config, dataDir, log }: ServersOptions): Effect.Effect<string, Error, Scope.Scope> =>
  config.redisUrl === undefined
    ? Effect.map(
        starting(() => startRedis({ dataDir, log })),
        (redis) => redis.url,
      )
    : Effect.succeed(Redacted.value(config.redisUrl))

/** The database and the bus: those of the configuration, or private ones that live as long as the scope. */
export const servers = (options: ServersOptions): Effect.Effect<Servers, Error, Scope.Scope> =>
  Effect.gen(function* () {
    const [found, redisUrl] = yield* Effect.all([database(options), bus(options)], { concurrency: 2 })
    return { ...found, redisUrl }
  })
