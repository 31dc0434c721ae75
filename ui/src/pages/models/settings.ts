import type { MemberDoc, ModelEndpointDoc, TeamDoc } from "@muster/contracts"
import { createSignal } from "solid-js"
import { failureOf } from "#src/api/failure.ts"
import type { Failure } from "#src/api/failure.ts"
import { reads } from "#src/api/reads.ts"
import { t } from "#src/i18n/index.ts"
import type { Place } from "#src/pages/models/at-place.ts"

/** All that the page shows: the settings, and the names of those they are for. */
export interface Settings {
  readonly endpoints: ReadonlyArray<ModelEndpointDoc>
  readonly teams: ReadonlyArray<TeamDoc>
  readonly members: ReadonlyArray<MemberDoc>
}

const load = async (): Promise<Settings> => {
  const [endpoints, teams] = await Promise.all([reads.listModels({}), reads.listTeams({})])
  // A team that was archived meanwhile has no name here, and its setting none but that it is there.
  const open = new Set<string>(teams.items.map(({ id }) => id))
  const withMembers = [
    ...new Set(endpoints.items.flatMap(({ teamId, memberId }) => (memberId === null || teamId === null ? [] : teamId))),
  ].filter((id) => open.has(id))
  const found = await Promise.all(withMembers.map((id) => reads.readTeam({ params: { team: id } })))
  return { endpoints: endpoints.items, teams: teams.items, members: found.flatMap(({ members }) => members) }
}

/** The settings, loaded again when something was changed. */
export const createSettings = () => {
  const [settings, setSettings] = createSignal<Settings>()
  const [failure, setFailure] = createSignal<Failure>()
  const reload = async (): Promise<void> => {
    try {
      setSettings(await load())
      setFailure(undefined)
    } catch (error) {
      setFailure(failureOf(error))
    }
  }
  void reload()
  return { settings, failure, reload }
}

/** Who a setting is for, in words. */
export const whoOf = ({ teamId, memberId }: Place, { teams, members }: Pick<Settings, "teams" | "members">): string => {
  if (teamId === null) return t("models.organisation")
  const team = teams.find(({ id }) => id === teamId)?.name ?? teamId
  if (memberId === null) return team
  const member = members.find(({ id }) => id === memberId)
  return t("models.of-member", { member: member === undefined ? memberId : `@${member.handle}`, team })
}
