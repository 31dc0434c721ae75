import { createHash } from "node:crypto"
import { IncarnationId, MemberId, OrgId, Position, TeamId, UserId } from "@muster/domain"
import {
  ATTEMPTS_PER_SOURCE_MAX,
  BindingOutdated,
  layerOperationalState,
  migrateOperationalState,
  OperationalState,
  OperationalStateUnavailable,
  openOperationalState,
  type OpenOperationalState,
  SecretRefused,
  SESSION_IDLE_MILLIS,
  SESSION_LIFETIME_MILLIS,
  SetupCodeTooShort,
  TooManyAttempts,
  TooManyTokens,
} from "@muster/operational-state"
import { API_TOKENS_PER_PERSON_MAX } from "#src/limits.ts"
import { startTestPostgres, type TestPostgres } from "@muster/platform/testing"
import { Effect } from "effect"
import postgres from "postgres"
import { v7 } from "uuid"
import { afterAll, beforeAll, beforeEach, describe, expect, test } from "vitest"

let server: TestPostgres
let owner: postgres.Sql
let state: OpenOperationalState
let clock = 0

beforeAll(async () => {
  server = await startTestPostgres()
  owner = postgres(server.ownerUrl, { max: 1, onnotice: () => undefined })
  await migrateOperationalState(owner)
  state = openOperationalState({ url: server.appUrl, now: () => clock })
})
afterAll(async () => {
  await state.close()
  await owner.end()
  await server.stop()
})
beforeEach(async () => {
  clock = Date.UTC(2030, 0, 1)
  await owner`truncate app.code, app.failed_attempt, app.session, app.enrollment, app.agent, app.checkpoint, app.api_token`
})

const MINUTE = 60_000
const person = () => ({
  userId: UserId.make(v7()),
  orgId: OrgId.make(v7()),
  name: "Ada",
  role: "operator" as const,
})
const member = () => ({ memberId: MemberId.make(v7()), teamId: TeamId.make(v7()), orgId: OrgId.make(v7()) })
const incarnation = () => IncarnationId.make(v7())
const accept = <T>(granted: T) => Promise.resolve(granted)

const DAY = 24 * 60 * MINUTE

describe("tokens of the API", () => {
  const tokenFor = (
    { name, ...who }: ReturnType<typeof person>,
    more: { readonly scope?: "read" | "operate"; readonly teamId?: TeamId } = {},
  ) => state.apiTokens.create({ ...who, personName: name, name: "laptop", scope: "operate", ttlMillis: DAY, ...more })

  test("a token that is narrowed to a team tells which", async () => {
    const ada = person()
    const teamId = TeamId.make(v7())
    const { token, doc } = await tokenFor(ada, { teamId })
    expect(doc.teamId).toBe(teamId)
    expect(await state.apiTokens.byToken(token)).toMatchObject({ userId: ada.userId, teamId })
    expect((await state.apiTokens.list(ada.userId)).map((each) => each.teamId)).toEqual([teamId])
  })

  test("a token tells whose it is until it expires", async () => {
    const ada = person()
    const { token, doc } = await tokenFor(ada, { scope: "read" })
    expect(await state.apiTokens.byToken(token)).toEqual({ ...ada, scope: "read", teamId: null })
    expect(await state.apiTokens.list(ada.userId)).toEqual([{ ...doc, lastUsedAt: new Date(clock).toISOString() }])
    clock += DAY
    expect(await state.apiTokens.byToken(token)).toBeUndefined()
    expect(await state.apiTokens.list(ada.userId)).toEqual([])
  })

  test("only the hash of a token is stored", async () => {
    const { token } = await tokenFor(person())
    const [row] = await owner`select * from app.api_token`
    expect(JSON.stringify(row)).not.toContain(token)
    expect(row?.["token_sha256"]).toEqual(createHash("sha256").update(token).digest())
  })

  test("a revoked token is nobody's, and nobody else can revoke it", async () => {
    const ada = person()
    const { token, doc } = await tokenFor(ada)
    expect(await state.apiTokens.revoke(person().userId, doc.id)).toBe(false)
    expect(await state.apiTokens.byToken(token)).toBeDefined()
    expect(await state.apiTokens.revoke(ada.userId, doc.id)).toBe(true)
    expect(await state.apiTokens.byToken(token)).toBeUndefined()
    expect(await state.apiTokens.revoke(ada.userId, doc.id)).toBe(false)
  })

  test("a person has only so many at the same time", async () => {
    const ada = person()
    await Promise.all(Array.from({ length: API_TOKENS_PER_PERSON_MAX }, () => tokenFor(ada)))
    await expect(tokenFor(ada)).rejects.toBeInstanceOf(TooManyTokens)
    clock += DAY
    await expect(tokenFor(ada)).resolves.toBeDefined()
  })

  test("a sweep removes those that are dead for long", async () => {
    await tokenFor(person())
    clock += 40 * DAY
    expect(await state.sweep()).toBe(1)
  })
})

