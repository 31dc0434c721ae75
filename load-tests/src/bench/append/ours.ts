import type { BenchContext } from "../frame.ts"
import { newWork } from "./workload.ts"
import type { EventStore } from "@muster/event-store"
import { migrateEventLog, openPostgresEventStore } from "@muster/event-store/postgres"
import postgres from "postgres"

/** Our log in a database: made as the product makes it, opened as a service opens it. */
export const openOurLog = async (
  { ownerUrl, appUrl }: { readonly ownerUrl: string; readonly appUrl: string },
  { defer }: Pick<BenchContext, "defer">,
): Promise<EventStore> => {
  const owner = postgres(ownerUrl, { max: 1, onnotice: () => undefined })
  try {
    await migrateEventLog(owner)
  } finally {
    await owner.end()
  }
  const store = openPostgresEventStore({ url: appUrl })
  defer(() => store.close())
  return store
}

/** One request through the port: where a decoded, authorized command enters. Throws when it is refused. */
export const appendOnce = async (store: EventStore, events: number): Promise<void> => {
  const work = newWork(events)
  const [verdict] = await store.append([{ stream: work.stream, expectedRevision: 0, events: work.events }])
  if (verdict?.ok !== true) throw verdict?.error ?? new TypeError("an append has a verdict")
}
