import { openPostgresEventStore } from "@muster/event-store/postgres"
import type { ContractEngine } from "@muster/event-store/testing"
import { startLogServer } from "./log-server.ts"

/** The contract's engine: a Postgres of its own, with the log in it. */
export const makePostgresEngine = async (): Promise<ContractEngine> => {
  const server = await startLogServer()
  return {
    open: () => openPostgresEventStore({ url: server.appUrl }),
    writer: { moduleUrl: new URL("writer-module.ts", import.meta.url).href, config: server.appUrl },
    breakConnections: async () => {
      const rows = await server.admin<{ broken: number }[]>`
        SELECT count(*) FILTER (WHERE pg_terminate_backend(pid))::int AS broken
        FROM pg_stat_activity WHERE usename = 'muster_app'`
      return rows[0]?.broken ?? 0
    },
    positionsAreContiguous: true,
    stop: server.stop,
  }
}
