import { eventually } from "@muster/platform/testing"
import { randomUUID } from "node:crypto"
import { afterEach, beforeEach, describe, expect, test } from "vitest"
import type { InstanceDriver, InstanceSpec, InstanceStatus } from "#src/port.ts"

/** How the instances of the suite behave; the driver under test has to run such a program for each. */
export type Behaviour = "works" | "ignores-stop" | "crashes" | "refuses"

export interface DriverWorld {
  /** A driver whose instances behave so. Another call over the same world is what a restarted Muster makes. */
  readonly driver: (behaviour: Behaviour) => InstanceDriver
  /** What the instance saw: its environment, the text of its invitation, its arguments. */
  readonly seen: (id: string) => Promise<{ env: Record<string, string>; invitation: string; args: string } | undefined>
  readonly close: () => Promise<void>
}

const STOP = { graceMillis: 500 }
const REFUSED_CODE = 77

/** The promises of `InstanceDriver`, as tests. */
export const driverConformance = (name: string, makeWorld: () => Promise<DriverWorld>): void => {
  describe(`driver conformance: ${name}`, () => {
    let world: DriverWorld
    const made = new Set<InstanceDriver>()
    beforeEach(async () => {
      world = await makeWorld()
    })
    afterEach(async () => {
      for (const driver of made) for (const { id } of await driver.list()) await driver.stop(id, STOP)
      made.clear()
      await world.close()
    })
    const make = (behaviour: Behaviour): InstanceDriver => {
      const driver = world.driver(behaviour)
      made.add(driver)
      return driver
    }
    const spec = (more: Partial<InstanceSpec> = {}): InstanceSpec => ({ id: randomUUID(), env: {}, ...more })
    const statusOf = async (driver: InstanceDriver, id: string): Promise<InstanceStatus | undefined> =>
      (await driver.list()).find((status) => status.id === id)
    const running = (driver: InstanceDriver, id: string) =>
      eventually("it runs", async () => {
        const status = await statusOf(driver, id)
        return status?.state === "running" && (await world.seen(id)) !== undefined && status
      })
    const stopped = (driver: InstanceDriver, id: string) =>
      eventually("it is stopped", async () => {
        const status = await statusOf(driver, id)
        return status?.state === "stopped" && status.lastExit !== undefined && status
      })

    test("an instance that is ensured twice, also at the same time, runs once", async () => {
      const driver = make("works")
      const instance = spec()
      await Promise.all([driver.ensure(instance), driver.ensure(instance)])
      const { pid } = await running(driver, instance.id)
      await driver.ensure(instance)
      expect(await statusOf(driver, instance.id)).toMatchObject({ state: "running", pid })
      expect(await driver.list()).toHaveLength(1)
    })

    test("a stopped instance tells its code; stopping again changes nothing; it can be started again", async () => {
      const driver = make("works")
      const instance = spec()
      await driver.ensure(instance)
      const first = await running(driver, instance.id)
      await driver.stop(instance.id, STOP)
      expect((await stopped(driver, instance.id)).lastExit?.code).toBe(0)
      await driver.stop(instance.id, STOP)
      await driver.ensure(instance)
      const second = await eventually("it runs again", async () => {
        const status = await statusOf(driver, instance.id)
        return status?.state === "running" && status
      })
      expect(second.pid).not.toBe(first.pid)
      expect(second.lastExit).toBeUndefined()
    })

    test("an instance that does not obey is killed after its grace", async () => {
      const driver = make("ignores-stop")
      const instance = spec()
      await driver.ensure(instance)
      await running(driver, instance.id)
      await driver.stop(instance.id, STOP)
      const status = await stopped(driver, instance.id)
      expect(status.lastExit?.code).toBeUndefined()
    })

    test("an instance that crashes, or ends with a reason, says so and is not restarted by the driver", async () => {
      const crashing = make("crashes")
      const instance = spec()
      let hints = 0
      const unsubscribe = crashing.onExit((id) => {
        if (id === instance.id) hints += 1
      })
      await crashing.ensure(instance)
      expect((await stopped(crashing, instance.id)).lastExit?.code).toBeUndefined()
      // The hint may come after `list` has seen it: it is the hint that is late, not the truth.
      await eventually("the hint", async () => hints > 0)
      expect(hints).toBe(1)
      unsubscribe()
      const refusing = make("refuses")
      const other = spec()
      await refusing.ensure(other)
      expect((await stopped(refusing, other.id)).lastExit).toMatchObject({ code: REFUSED_CODE, reason: "not accepted" })
    })

    test("another driver over the same place takes over what runs, and sees how it ends", async () => {
      const before = make("works")
      const instance = spec()
      await before.ensure(instance)
      const { pid } = await running(before, instance.id)
      const after = make("works")
      expect(await statusOf(after, instance.id)).toMatchObject({ state: "running", pid })
      await after.ensure(instance)
      expect(await statusOf(after, instance.id)).toMatchObject({ pid })
      await after.stop(instance.id, STOP)
      expect((await stopped(after, instance.id)).lastExit?.code).toBe(0)
    })

    test("an invitation reaches the instance, and neither it nor our environment is shown to others", async () => {
      const driver = make("works")
      const token = `token-${randomUUID()}`
      process.env["MUSTER_TEST_SECRET"] = "environ-secret"
      const instance = spec({
        env: { MUSTER_TEAM_DIR: "/team" },
        invitation: { controlPlaneUrl: "http://127.0.0.1:1", token },
      })
      await driver.ensure(instance)
      await running(driver, instance.id)
      delete process.env["MUSTER_TEST_SECRET"]
      const seen = await world.seen(instance.id)
      expect(seen?.invitation).toContain(token)
      expect(seen?.args).not.toContain(token)
      expect(JSON.stringify(seen?.env)).not.toContain(token)
      expect(seen?.env).toMatchObject({ MUSTER_TEAM_DIR: "/team" })
      expect(seen?.env).not.toHaveProperty("MUSTER_TEST_SECRET")
      expect((await statusOf(driver, instance.id))?.isEnrolled).toBe(true)
    })

    test("what it says can be read; what is removed is gone; what runs is not removed", async () => {
      const driver = make("works")
      const instance = spec()
      await driver.ensure(instance)
      await running(driver, instance.id)
      await eventually("its log", async () => (await driver.logs(instance.id)).includes("at work"))
      await expect(driver.remove(instance.id)).rejects.toMatchObject({ _tag: "InstanceFailed" })
      await driver.stop(instance.id, STOP)
      await driver.remove(instance.id)
      expect(await driver.list()).toEqual([])
      expect(await driver.logs(instance.id)).toBe("")
    })

    test("an id that is no member's id is refused", async () => {
      const driver = make("works")
      for (const id of ["../../etc", "", "a/b", "UPPER"])
        await expect(driver.ensure(spec({ id }))).rejects.toMatchObject({ _tag: "InstanceFailed" })
    })
  })
}
