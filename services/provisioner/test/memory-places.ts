import type { MemberId } from "@muster/domain"
import type { Places } from "@muster/operational-state"

export interface MemoryPlaces extends Places {
  /** As when a place is paused until its lease has ended and another has taken what it had; only then its beats are heard again. */
  readonly silence: (place: string) => void
}

/** Claims as the database keeps them, but that a place is silent when the test says so, and every place may have all. */
export const memoryPlaces = (): MemoryPlaces => {
  const claims = new Map<MemberId, string>()
  const live = new Set<string>()
  const silent = new Set<string>()
  return {
    silence: (place) => {
      live.delete(place)
      silent.add(place)
    },
    beat: async ({ place, members }) => {
      if (silent.has(place) && ![...claims.values()].includes(place)) silent.delete(place)
      if (silent.has(place)) return { own: new Set(claims.keys()), elsewhere: new Set(), taken: [] }
      live.add(place)
      const taken = members.filter((member) => !live.has(claims.get(member) ?? ""))
      for (const member of taken) claims.set(member, place)
      const of = (isOwn: boolean) =>
        new Set([...claims].filter(([, owner]) => (owner === place) === isOwn).map(([member]) => member))
      return { own: of(true), elsewhere: of(false), taken }
    },
    release: async (place, members) => {
      for (const member of members) if (claims.get(member) === place) claims.delete(member)
    },
    leave: async (place) => {
      live.delete(place)
      for (const [member, owner] of claims) if (owner === place) claims.delete(member)
    },
  }
}
