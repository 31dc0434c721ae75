import { eventually } from "@muster/platform/testing"
import { expect, test } from "vitest"
import { pause } from "#src/pause.ts"
import { makeTidying } from "#src/runtimes/openclaw/tidying.ts"

const HELD: Promise<never> = new Promise(() => undefined)
const A_MOMENT_MILLIS = 50

test("sessions that are over are deleted only when nothing is at work, one after the other", async () => {
  const removed: string[] = []
  const tidying = makeTidying(async (key) => void removed.push(key), 1)
  await tidying.begin()
  tidying.forget("a")
  tidying.forget("b")
  await pause(A_MOMENT_MILLIS)
  expect(removed).toEqual([])
  tidying.end()
  await eventually("both are gone", () => removed.length === 2)
  expect(removed).toEqual(["a", "b"])
})

test("who begins waits for the deletion that is under way, and those behind it wait for the next idle time", async () => {
  const removed: string[] = []
  let release: () => void = () => undefined
  const held = new Promise<void>((resolve) => {
    release = resolve
  })
  const tidying = makeTidying(async (key) => {
    removed.push(key)
    await held
  }, 1)
  tidying.forget("a")
  tidying.forget("b")
  await eventually("the first is being deleted", () => removed.length === 1)
  const begun = tidying.begin().then(() => "begun")
  expect(await Promise.race([begun, pause(A_MOMENT_MILLIS).then(() => "waits")])).toBe("waits")
  release()
  expect(await begun).toBe("begun")
  await pause(A_MOMENT_MILLIS)
  expect(removed).toEqual(["a"])
  tidying.end()
  await eventually("the second is deleted", () => removed.length === 2)
})

test("nothing is deleted any more once it is closed", async () => {
  const removed: string[] = []
  const tidying = makeTidying(async (key) => {
    removed.push(key)
    return HELD
  }, A_MOMENT_MILLIS)
  tidying.forget("a")
  tidying.close()
  await pause(2 * A_MOMENT_MILLIS)
  expect(removed).toEqual([])
})