describe("codes", () => {
  test("a setup code lets an owner in once; after that set-up is over", async () => {
    const setup = await state.codes.ensureSetupCode()
    if (setup.state !== "open") throw new Error("expected an open set-up")
    expect(await state.codes.redeem(setup.code, "a", accept)).toEqual({
      kind: "setup",
      personName: null,
      role: "owner",
    })
    await expect(state.codes.redeem(setup.code, "a", accept)).rejects.toThrow(SecretRefused)
    expect(await state.codes.ensureSetupCode()).toEqual({ state: "already-used" })
    expect(await state.codes.ensureSetupCode({ fixed: "chosen-by-the-operator" })).toEqual({ state: "already-used" })
  })

  test("a new start voids the setup code that nobody used", async () => {
    const first = await state.codes.ensureSetupCode()
    const second = await state.codes.ensureSetupCode()
    if (first.state !== "open" || second.state !== "open") throw new Error("expected an open set-up")
    await expect(state.codes.redeem(first.code, "a", accept)).rejects.toThrow(SecretRefused)
    await expect(state.codes.redeem(second.code, "a", accept)).resolves.toMatchObject({ kind: "setup" })
  })

  test("a fixed setup code is taken as it is, and refused when it is easy to guess", async () => {
    expect(await state.codes.ensureSetupCode({ fixed: "correct-horse" })).toEqual({
      state: "open",
      code: "correct-horse",
    })
    await expect(state.codes.ensureSetupCode({ fixed: "1234567" })).rejects.toThrow(SetupCodeTooShort)
    await expect(state.codes.redeem("correct-horse", "a", accept)).resolves.toMatchObject({ role: "owner" })
  })

  test("processes that set up at the same time leave exactly one valid code", async () => {
    const made = await Promise.all(Array.from({ length: 6 }, () => state.codes.ensureSetupCode()))
    expect(await owner`select count(*)::int as n from app.code`).toMatchObject([{ n: 1 }])
    const tries = await Promise.allSettled(
      made.map((setup, index) =>
        state.codes.redeem(setup.state === "open" ? setup.code : "", `source-${index}`, accept),
      ),
    )
    expect(tries.filter((t) => t.status === "fulfilled")).toHaveLength(1)
  })

  test("a sign-in code is for one person and ends at its time", async () => {
    const made = await state.codes.mintSignIn({ personName: "Ada", role: "viewer", ttlMillis: 10 * MINUTE })
    expect(made.expiresAt).toBe(new Date(clock + 10 * MINUTE).toISOString())
    const late = await state.codes.mintSignIn({ personName: "Bo", role: "viewer", ttlMillis: 10 * MINUTE })
    expect(await state.codes.redeem(made.code, "a", accept)).toEqual({
      kind: "sign-in",
      personName: "Ada",
      role: "viewer",
    })
    clock += 10 * MINUTE
    await expect(state.codes.redeem(late.code, "a", accept)).rejects.toThrow(SecretRefused)
  })

  test("a code that many redeem at the same time lets one in", async () => {
    const { code } = await state.codes.mintSignIn({ personName: "Ada", role: "viewer", ttlMillis: MINUTE })
    const tries = await Promise.allSettled(
      Array.from({ length: 8 }, (_, i) => state.codes.redeem(code, `s${i}`, accept)),
    )
    expect(tries.filter((t) => t.status === "fulfilled")).toHaveLength(1)
  })

  test("a code is not spent when what it was for fails", async () => {
    const { code } = await state.codes.mintSignIn({ personName: "Ada", role: "viewer", ttlMillis: MINUTE })
    await expect(state.codes.redeem(code, "a", () => Promise.reject(new Error("log away")))).rejects.toThrow("log away")
    await expect(state.codes.redeem(code, "a", accept)).resolves.toMatchObject({ personName: "Ada" })
  })

  test("a redemption whose process died gives the code free after a while", async () => {
    const { code } = await state.codes.mintSignIn({ personName: "Ada", role: "viewer", ttlMillis: 60 * MINUTE })
    await owner`update app.code set claimed_until = ${new Date(clock + 30_000)}`
    await expect(state.codes.redeem(code, "a", accept)).rejects.toThrow(SecretRefused)
    clock += 30_000
    await expect(state.codes.redeem(code, "a", accept)).resolves.toMatchObject({ personName: "Ada" })
  })

  test("wrong codes are limited by source, also for the right code, until the window is over", async () => {
    const { code } = await state.codes.mintSignIn({ personName: "Ada", role: "viewer", ttlMillis: 60 * MINUTE })
    for (let i = 0; i < ATTEMPTS_PER_SOURCE_MAX; i++)
      await expect(state.codes.redeem(`wrong-${i}`, "guesser", accept)).rejects.toThrow(SecretRefused)
    await expect(state.codes.redeem(code, "guesser", accept)).rejects.toThrow(TooManyAttempts)
    await expect(state.codes.redeem("wrong", "other", accept)).rejects.toThrow(SecretRefused)
    clock += 5 * MINUTE
    await expect(state.codes.redeem(code, "guesser", accept)).resolves.toMatchObject({ personName: "Ada" })
  })

  test("right codes use up no attempts", async () => {
    for (let i = 0; i < ATTEMPTS_PER_SOURCE_MAX + 2; i++) {
      const { code } = await state.codes.mintSignIn({ personName: "Ada", role: "viewer", ttlMillis: MINUTE })
      await state.codes.redeem(code, "office", accept)
    }
    await expect(state.codes.redeem("wrong", "office", accept)).rejects.toThrow(SecretRefused)
  })
})

