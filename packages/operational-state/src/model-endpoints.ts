import type { MemberId, TeamId } from "@muster/domain"
import { at, type Database } from "#src/database.ts"
import { type Envelope, noEnvelope } from "#src/envelope.ts"
import { SecretSealed } from "#src/errors.ts"
import { KEY_SHOWN_CHARS, KEY_SHOWN_FROM_CHARS } from "#src/limits.ts"
import type { ModelAccess, ModelEndpoint, ModelEndpoints, ModelPlace } from "#src/port.ts"

interface Row {
  readonly team_id: TeamId | null
  readonly member_id: MemberId | null
  readonly base_url: string | null
  readonly model: string
  readonly sealed_key: Buffer | null
  readonly master_key_id: string | null
  readonly key_last4: string | null
  readonly key_set_at: Date | null
  readonly updated_at: Date
}

/** What a sealed key belongs to: moved to another place or another address it can not be opened. */
const aboutOf = ({ orgId, teamId, memberId }: ModelPlace, baseUrl: string): string =>
  JSON.stringify(["model-endpoint", orgId, teamId ?? null, memberId ?? null, new URL(baseUrl).origin])

/** Of a short key nothing is shown: four characters would be much of it. */
const last4Of = (key: string): string => (key.length < KEY_SHOWN_FROM_CHARS ? "" : key.slice(-KEY_SHOWN_CHARS))

export const makeModelEndpoints = ({ ask, now }: Database, envelope: Envelope): ModelEndpoints => {
  const openKey = (place: ModelPlace, row: Row): string | null => {
    const { base_url: baseUrl, sealed_key: sealed, master_key_id: masterKeyId } = row
    if (baseUrl === null || sealed === null || masterKeyId === null) return null
    return envelope.open({ sealed, masterKeyId }, aboutOf(place, baseUrl))
  }
  const isReadable = (place: ModelPlace, row: Row): boolean => {
    try {
      openKey(place, row)
      return true
    } catch (error) {
      if (error instanceof SecretSealed) return false
      throw error
    }
  }
  const placeOf = (orgId: ModelPlace["orgId"], row: Row): ModelPlace => ({
    orgId,
    ...(row.team_id === null ? {} : { teamId: row.team_id }),
    ...(row.member_id === null ? {} : { memberId: row.member_id }),
  })
  const endpointOf = (orgId: ModelPlace["orgId"], row: Row): ModelEndpoint => {
    const place = placeOf(orgId, row)
    return {
      teamId: row.team_id,
      memberId: row.member_id,
      baseUrl: row.base_url,
      model: row.model,
      key:
        row.sealed_key === null || row.key_set_at === null
          ? null
          : {
              last4: row.key_last4 ?? "",
              setAt: row.key_set_at.toISOString(),
              isReadable: isReadable(place, row),
            },
      updatedAt: row.updated_at.toISOString(),
    }
  }
  const rowsOf = (orgId: ModelPlace["orgId"]): Promise<Row[]> =>
    ask(
      (sql) =>
        sql<
          Row[]
        >`select * from app.model_endpoint where org_id = ${orgId} order by team_id nulls first, member_id nulls first`,
    )
  const rowAt = (rows: readonly Row[], teamId: string | null, memberId: string | null): readonly Row[] =>
    rows.filter((row) => row.team_id === teamId && row.member_id === memberId)

  return {
    canKeepKeys: envelope !== noEnvelope,

    list: async (orgId) => (await rowsOf(orgId)).map((row) => endpointOf(orgId, row)),

    set: async (place, { baseUrl, model, key }) => {
      const { orgId, teamId = null, memberId = null } = place
      const setAt = at(now())
      const sealed = typeof key === "string" && baseUrl !== null ? envelope.seal(key, aboutOf(place, baseUrl)) : null
      const isKept = key === undefined && baseUrl !== null
      await ask(
        (sql) => sql`
          insert into app.model_endpoint as e
            (org_id, team_id, member_id, base_url, model, sealed_key, master_key_id, key_last4, key_set_at, updated_at)
          values (${orgId}, ${teamId}, ${memberId}, ${baseUrl}, ${model}, ${sealed?.sealed ?? null}, ${sealed?.masterKeyId ?? null},
            ${sealed === null ? null : last4Of(key ?? "")}, ${sealed === null ? null : setAt}, ${setAt})
          on conflict (org_id, team_id, member_id) do update set
            base_url = excluded.base_url, model = excluded.model, updated_at = excluded.updated_at,
            sealed_key = case when ${isKept} then e.sealed_key else excluded.sealed_key end,
            master_key_id = case when ${isKept} then e.master_key_id else excluded.master_key_id end,
            key_last4 = case when ${isKept} then e.key_last4 else excluded.key_last4 end,
            key_set_at = case when ${isKept} then e.key_set_at else excluded.key_set_at end`,
      )
    },

    remove: async ({ orgId, teamId = null, memberId = null }) => {
      await ask(
        (sql) => sql`
          delete from app.model_endpoint
          where org_id = ${orgId} and team_id is not distinct from ${teamId} and member_id is not distinct from ${memberId}`,
      )
    },

    access: async (place): Promise<ModelAccess | undefined> => {
      const { orgId, teamId = null, memberId = null } = place
      const rows = await rowsOf(orgId)
      const narrowFirst = [
        ...(memberId === null ? [] : rowAt(rows, teamId, memberId)),
        ...(teamId === null ? [] : rowAt(rows, teamId, null)),
        ...rowAt(rows, null, null),
      ]
      const [narrowest] = narrowFirst
      const reached = narrowFirst.find((row) => row.base_url !== null)
      if (narrowest === undefined || reached === undefined || reached.base_url === null) return undefined
      return {
        baseUrl: reached.base_url,
        model: narrowest.model,
        apiKey: openKey(placeOf(orgId, reached), reached),
      }
    },
  }
}
