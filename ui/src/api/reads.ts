import type { Client } from "@muster/client"
import type { RouteName, routes } from "@muster/contracts"
import { client } from "#src/api/client.ts"

export type ReadRoute = { [N in RouteName]: (typeof routes)[N]["method"] extends "GET" ? N : never }[RouteName]

/** Everything that can be asked and changes nothing. Replay has these alone. */
export const reads: Pick<Client, ReadRoute> = client