describe("sessions", () => {
  test("a session is read by its id until it is revoked", async () => {
    const ada = person()
    const { id } = await state.sessions.create(ada)
    expect(await state.sessions.read(id)).toEqual({
      ...ada,
      expiresAt: new Date(clock + SESSION_IDLE_MILLIS).toISOString(),
    })
    await state.sessions.revoke(id)
    expect(await state.sessions.read(id)).toBeUndefined()
    expect(await state.sessions.read("not-an-id")).toBeUndefined()
  })

  test("use moves the end of a session on, looking at it does not, and it has a longest life", async () => {
    const { id } = await state.sessions.create(person())
    const start = clock
    clock = start + SESSION_IDLE_MILLIS - MINUTE
    expect((await state.sessions.peek(id))?.expiresAt).toBe(new Date(start + SESSION_IDLE_MILLIS).toISOString())
    expect((await state.sessions.read(id))?.expiresAt).toBe(new Date(clock + SESSION_IDLE_MILLIS).toISOString())
    for (let i = 0; i < 3; i++) {
      clock += SESSION_IDLE_MILLIS - MINUTE
      await state.sessions.read(id)
    }
    expect((await state.sessions.peek(id))?.expiresAt).toBe(new Date(start + SESSION_LIFETIME_MILLIS).toISOString())
    clock = start + SESSION_LIFETIME_MILLIS
    expect(await state.sessions.read(id)).toBeUndefined()
  })

  test("an idle session ends, and all sessions of a person can be ended", async () => {
    const ada = person()
    const idle = await state.sessions.create(ada)
    clock += SESSION_IDLE_MILLIS
    expect(await state.sessions.read(idle.id)).toBeUndefined()
    const [one, two] = [await state.sessions.create(ada), await state.sessions.create(ada)]
    await state.sessions.revokeUser(ada.userId)
    expect(await state.sessions.read(one.id)).toBeUndefined()
    expect(await state.sessions.read(two.id)).toBeUndefined()
  })
})

