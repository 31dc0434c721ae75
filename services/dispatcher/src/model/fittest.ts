import { isInPool, type MemberId } from "@muster/domain"
import type { Pool } from "#src/model/pool.ts"
import { compareQueued, type Queued } from "#src/model/queue.ts"

/** A member as the planning of its team sees it. */
export interface Room {
  readonly memberId: MemberId
  readonly skills: readonly string[]
  /** Tasks it may be given: free slots and the window. */
  readonly credit: number
  /** Slots in which nothing is held. */
  readonly free: number
  /** Tasks it holds. */
  readonly held: number
  /** The next tasks of its own queue, as many as it has credit for. */
  readonly own: readonly Queued[]
}

export interface Planned {
  readonly taskId: string
  readonly memberId: MemberId
}

type Wish = Queued & ({ readonly room: Mutable; readonly able?: undefined } | { readonly able: readonly Mutable[] })

interface Mutable {
  readonly memberId: MemberId
  credit: number
  free: number
  held: number
}

/** Most free slots first, then the fewest tasks in hand, then the id: the same question always has the same answer. */
const isFitter = (a: Mutable, b: Mutable): boolean =>
  a.free === b.free ? (a.held === b.held ? a.memberId < b.memberId : a.held < b.held) : a.free > b.free

const fittest = (able: readonly Mutable[]): Mutable | undefined => {
  let best: Mutable | undefined
  for (const room of able)
    if (room.free > 0 && room.credit > 0 && (best === undefined || isFitter(room, best))) best = room
  return best
}

/**
 * Who is given what in one team: own work and work of the pools in one order, higher priority first, then the earlier. Work of a
 * pool goes to a free slot only, never into the window of a busy member: whoever is free first shall have it.
 */
export const planTeam = (rooms: readonly Room[], pools: Iterable<Pool>): readonly Planned[] => {
  const all = rooms.map((room) => ({ ...room }))
  const wishes: Wish[] = []
  for (const room of all) for (const item of room.own) wishes.push({ ...item, room })
  for (const { target, queue } of pools) {
    const able = all.filter(({ skills, free }) => free > 0 && isInPool(skills, target))
    const slots = able.reduce((sum, { free }) => sum + free, 0)
    for (const item of queue.first(slots)) wishes.push({ ...item, able })
  }
  const planned: Planned[] = []
  for (const wish of wishes.toSorted(compareQueued)) {
    const room = wish.able === undefined ? wish.room : fittest(wish.able)
    if (room === undefined || room.credit <= 0) continue
    room.credit -= 1
    room.free -= 1
    room.held += 1
    planned.push({ taskId: wish.taskId, memberId: room.memberId })
  }
  return planned
}
