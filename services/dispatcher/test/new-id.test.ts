import { expect, test, vi } from "vitest"
import { validate, version } from "uuid"
import { newId } from "#src/new-id.ts"

const MANY = 2_000

test("new ids are UUIDs of version 7, all different, and sort as they were made", () => {
  const ids = Array.from({ length: MANY }, newId)
  expect(ids.every((id) => validate(id) && version(id) === 7)).toBe(true)
  expect(new Set(ids).size).toBe(MANY)
  expect(ids.toSorted()).toEqual(ids)
})

test("ids go on to rise when the clock goes back", () => {
  const clock = vi.spyOn(Date, "now")
  try {
    const before = newId()
    clock.mockReturnValue(Date.now() - 60_000)
    const after = Array.from({ length: 10 }, newId)
    expect([before, ...after].toSorted()).toEqual([before, ...after])
  } finally {
    clock.mockRestore()
  }
})
