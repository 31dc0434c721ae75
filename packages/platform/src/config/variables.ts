import { join } from "node:path"
import { Schema } from "effect"
import { BACKUP_PASSPHRASE_MIN_CHARACTERS, SETUP_CODE_MIN_CHARACTERS } from "#src/limits.ts"

/** The project's root: this file lies in packages/platform/src/config. */
const PROJECT_ROOT = join(import.meta.dirname, "..", "..", "..", "..")

const isUrlOf = (...protocols: readonly string[]) =>
  Schema.makeFilter((text: string) => URL.canParse(text) && protocols.includes(new URL(text).protocol))

const port = Schema.NumberFromString.check(Schema.isInt(), Schema.isBetween({ minimum: 0, maximum: 65_535 }))
const postgresUrl = Schema.String.check(isUrlOf("postgres:", "postgresql:"))

export const LOG_LEVELS = ["trace", "debug", "info", "warn", "error", "fatal", "silent"] as const

/**
 * Every variable Muster reads from its environment: how its text becomes a value, what it is when unset, and what a person must
 * know. `secret` values are never shown, not even in the message that refuses them.
 */
export const variables = {
  MUSTER_HOST: {
    schema: Schema.NonEmptyString,
    default: "127.0.0.1",
    shown: "127.0.0.1",
    must: "be an address or name to listen on",
    what: "The address the web server listens on. The default serves this machine only; `0.0.0.0` serves every network, which needs HTTPS in front.",
    secret: false,
  },
  MUSTER_PORT: {
    schema: port,
    default: 7400,
    shown: "7400",
    must: "be a port number from 0 to 65535",
    what: "The port of the web server. `0` takes a free one.",
    secret: false,
  },
  MUSTER_DATA_DIR: {
    schema: Schema.NonEmptyString,
    default: join(PROJECT_ROOT, ".muster"),
    shown: "`.muster` in the project",
    must: "be a directory",
    what: "Where everything is kept: database, files, passwords. Made with mode 0700; a directory that other accounts can enter is refused.",
    secret: false,
  },
  MUSTER_SETUP_CODE: {
    schema: Schema.String.check(Schema.isPattern(/^[\x21-\x7e]+$/), Schema.isMinLength(SETUP_CODE_MIN_CHARACTERS)),
    default: undefined,
    shown: "a random one",
    must: `be at least ${SETUP_CODE_MIN_CHARACTERS} letters, digits or signs without spaces`,
    what: "The code that makes the first account, instead of the random one that the first start prints.",
    secret: true,
  },
  DATABASE_URL: {
    schema: postgresUrl,
    default: undefined,
    shown: "a database of its own in the data directory",
    must: "be a URL that begins with postgres://",
    what: "A PostgreSQL of your own, as the role that owns the database. Needs MUSTER_APP_DATABASE_URL too.",
    secret: true,
  },
  MUSTER_APP_DATABASE_URL: {
    schema: postgresUrl,
    default: undefined,
    shown: "goes with DATABASE_URL",
    must: "be a URL that begins with postgres://",
    what: "The same database as the role that the services use. It owns nothing: what it may do is granted by the owner when Muster starts.",
    secret: true,
  },
  REDIS_URL: {
    schema: Schema.String.check(isUrlOf("redis:", "rediss:")),
    default: undefined,
    shown: "a private Redis",
    must: "be a URL that begins with redis:// or rediss://",
    what: "A Redis (or Valkey) ≥ 7 of your own for the team bus, as a user that may make users.",
    secret: true,
  },
  MUSTER_EVENT_STORE_URL: {
    schema: Schema.String,
    default: undefined,
    shown: "the log is kept in PostgreSQL",
    must: "not be set yet: feeds and backups still read the log in PostgreSQL, so Muster does not start on EventStoreDB or KurrentDB",
    what: "Kept for a log on EventStoreDB or KurrentDB. Not supported yet: feeds and backups still read the log in PostgreSQL, so a start with it is refused. The engine itself is there for those who embed it, unverified against a server until someone ran its tests on one (`packages/event-store`).",
    secret: true,
  },
  MUSTER_LOG_LEVEL: {
    schema: Schema.Literals(LOG_LEVELS),
    default: "info",
    shown: "info",
    must: `be one of ${LOG_LEVELS.join(", ")}`,
    what: "How much is logged, as JSON lines on standard output.",
    secret: false,
  },
  MUSTER_PUBLIC_URL: {
    schema: Schema.String.check(isUrlOf("http:", "https:")),
    default: undefined,
    shown: "`http://localhost:<port>`",
    must: "be a URL that begins with http:// or https://",
    what: "The address people use, when it is another one than the machine's own (behind a proxy, say). Links and sign-in are bound to it. Pages and long answers are packed (Brotli, gzip) for callers that are not on this machine; a proxy on it says so with `X-Forwarded-For`.",
    secret: false,
  },
  MUSTER_SECRETS_KEY: {
    schema: Schema.String.check(Schema.isPattern(/^[A-Za-z0-9_-]{43}$/u)),
    default: undefined,
    shown: "`master.key` in the data directory, made on the first start",
    must: "be 32 random bytes as base64url (43 characters)",
    what: "The key that seals keys of model endpoints in the database. Processes on one database need the same. In no backup: without it keys of models have to be given again.",
    secret: true,
  },
  MUSTER_DEMO_MODEL: {
    schema: Schema.Literals(["scripted"]),
    default: undefined,
    shown: "no demo model",
    must: "be scripted",
    what: "`scripted` starts a model that follows scripts, for trying things without a model of your own. It is used while the organisation has none; whatever it says begins with “Scripted demo”. [More](models.md).",
    secret: false,
  },
  MUSTER_BACKUP_PASSPHRASE: {
    schema: Schema.String.check(Schema.isMinLength(BACKUP_PASSPHRASE_MIN_CHARACTERS)),
    default: undefined,
    shown: "backups are not encrypted",
    must: `have at least ${BACKUP_PASSPHRASE_MIN_CHARACTERS} characters`,
    what: "`npm run backup` encrypts with it, `npm run restore` opens with it. Without it nobody can ever open such a backup.",
    secret: true,
  },
} as const

export type VariableName = keyof typeof variables
