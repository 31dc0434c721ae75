// In the place of the package uuid. Names that follow from a text (version 5) are the real ones.
export { v5 } from "uuid"
import { wallMillis } from "../engine/globals.ts"
import { env } from "../engine/world-clock.ts"

/** A UUID of version 7 by its digits: the time, a number that counts up, and chance. */
export const v7 = (): string => {
  const { chance } = env()
  const count = (env().ids += 1)
  const time = wallMillis().toString(16).padStart(12, "0")
  const low = (count & 0xfff).toString(16).padStart(3, "0")
  const tail = Math.floor(chance.next() * 2 ** 48)
    .toString(16)
    .padStart(12, "0")
  return `${time.slice(0, 8)}-${time.slice(8)}-7${low}-8${((count >> 12) & 0xfff).toString(16).padStart(3, "0")}-${tail}`
}
