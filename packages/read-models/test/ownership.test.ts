import { openReadModels } from "@muster/read-models"
import postgres from "postgres"
import { afterAll, beforeAll, expect, test } from "vitest"
import { OWNERSHIP_BEAT_MILLIS, OWNERSHIP_LEASE_MILLIS } from "#src/limits.ts"
import { startPlace, until, type Place } from "./place.ts"

let place: Place
beforeAll(async () => {
  place = await startPlace()
})
afterAll(() => place.stop())

/** Each waits for several leases. */
const LEASES_TIMEOUT_MILLIS = 60_000
const NEVER = new AbortController().signal

test("a lease outlasts three words that are not heard", () => {
  expect(OWNERSHIP_LEASE_MILLIS).toBeGreaterThan(3 * OWNERSHIP_BEAT_MILLIS)
})

test(
  "an owner whose session stands without a word, as that of a stopped process, is replaced",
  async () => {
    // A process that is stopped keeps its connections; the lock is taken here as an owner takes it, and nothing is said afterwards.
    const stopped = postgres(place.url, {
      max: 1,
      onnotice: () => undefined,
      connection: { application_name: "stopped" },
    })
    await stopped`SELECT pg_advisory_lock(${0x6d75_726d}, hashtext('read-models'))`
    const [lock] = await place.admin<{ objid: string }[]>`SELECT objid FROM pg_locks WHERE locktype = 'advisory'`
    expect(lock).toBeDefined()
    const models = openReadModels({ url: place.url })
    const owner = await models.projection.own(NEVER)
    expect(owner).toBeDefined()
    const held = await place.admin<{ application_name: string }[]>`
    SELECT application_name FROM pg_stat_activity WHERE application_name = 'stopped'`
    expect(held).toEqual([])
    await owner?.release()
    await models.close()
    await stopped.end({ timeout: 0 })
  },
  LEASES_TIMEOUT_MILLIS,
)

test(
  "an owner that has nothing to do for longer than a lease keeps the projection",
  async () => {
    const first = openReadModels({ url: place.url })
    const second = openReadModels({ url: place.url })
    const owner = await first.projection.own(NEVER)
    let hasOther = false
    const giveUp = new AbortController()
    const waiting = second.projection.own(giveUp.signal).then((other) => {
      hasOther = other !== undefined
      return other
    })
    const since = performance.now()
    await until(() => performance.now() - since > OWNERSHIP_LEASE_MILLIS + 2 * OWNERSHIP_BEAT_MILLIS)
    expect(owner?.lost.aborted).toBe(false)
    expect(hasOther).toBe(false)
    giveUp.abort()
    await waiting
    await owner?.release()
    await Promise.all([first.close(), second.close()])
  },
  LEASES_TIMEOUT_MILLIS,
)
