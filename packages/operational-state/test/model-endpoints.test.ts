import { randomBytes } from "node:crypto"
import { MemberId, OrgId, TeamId } from "@muster/domain"
import {
  MASTER_KEY_BYTES,
  MasterKeyInvalid,
  migrateOperationalState,
  openOperationalState,
  type OpenOperationalState,
  SecretSealed,
} from "@muster/operational-state"
import { startTestPostgres, type TestPostgres } from "@muster/platform/testing"
import postgres from "postgres"
import { v7 } from "uuid"
import { afterAll, beforeAll, describe, expect, test } from "vitest"
import { makeEnvelope } from "#src/envelope.ts"

let server: TestPostgres
let owner: postgres.Sql
const opened: OpenOperationalState[] = []
const masterKey = randomBytes(MASTER_KEY_BYTES)

const openWith = (key: Uint8Array | undefined): OpenOperationalState => {
  const state = openOperationalState({
    url: server.appUrl,
    now: () => Date.UTC(2030, 0, 1),
    ...(key === undefined ? {} : { masterKey: key }),
  })
  opened.push(state)
  return state
}
let state: OpenOperationalState
beforeAll(async () => {
  server = await startTestPostgres()
  owner = postgres(server.ownerUrl, { max: 1, onnotice: () => undefined })
  await migrateOperationalState(owner)
  state = openWith(masterKey)
})
afterAll(async () => {
  await Promise.all(opened.map((each) => each.close()))
  await owner.end()
  await server.stop()
})

const KEY = "sk-0123456789abcdefWXYZ"
const BASE = "https://api.example.com/v1"
const org = () => ({ orgId: OrgId.make(v7()) })
const team = () => ({ teamId: TeamId.make(v7()) })
const member = () => ({ memberId: MemberId.make(v7()) })

