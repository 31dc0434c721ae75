import { openKurrentEventStore } from "@muster/event-store/kurrentdb"
import type { ContractEngine } from "@muster/event-store/testing"
import { startProxy } from "../proxy.ts"
import { startStandIn } from "./stand-in.ts"

/**
 * The contract's engine: the server of EVENTSTORE_URL (a single node without TLS, its log for this test alone), else a stand-in. A
 * door stands in front of either, whose connections can be broken.
 */
export const makeKurrentEngine = async (options: { readonly isIdempotent?: boolean } = {}): Promise<ContractEngine> => {
  const given = process.env["EVENTSTORE_URL"]
  const server = given === undefined ? await startStandIn(options) : { url: given, stop: () => undefined }
  const proxy = await startProxy(server.url)
  return {
    open: () => openKurrentEventStore({ url: proxy.url }),
    writer: { moduleUrl: new URL("writer-module.ts", import.meta.url).href, config: proxy.url },
    breakConnections: () => Promise.resolve(proxy.cutClients()),
    positionsAreContiguous: false,
    stop: async () => {
      await proxy.close()
      server.stop()
    },
  }
}
