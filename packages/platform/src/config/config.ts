import { resolve } from "node:path"
import { Data, Redacted, Result, Runtime, Schema } from "effect"
import { LOG_LEVELS, variables, type VariableName } from "#src/config/variables.ts"

const Secret = Schema.Redacted(Schema.String)

/** What Muster was told by its environment. Secrets are redacted values: they do not print. */
export const MusterConfig = Schema.Struct({
  host: Schema.String,
  /** 0 takes a free one. */
  port: Schema.Int,
  /** An absolute path. */
  dataDir: Schema.String,
  setupCode: Schema.UndefinedOr(Secret),
  /** The owner's; undefined: run a database of our own. */
  databaseUrl: Schema.UndefinedOr(Secret),
  /** The services'; there exactly when `databaseUrl` is. */
  appDatabaseUrl: Schema.UndefinedOr(Secret),
  /** Undefined: run a Redis of our own. */
  redisUrl: Schema.UndefinedOr(Secret),
  logLevel: Schema.Literals(LOG_LEVELS),
  /** Without a slash at its end; undefined: http://localhost and the port that is listened on. */
  publicUrl: Schema.UndefinedOr(Schema.String),
  /** 32 bytes as base64url; undefined: a file of the data directory. */
  secretsKey: Schema.UndefinedOr(Secret),
  demoModel: Schema.UndefinedOr(Schema.Literal("scripted")),
  /** Backups are sealed with it, and opened. */
  backupPassphrase: Schema.UndefinedOr(Secret),
})
export type MusterConfig = typeof MusterConfig.Type

/** A variable of the environment has a value Muster can not use. The process ends with status 2. */
export class ConfigInvalid extends Data.TaggedError("ConfigInvalid")<{
  readonly variable: string
  readonly message: string
}> {
  override readonly [Runtime.errorExitCode] = 2
}

export type Environment = Readonly<Record<string, string | undefined>>

const read = <N extends VariableName>(
  env: Environment,
  name: N,
): (typeof variables)[N]["schema"]["Type"] | (typeof variables)[N]["default"] => {
  const variable = variables[name]
  const text = env[name]
  if (text === undefined || text === "") return variable.default
  const decoded = Schema.decodeUnknownResult(variable.schema)(text)
  if (Result.isSuccess(decoded)) return decoded.success
  const shown = variable.secret ? "" : `, not ${JSON.stringify(text)}`
  throw new ConfigInvalid({ variable: name, message: `${name} must ${variable.must}${shown}` })
}

const secret = (text: string | undefined) => (text === undefined ? undefined : Redacted.make(text))

/**
 * Reads the configuration; empty variables count as unset. Fails with ConfigInvalid, whose message is one line that names the
 * variable and says what it must be.
 */
export const readConfig = (env: Environment = process.env): MusterConfig => {
  const databaseUrl = secret(read(env, "DATABASE_URL"))
  const appDatabaseUrl = secret(read(env, "MUSTER_APP_DATABASE_URL"))
  if ((databaseUrl === undefined) !== (appDatabaseUrl === undefined)) {
    const missing = databaseUrl === undefined ? "DATABASE_URL" : "MUSTER_APP_DATABASE_URL"
    const present = databaseUrl === undefined ? "MUSTER_APP_DATABASE_URL" : "DATABASE_URL"
    throw new ConfigInvalid({ variable: missing, message: `${missing} must be set when ${present} is` })
  }
  if (read(env, "MUSTER_EVENT_STORE_URL") !== undefined) {
    const { must } = variables.MUSTER_EVENT_STORE_URL
    throw new ConfigInvalid({ variable: "MUSTER_EVENT_STORE_URL", message: `MUSTER_EVENT_STORE_URL must ${must}` })
  }
  return MusterConfig.make({
    host: read(env, "MUSTER_HOST"),
    port: read(env, "MUSTER_PORT"),
    dataDir: resolve(read(env, "MUSTER_DATA_DIR")),
    setupCode: secret(read(env, "MUSTER_SETUP_CODE")),
    databaseUrl,
    appDatabaseUrl,
    redisUrl: secret(read(env, "REDIS_URL")),
    logLevel: read(env, "MUSTER_LOG_LEVEL"),
    publicUrl: read(env, "MUSTER_PUBLIC_URL")?.replace(/\/+$/, ""),
    secretsKey: secret(read(env, "MUSTER_SECRETS_KEY")),
    demoModel: read(env, "MUSTER_DEMO_MODEL"),
    backupPassphrase: secret(read(env, "MUSTER_BACKUP_PASSPHRASE")),
  })
}

export interface ConfigurationEntry {
  readonly name: string
  readonly default: string
  readonly what: string
}

/** The same variables as data, for the reference in the documentation. */
export const configurationReference: readonly ConfigurationEntry[] = Object.entries(variables).map(
  ([name, { shown, what }]) => ({ name, default: shown, what }),
)
