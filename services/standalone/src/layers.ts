import { join } from "node:path"
import { Blobs } from "@muster/blobs"
import { layerPostgres } from "@muster/event-store/postgres"
import { layerOperationalState } from "@muster/operational-state"
import type { Logger } from "@muster/platform"
import { layerReadModels } from "@muster/read-models"
import { layerTeamBus } from "@muster/team-bus"
import { Layer } from "effect"
import type { Servers } from "#src/servers.ts"

/** Everything that the services are built on, over one database, one Redis and one directory. */
export const adapters = (
  { appUrl, redisUrl }: Servers,
  { dataDir, masterKey }: { readonly dataDir: string; readonly masterKey: Uint8Array },
  log: Logger,
) =>
  Layer.mergeAll(
    layerPostgres({ url: appUrl, log: log.child({ part: "event-store" }) }),
    layerReadModels({ url: appUrl, log: log.child({ part: "read-models" }) }),
    layerOperationalState({ url: appUrl, masterKey }),
    layerTeamBus({ url: redisUrl, log: log.child({ part: "team-bus" }) }),
    Blobs.layer({ dir: join(dataDir, "blobs") }),
  )

/** What the services are built on. */
export type Adapters = Layer.Success<ReturnType<typeof adapters>>
