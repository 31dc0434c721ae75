import { fact, type Fact } from "#src/events/index.ts"
import { accept, refuse, type Decision } from "#src/decision.ts"

type OrganisationEventType = "OrganisationCreated" | "OrganisationHalted" | "OrganisationReleased"
export type OrganisationFact = Extract<Fact, { readonly type: OrganisationEventType }>

export interface OrganisationState {
  readonly name: string | undefined
  readonly isHalted: boolean
  readonly cancelQueued: boolean
  readonly haltReason: string
}

export const absentOrganisation: OrganisationState = {
  name: undefined,
  isHalted: false,
  cancelQueued: false,
  haltReason: "",
}

export type OrganisationCommand =
  | { readonly kind: "halt"; readonly reason: string; readonly cancelQueued: boolean }
  | { readonly kind: "release"; readonly reason: string }

export const evolveOrganisation = (state: OrganisationState, event: OrganisationFact): OrganisationState => {
  switch (event.type) {
    case "OrganisationCreated":
      return { ...absentOrganisation, name: event.data.name }
    case "OrganisationHalted":
      return { ...state, isHalted: true, cancelQueued: event.data.cancelQueued, haltReason: event.data.reason }
    case "OrganisationReleased":
      return { ...state, isHalted: false, cancelQueued: false, haltReason: "" }
    default:
      return event satisfies never
  }
}

/** The kill switch of an organisation. What is already so changes nothing; asking to cancel the queue too is new. */
export const decideOrganisation = (
  state: OrganisationState,
  command: OrganisationCommand,
): Decision<OrganisationFact> => {
  if (state.name === undefined) return refuse("not-found", "there is no such organisation")
  if (command.kind === "release")
    return state.isHalted ? accept(fact("OrganisationReleased", { reason: command.reason })) : accept()
  const { reason, cancelQueued } = command
  const isAlreadySo = state.isHalted && (state.cancelQueued || !cancelQueued)
  return isAlreadySo ? accept() : accept(fact("OrganisationHalted", { reason, cancelQueued }))
}
