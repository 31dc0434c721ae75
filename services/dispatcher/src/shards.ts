import { SHARDS } from "#src/limits.ts"

const FNV_OFFSET = 0x811c9dc5
const FNV_PRIME = 0x01000193

/** The shard of a team: FNV-1a over its id. The same for ever and in every process: it is part of what leases mean. */
export const shardOf = (teamId: string): number => {
  let hash = FNV_OFFSET
  for (let index = 0; index < teamId.length; index += 1)
    hash = Math.imul(hash ^ teamId.charCodeAt(index), FNV_PRIME) >>> 0
  return hash % SHARDS
}

/** How many shards one of so many processes has at most. */
export const shareOf = (liveProcesses: number): number => Math.ceil(SHARDS / Math.max(1, liveProcesses))

export const ALL_SHARDS: ReadonlySet<number> = new Set(Array.from({ length: SHARDS }, (_, shard) => shard))