describe("enrollments and agents", () => {
  test("a token names its member once", async () => {
    const ref = member()
    const { token } = await state.enrollments.mint({ ...ref, ttlMillis: MINUTE })
    expect(await state.enrollments.redeem(token, accept)).toEqual(ref)
    await expect(state.enrollments.redeem(token, accept)).rejects.toThrow(SecretRefused)
  })

  test("a token ends at its time and with the member", async () => {
    const ref = member()
    const early = await state.enrollments.mint({ ...ref, ttlMillis: MINUTE })
    const late = await state.enrollments.mint({ ...ref, ttlMillis: 60 * MINUTE })
    clock += MINUTE
    await expect(state.enrollments.redeem(early.token, accept)).rejects.toThrow(SecretRefused)
    await state.agents.revoke(ref.memberId)
    await expect(state.enrollments.redeem(late.token, accept)).rejects.toThrow(SecretRefused)
  })

  test("a new incarnation voids the credentials of the earlier one", async () => {
    const ref = member()
    const first = await state.agents.bind({ ...ref, incarnation: incarnation(), revision: 2 })
    expect(first.replaced).toBeNull()
    const newest = incarnation()
    const second = await state.agents.bind({ ...ref, incarnation: newest, revision: 3 })
    expect(second.replaced).toBe(first.busUsername)
    expect(await state.agents.byApiKey(first.apiKey)).toBeUndefined()
    expect(await state.agents.byApiKey(second.apiKey)).toEqual({ ...ref, incarnation: newest })
    expect(await state.agents.busUsers()).toEqual([
      {
        teamId: ref.teamId,
        memberId: ref.memberId,
        incarnation: newest,
        username: second.busUsername,
        passwordSha256: createHash("sha256").update(second.busPassword).digest("hex"),
      },
    ])
    expect(second.busUsername.startsWith(`muster-${ref.memberId}-`)).toBe(true)
  })

  test("an older binding that comes late never replaces a newer one", async () => {
    const ref = member()
    const newer = await state.agents.bind({ ...ref, incarnation: incarnation(), revision: 5 })
    await expect(state.agents.bind({ ...ref, incarnation: incarnation(), revision: 4 })).rejects.toThrow(
      BindingOutdated,
    )
    expect(await state.agents.byApiKey(newer.apiKey)).toBeDefined()
  })

  test("a revoked agent has neither key nor bus user", async () => {
    const ref = member()
    const bound = await state.agents.bind({ ...ref, incarnation: incarnation(), revision: 2 })
    expect(await state.agents.revoke(ref.memberId)).toBe(bound.busUsername)
    expect(await state.agents.revoke(ref.memberId)).toBeNull()
    expect(await state.agents.byApiKey(bound.apiKey)).toBeUndefined()
    expect(await state.agents.busUsers()).toEqual([])
  })
})

