import type { ModelCheck, NewModelOverride } from "@muster/contracts"
import { commands } from "#src/api/commands.ts"

/** For whom a model is set: the organisation, a team of it, or a member. */
export interface Place {
  readonly teamId: string | null
  readonly memberId: string | null
}

export interface CommandsAtPlace {
  readonly set: (body: NewModelOverride) => Promise<unknown>
  readonly remove: () => Promise<unknown>
  readonly check: () => Promise<ModelCheck>
}

/** What can be done about the model of a place. */
export const commandsAt = ({ teamId, memberId }: Place): CommandsAtPlace => {
  if (teamId === null)
    return {
      // The organisation's needs a base URL; without one the server says so at the field.
      set: ({ baseUrl, ...body }) => commands.setOrganisationModel({ body: { ...body, baseUrl: baseUrl ?? "" } }),
      remove: () => commands.removeOrganisationModel({}),
      check: () => commands.checkOrganisationModel({}),
    }
  if (memberId === null) {
    const params = { team: teamId }
    return {
      set: (body) => commands.setTeamModel({ params, body }),
      remove: () => commands.removeTeamModel({ params }),
      check: () => commands.checkTeamModel({ params }),
    }
  }
  const params = { team: teamId, member: memberId }
  return {
    set: (body) => commands.setMemberModel({ params, body }),
    remove: () => commands.removeMemberModel({ params }),
    check: () => commands.checkMemberModel({ params }),
  }
}
