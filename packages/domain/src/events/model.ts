import { Schema } from "effect"
import { MODEL_BASE_URL_MAX_CHARS, MODEL_MAX_CHARS } from "#src/model/limits.ts"
import { MemberId, TeamId } from "#src/ids.ts"
import { RequiredText } from "#src/text.ts"

/** For whom a model is set: the organisation, one team of it, or one member. The narrower one wins. */
export const ModelScope = Schema.Union([
  Schema.Struct({ kind: Schema.Literal("organisation") }),
  Schema.Struct({ kind: Schema.Literal("team"), teamId: TeamId }),
  Schema.Struct({ kind: Schema.Literal("member"), teamId: TeamId, memberId: MemberId }),
])
export type ModelScope = typeof ModelScope.Type

export const ModelName = RequiredText(MODEL_MAX_CHARS)
export const ModelBaseUrl = RequiredText(MODEL_BASE_URL_MAX_CHARS)

export const modelEvents = {
  ModelEndpointSet: {
    schema: 1,
    what: "Which model agents use here, and where it is reached. Without `baseUrl` only the model differs from the wider setting. The key is never in an event.",
    data: Schema.Struct({
      scope: ModelScope,
      baseUrl: Schema.NullOr(ModelBaseUrl),
      model: ModelName,
      /** A new key came with it, or the key was taken away. */
      isKeyChanged: Schema.Boolean,
    }),
  },
  ModelEndpointRemoved: {
    schema: 1,
    what: "The setting is gone; that of the team or of the organisation holds.",
    data: Schema.Struct({ scope: ModelScope }),
  },
} as const