describe("keys of model endpoints", () => {
  test("stand in no column in plain, and come out whole for agents alone", async () => {
    const place = org()
    await state.models.set(place, { baseUrl: BASE, model: "m", key: KEY })
    const [row] = await owner`select * from app.model_endpoint where org_id = ${place.orgId}`
    const sealed = (row as { sealed_key: Buffer }).sealed_key
    expect(sealed.includes(Buffer.from(KEY))).toBe(false)
    expect(JSON.stringify({ ...row, sealed_key: "" })).not.toContain("0123456789")
    const [shown] = await state.models.list(place.orgId)
    expect(shown).toMatchObject({ key: { last4: "WXYZ", setAt: "2030-01-01T00:00:00.000Z", isReadable: true } })
    expect(JSON.stringify(shown)).not.toContain("0123456789")
    expect(await state.models.access(place)).toEqual({ baseUrl: BASE, model: "m", apiKey: KEY })
  })

  test("are sealed differently each time", () => {
    const envelope = makeEnvelope(masterKey)
    expect(envelope.seal(KEY, "a").sealed.equals(envelope.seal(KEY, "a").sealed)).toBe(false)
  })

  test("can not be opened with another master key, and people are told which to give anew", async () => {
    const place = org()
    await state.models.set(place, { baseUrl: BASE, model: "m", key: KEY })
    const other = openWith(randomBytes(MASTER_KEY_BYTES))
    await expect(other.models.access(place)).rejects.toThrow(SecretSealed)
    expect(await other.models.list(place.orgId)).toMatchObject([{ key: { last4: "WXYZ", isReadable: false } }])
    await other.models.set(place, { baseUrl: BASE, model: "m", key: "sk-another" })
    expect(await other.models.access(place)).toMatchObject({ apiKey: "sk-another" })
  })

  test("can be opened at the place and for the address they were set for, and nowhere else", async () => {
    const [place, thief] = [org(), org()]
    await state.models.set(place, { baseUrl: BASE, model: "m", key: KEY })
    await state.models.set(thief, { baseUrl: BASE, model: "m", key: "sk-mine-mine-mine" })
    const move = (orgId: string) => owner`
      update app.model_endpoint set sealed_key = other.sealed_key from app.model_endpoint other
      where app.model_endpoint.org_id = ${orgId} and other.org_id = ${place.orgId}`
    await move(thief.orgId)
    await expect(state.models.access(thief)).rejects.toThrow(SecretSealed)
    await owner`update app.model_endpoint set base_url = 'https://evil.example/v1' where org_id = ${place.orgId}`
    await expect(state.models.access(place)).rejects.toThrow(SecretSealed)
  })

  test("that were changed by a bit are refused", () => {
    const envelope = makeEnvelope(masterKey)
    const { sealed, masterKeyId } = envelope.seal(KEY, "a")
    for (const at of [0, 1, 20, 70, sealed.length - 1]) {
      const changed = Buffer.from(sealed)
      changed[at] = (changed[at] ?? 0) ^ 1
      expect(() => envelope.open({ sealed: changed, masterKeyId }, "a")).toThrow(SecretSealed)
    }
    expect(envelope.open({ sealed, masterKeyId }, "a")).toBe(KEY)
  })

  test("need a master key; an endpoint without a key does not", async () => {
    const place = org()
    const without = openWith(undefined)
    await expect(without.models.set(place, { baseUrl: BASE, model: "m", key: KEY })).rejects.toThrow(MasterKeyInvalid)
    await without.models.set(place, { baseUrl: BASE, model: "m", key: null })
    expect(await without.models.access(place)).toEqual({ baseUrl: BASE, model: "m", apiKey: null })
  })

  test("stay when only the model changes, and go when that is said", async () => {
    const place = org()
    await state.models.set(place, { baseUrl: BASE, model: "m", key: KEY })
    await state.models.set(place, { baseUrl: `${BASE}/next`, model: "n", key: undefined })
    expect(await state.models.access(place)).toEqual({ baseUrl: `${BASE}/next`, model: "n", apiKey: KEY })
    await state.models.set(place, { baseUrl: BASE, model: "n", key: null })
    expect(await state.models.access(place)).toMatchObject({ apiKey: null })
  })

  test("of few characters show none of them", async () => {
    const place = org()
    await state.models.set(place, { baseUrl: BASE, model: "m", key: "short" })
    expect(await state.models.list(place.orgId)).toMatchObject([{ key: { last4: "" } }])
  })
})

describe("which model holds", () => {
  test("the narrowest: a member's before its team's before the organisation's", async () => {
    const [atOrg, ofTeam, ofMember] = [org(), team(), member()]
    const atTeam = { ...atOrg, ...ofTeam }
    const atMember = { ...atTeam, ...ofMember }
    expect(await state.models.access(atMember)).toBeUndefined()

    await state.models.set(atOrg, { baseUrl: BASE, model: "org-model", key: KEY })
    expect(await state.models.access(atMember)).toEqual({ baseUrl: BASE, model: "org-model", apiKey: KEY })

    const own = "http://127.0.0.1:11434/v1"
    await state.models.set(atTeam, { baseUrl: own, model: "team-model", key: null })
    await state.models.set(atMember, { baseUrl: null, model: "own-model", key: undefined })
    expect(await state.models.access(atMember)).toEqual({ baseUrl: own, model: "own-model", apiKey: null })
    expect(await state.models.access({ ...atTeam, ...member() })).toMatchObject({ model: "team-model" })
    expect(await state.models.access({ ...atOrg, ...team() })).toMatchObject({ model: "org-model" })

    await state.models.remove(atTeam)
    expect(await state.models.access(atMember)).toEqual({ baseUrl: BASE, model: "own-model", apiKey: KEY })
    expect(await state.models.list(atOrg.orgId)).toHaveLength(2)
  })

  test("never that of another organisation", async () => {
    const [place, shared] = [org(), team()]
    await state.models.set({ ...place, ...shared }, { baseUrl: BASE, model: "m", key: KEY })
    expect(await state.models.access({ ...org(), ...shared })).toBeUndefined()
  })
})
