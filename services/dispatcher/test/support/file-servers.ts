import { afterAll, beforeAll } from "vitest"
import { startServers, type Servers } from "./servers.ts"

/** The servers of the test file that imports this. */
export let servers: Servers
beforeAll(async () => {
  servers = await startServers()
})
afterAll(() => servers.stop())
