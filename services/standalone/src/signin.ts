import { parseArgs } from "node:util"
import { asKnown, isStorableText, NAME_MAX_CHARS, Role, START } from "@muster/domain"
import { openPostgresEventStore } from "@muster/event-store/postgres"
import { openOperationalState } from "@muster/operational-state"
import { readConfig, runMain } from "@muster/platform"
import { Data, Effect, Schema } from "effect"
import { readRunFile } from "#src/run-file.ts"
import { signInLink } from "#src/welcome.ts"

/** `npm run signin`: a one-time link for somebody who may use the account that Muster runs under. */

const LOOK_AT_EVENTS = 500
const LINK_TTL_MILLIS = 15 * 60 * 1_000
const USAGE = 'usage: npm run signin -- [--name "Ada"] [--role owner|operator|viewer]'

class BadArguments extends Data.TaggedError("BadArguments")<{ readonly message: string }> {}

/** Nobody has signed in yet: the link that `npm start` prints is still good. */
class NobodyYet extends Data.TaggedError("NobodyYet")<object> {
  override readonly message =
    "nobody has signed in yet: open the link that npm start printed, or name somebody with --name"
}

interface Person {
  readonly personName: string
  readonly role: Role
}

const readArguments = (args: readonly string[]): { readonly personName: string | undefined; readonly role: Role } => {
  try {
    const { values } = parseArgs({ args: [...args], options: { name: { type: "string" }, role: { type: "string" } } })
    const personName = values.name?.trim()
    const role = Schema.decodeUnknownSync(Role)(values.role ?? "owner")
    if (personName === "") throw new TypeError("an empty name")
    if (personName !== undefined && (personName.length > NAME_MAX_CHARS || !isStorableText(personName)))
      throw new TypeError("a name that cannot be stored")
    return { personName, role }
  } catch {
    throw new BadArguments({ message: USAGE })
  }
}

/** Who set Muster up is among the first events of the log. Rejects with NobodyYet. */
const firstPerson = async (appDatabaseUrl: string): Promise<Person> => {
  const store = openPostgresEventStore({ url: appDatabaseUrl })
  try {
    for (let after = START; ;) {
      const page = await store.readAll({ after, limit: LOOK_AT_EVENTS })
      for (const event of page) {
        const known = asKnown(event)
        if (known?.type === "UserRegistered") return { personName: known.data.name, role: known.data.role }
      }
      const last = page.at(-1)
      if (last === undefined) throw new NobodyYet()
      after = last.position
    }
  } finally {
    await store.close()
  }
}

/** Mints a link for the person; their first sign-in registers them with the role. */
export const mintSignInLink = async (
  dataDir: string,
  person: Person,
): Promise<{ readonly link: string; readonly expiresAt: string }> => {
  const run = readRunFile(dataDir)
  const state = openOperationalState({ url: run.appDatabaseUrl })
  try {
    const { code, expiresAt } = await state.codes.mintSignIn({ ...person, ttlMillis: LINK_TTL_MILLIS })
    return { link: signInLink(run.url, code), expiresAt }
  } finally {
    await state.close()
  }
}

const main = Effect.gen(function* () {
  const { link, expiresAt, personName } = yield* Effect.tryPromise({
    try: async () => {
      const { personName, role } = readArguments(process.argv.slice(2))
      const { dataDir } = readConfig()
      const person =
        personName === undefined ? await firstPerson(readRunFile(dataDir).appDatabaseUrl) : { personName, role }
      return { ...person, ...(await mintSignInLink(dataDir, person)) }
    },
    catch: (cause) => cause as Error,
  })
  process.stdout.write(`Sign in as ${personName} (once, until ${expiresAt}):\n  ${link}\n`)
})

if (import.meta.main) runMain(main)
