import type { Client } from "@muster/client"
import type { RouteName } from "@muster/contracts"
import { client } from "#src/api/client.ts"
import type { ReadRoute } from "#src/api/reads.ts"

/** Everything that changes something. No part of Replay may import this module; test/replay-is-read-only.test.ts sees to it. */
export const commands: Pick<Client, Exclude<RouteName, ReadRoute>> = client
