import { eventually, startTestPostgres } from "@muster/platform/testing"
import { migrateReadModels, openReadModels, type OpenReadModels } from "@muster/read-models"
import postgres from "postgres"
import { makeLog } from "./log.ts"

export const until = (condition: () => boolean | Promise<boolean>): Promise<true> =>
  eventually("the condition", condition)

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