test("no secret is stored, only hashes", async () => {
  const ref = member()
  const secrets = [
    (await state.codes.mintSignIn({ personName: "Ada", role: "viewer", ttlMillis: MINUTE })).code,
    (await state.sessions.create(person())).id,
    (await state.enrollments.mint({ ...ref, ttlMillis: MINUTE })).token,
  ]
  const bound = await state.agents.bind({ ...ref, incarnation: incarnation(), revision: 2 })
  secrets.push(bound.apiKey, bound.busPassword)
  const dumps = await Promise.all(
    ["code", "session", "enrollment", "agent"].map(
      (t) => owner`select row_to_json(t)::text as row from app.${owner(t)} t`,
    ),
  )
  const dump = JSON.stringify(dumps)
  expect(dump).toContain(createHash("sha256").update(bound.busPassword).digest("hex"))
  for (const secret of secrets) {
    expect(dump).not.toContain(secret)
    expect(dump).not.toContain(Buffer.from(secret).toString("hex"))
  }
})

describe("checkpoints", () => {
  const at = (position: string, generation = "g1") => ({ position: Position.make(position), generation })
  test("move forward within a generation, and start again in another", async () => {
    expect(await state.checkpoints.read("x")).toBeUndefined()
    await state.checkpoints.write("x", at("18446744073709551615"))
    await state.checkpoints.write("x", at("9"))
    expect(await state.checkpoints.read("x")).toEqual(at("18446744073709551615"))
    await state.checkpoints.write("x", at("3", "g2"))
    expect(await state.checkpoints.read("x")).toEqual(at("3", "g2"))
  })
})

describe("locks", () => {
  test("let one at a time through under a name, over processes, and are free again after a failure", async () => {
    const other = openOperationalState({ url: server.appUrl })
    let inside = 0
    const seen: number[] = []
    const step = async () => {
      inside += 1
      seen.push(inside)
      await owner`select 1`
      inside -= 1
    }
    await Promise.all(
      Array.from({ length: 12 }, (_, i) => (i % 2 === 0 ? state : other).locks.exclusively("team:1", step)),
    )
    expect(seen).toEqual(Array.from({ length: 12 }, () => 1))
    await expect(state.locks.exclusively("team:1", () => Promise.reject(new Error("no")))).rejects.toThrow("no")
    expect(await other.locks.exclusively("team:1", () => Promise.resolve("free"))).toBe("free")
    await other.close()
  })

  test("of different names do not wait for each other", async () => {
    const nested = await state.locks.exclusively("a", () => state.locks.exclusively("b", () => Promise.resolve("both")))
    expect(nested).toBe("both")
  })
})

test("sweep removes what is dead for long and keeps the rest", async () => {
  await state.codes.mintSignIn({ personName: "Ada", role: "viewer", ttlMillis: MINUTE })
  const setup = await state.codes.ensureSetupCode()
  if (setup.state === "open") await state.codes.redeem(setup.code, "a", accept)
  await state.sessions.create(person())
  clock += 31 * 24 * 60 * MINUTE + SESSION_IDLE_MILLIS
  const live = await state.sessions.create(person())
  expect(await state.sweep()).toBe(3)
  expect(await state.sessions.read(live.id)).toBeDefined()
  expect(await state.codes.ensureSetupCode()).toEqual({ state: "already-used" })
})

describe("layer", () => {
  test("provides the state", async () => {
    const users = Effect.flatMap(OperationalState, (s) => Effect.promise(() => s.agents.busUsers()))
    expect(await Effect.runPromise(Effect.provide(users, layerOperationalState({ url: server.appUrl })))).toEqual([])
  })

  test("fails the start when the database cannot be asked, without telling the address", async () => {
    const url = "postgres://nobody:hidden@127.0.0.1:1/none"
    const error = await Effect.runPromise(
      Effect.flip(Effect.provide(Effect.asVoid(OperationalState), layerOperationalState({ url }))),
    )
    expect(error).toBeInstanceOf(OperationalStateUnavailable)
    expect(error.message).not.toContain("hidden")
  })
})
