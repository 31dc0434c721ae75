import { AcpAgent, Runtime } from "@muster/domain"
import { Schema } from "effect"
import { route } from "#src/routes/route.ts"

/** Whether members with this runtime could work on the machine of the control plane, as they themselves would find out there. */
export const RuntimeAbility = Schema.Struct({
  runtime: Runtime,
  /** Which agent, where the runtime has several. */
  agent: Schema.NullOr(AcpAgent),
  /** `missing`: it is to be installed. `blocked`: it could be there and not work, as where programs cannot be confined. */
  state: Schema.Literals(["ready", "missing", "blocked"]),
  /** Why not, and what to do, in words for a person; null when it is ready. */
  reason: Schema.NullOr(Schema.String),
  /** As it is installed; null where there is none to tell. */
  version: Schema.NullOr(Schema.String),
  /** It works with the model that is set for it. */
  needsModel: Schema.Boolean,
}).annotate({ identifier: "RuntimeAbility" })
export type RuntimeAbility = typeof RuntimeAbility.Type

/**
 * What a new member could work with. `items` null: no agents run beside this control plane; each member's own agent says what it can once
 * it has connected.
 */
export const Abilities = Schema.Struct({
  items: Schema.NullOr(Schema.Array(RuntimeAbility)),
  /** The organisation has a model. */
  hasModel: Schema.Boolean,
}).annotate({ identifier: "Abilities" })
export type Abilities = typeof Abilities.Type

export const runtimesRoutes = {
  listRuntimes: route({
    method: "GET",
    path: "/runtimes",
    action: "member.add",
    summary:
      "What new members could work with: which runtimes are ready beside this control plane, and whether a model is set",
    reply: Abilities,
    status: 200,
  }),
} as const
