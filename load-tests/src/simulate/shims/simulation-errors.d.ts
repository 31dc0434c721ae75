declare module "muster-simulation:agent-errors" {
  /** As in the agent's src/errors.ts. */
  export class ControlPlaneAway extends Error {
    constructor(fields: { readonly message: string })
  }
}
