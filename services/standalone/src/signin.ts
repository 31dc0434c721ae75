import { parseArgs } from "node:util"
import { isStorableText, NAME_MAX_CHARS, Role } from "@muster/domain"
import { openOperationalState } from "@muster/operational-state"
import { readConfig, runMain } from "@muster/platform"
import { Data, Effect, Schema } from "effect"
import { readRunFile } from "#src/run-file.ts"
import { signInLink } from "#src/welcome.ts"

/** `npm run signin`: a one-time link for somebody who may use the account that Muster runs under. */

const LINK_TTL_MILLIS = 15 * 60 * 1_000
const USAGE = 'usage: npm run signin -- [--name "Ada"] [--role owner|operator|viewer]'

class BadArguments extends Data.TaggedError("BadArguments")<{ readonly message: string }> {}

const readArguments = (args: readonly string[]) => {
  try {
    const { values } = parseArgs({ args: [...args], options: { name: { type: "string" }, role: { type: "string" } } })
    const personName = (values.name ?? "Owner").trim()
    const role = Schema.decodeUnknownSync(Role)(values.role ?? "owner")
    if (personName === "" || personName.length > NAME_MAX_CHARS || !isStorableText(personName))
      throw new Error("bad name")
    return { personName, role }
  } catch {
    throw new BadArguments({ message: USAGE })
  }
}

/** Mints a link for the person; their first sign-in registers them with the role. */
export const mintSignInLink = async (
  dataDir: string,
  person: { readonly personName: string; readonly role: Role },
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
      const person = readArguments(process.argv.slice(2))
      return { ...person, ...(await mintSignInLink(readConfig().dataDir, person)) }
    },
    catch: (cause) => cause as Error,
  })
  process.stdout.write(`Sign in as ${personName} (once, until ${expiresAt}):\n  ${link}\n`)
})

if (import.meta.main) runMain(main)
