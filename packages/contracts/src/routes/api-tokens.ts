import { NAME_MAX_CHARS, RequiredText, TeamId } from "@muster/domain"
import { Schema } from "effect"
import { Empty, key, list } from "#src/http-bodies.ts"
import { P, route } from "#src/routes/route.ts"

export const API_TOKEN_DAYS_MAX = 365

const ApiTokenScope = Schema.Literals(["read", "operate"])

/** A token with which a program of a person calls the API. The token itself is not in it. */
export const ApiToken = Schema.Struct({
  id: Schema.String,
  name: Schema.String,
  scope: ApiTokenScope,
  /** The one team it sees; null: all that its person sees. */
  teamId: Schema.NullOr(TeamId),
  createdAt: Schema.String,
  expiresAt: Schema.String,
  lastUsedAt: Schema.NullOr(Schema.String),
}).annotate({ identifier: "ApiToken" })
export type ApiToken = typeof ApiToken.Type

/** `scope`: `read` looks, `operate` also acts as an operator would. `teamId` absent: all teams. `expiresInDays` absent: 90. */
export const NewApiToken = Schema.Struct({
  name: RequiredText(NAME_MAX_CHARS),
  scope: ApiTokenScope,
  teamId: key(TeamId),
  expiresInDays: key(Schema.Int.check(Schema.isBetween({ minimum: 1, maximum: API_TOKEN_DAYS_MAX }))),
})

export const apiTokensRoutes = {
  listApiTokens: route({
    method: "GET",
    path: "/tokens",
    action: "session.read",
    summary: "Your tokens of the API",
    reply: list(ApiToken),
    status: 200,
  }),
  createApiToken: route({
    method: "POST",
    path: "/tokens",
    action: "session.read",
    summary: "Make a token for a program of yours; it is shown this once",
    body: NewApiToken,
    reply: Schema.Struct({ ...ApiToken.fields, token: Schema.String }).annotate({ identifier: "NewApiTokenReply" }),
    status: 201,
  }),
  revokeApiToken: route({
    method: "DELETE",
    path: "/tokens/:token",
    action: "session.read",
    summary: "Revoke one of your tokens",
    params: P({ token: Schema.String.check(Schema.isUUID()) }),
    reply: Empty,
    status: 200,
  }),
} as const
