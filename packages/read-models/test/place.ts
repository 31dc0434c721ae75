import { startTestPostgres } from "@muster/platform/testing"
import { migrateReadModels, openReadModels, type OpenReadModels } from "@muster/read-models"
import postgres from "postgres"
import { makeLog } from "./log.ts"
import { setTimeout as delay } from "node:timers/promises"

/** Far beyond what any wait needs: a test that waits so long has failed. */
const PATIENCE_MILLIS = 30_000

export const until = async (condition: () => boolean | Promise<boolean>): Promise<void> => {
  const deadline = performance.now() + PATIENCE_MILLIS
  while (!(await condition())) {
    if (performance.now() > deadline) throw new Error("waited in vain")
    await delay(5)
  }
}

/** A database with an empty log and empty read models. */
export const startPlace = async () => {
  const server = await startTestPostgres()
  const owner = postgres(server.ownerUrl, { max: 1, onnotice: () => undefined })
  const admin = postgres(server.adminUrl, { max: 1, onnotice: () => undefined })
  const app = postgres(server.appUrl, { max: 1, onnotice: () => undefined })
  await makeLog(owner)
  await migrateReadModels(owner)
  const opened: OpenReadModels[] = []
  return {
    url: server.appUrl,
    owner,
    admin,
    app,
    open: (): OpenReadModels => {
      const models = openReadModels({ url: server.appUrl })
      opened.push(models)
      return models
    },
    stop: async () => {
      await Promise.all(opened.map((models) => models.close()))
      await Promise.all([owner.end(), admin.end(), app.end()])
      await server.stop()
    },
  }
}
export type Place = Awaited<ReturnType<typeof startPlace>>
