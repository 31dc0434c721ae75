import { createHash } from "node:crypto"
import { readFileSync } from "node:fs"
import { TASK_UID_COUNT, TASK_UID_FIRST, TASK_UID_SMALL_COUNT, TASK_UID_SMALL_FIRST } from "#src/limits.ts"

/** A numeric account that tasks run as. No passwd entry names it and nothing else runs as it. */
export interface Account {
  readonly uid: number
  readonly gid: number
}

/** True when this id exists in our user namespace (`/proc/self/uid_map`: first id inside, first outside, how many). */
const isMapped = (id: number, map: string): boolean =>
  map
    .trim()
    .split("\n")
    .map((line) => line.trim().split(/\s+/).map(Number))
    .some(([first = 0, , count = 0]) => id >= first && id < first + count)

/**
 * The account of a member's tasks, always the same one for the same member. Where all ids exist, two members of one machine share
 * a number once in 2^28; a container that maps few ids leaves only some thousands to choose from.
 */
export const memberAccount = (memberId: string, uidMap = readFileSync("/proc/self/uid_map", "utf8")): Account => {
  const draw = createHash("sha256").update(memberId).digest().readUIntBE(0, 6)
  const large = TASK_UID_FIRST + (draw % TASK_UID_COUNT)
  const uid = isMapped(large, uidMap) ? large : TASK_UID_SMALL_FIRST + (draw % TASK_UID_SMALL_COUNT)
  return { uid, gid: uid }
}
