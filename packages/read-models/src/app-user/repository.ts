import { all, type Reading } from "#src/database.ts"
import type { ReadModels } from "#src/port.ts"
import { comparable, docOf, isFindable } from "#src/rows.ts"
import type { UserDoc } from "@muster/contracts"

interface Row {
  readonly doc: UserDoc
}

export const userRepository = (reading: Reading): ReadModels["users"] => ({
  get: async (orgId, userId) => {
    if (!isFindable(orgId, userId)) return undefined
    return reading(async (sql) =>
      docOf((await all(sql<Row[]>`SELECT doc FROM rm.app_user WHERE user_id = ${userId} AND org_id = ${orgId}`))[0]),
    )
  },
  byName: async (orgId, name) => {
    if (!isFindable(orgId, name)) return undefined
    return reading(async (sql) =>
      docOf(
        (
          await all(sql<Row[]>`
            SELECT doc FROM rm.app_user
            WHERE org_id = ${orgId} AND name_key = ${comparable(name)}
            ORDER BY position LIMIT 1`)
        )[0],
      ),
    )
  },
  names: async (orgId) => {
    if (!isFindable(orgId)) return new Map()
    return reading(async (sql) => {
      const rows = await all(sql<Row[]>`SELECT doc FROM rm.app_user WHERE org_id = ${orgId}`)
      return new Map(rows.map(({ doc }) => [doc.id, doc.name]))
    })
  },
})
