import type { ControlPlaneModel } from "./control-plane.ts"
import type { Log } from "./log.ts"
import type { Network } from "./network.ts"
import type { RedisServer } from "./redis-server.ts"
import type { ShardLeases } from "./shard-leases.ts"

/** What the product's ports reach in a history. */
export interface Places {
  readonly redis: RedisServer
  readonly network: Network
  readonly log: Log
  readonly controlPlane: ControlPlaneModel
  readonly shards: ShardLeases
}

let places: Places | undefined

export const beginWorld = (next: Places): Places => (places = next)

export const world = (): Places => {
  if (places === undefined) throw new TypeError("no history has begun")
  return places
}
