import { API_PREFIX, IDEMPOTENCY_KEY_HEADER, Problem, type Route, routes } from "@muster/contracts"
import { policy } from "@muster/domain"
import { JsonSchema, Schema, SchemaRepresentation } from "effect"
import { SESSION_COOKIE } from "#src/http/session-cookie.ts"

type Json = { readonly [key: string]: unknown }

/** Turns schemas into OpenAPI 3.1 and collects the named ones as components. */
const makeConverter = () => {
  const components: Record<string, unknown> = {}
  const convert = (schema: Schema.Top): Json => {
    const document = JsonSchema.toMultiDocumentOpenApi3_1(
      SchemaRepresentation.toJsonSchemaMultiDocument(
        SchemaRepresentation.toRepresentations([Schema.toCodecJson(schema as unknown as Schema.Codec<unknown>).ast]),
      ),
    )
    Object.assign(components, document.definitions)
    return document.schemas[0]
  }
  return { components, convert }
}

const parametersOf = (place: "path" | "query", schema: Json): readonly Json[] => {
  const required = (schema["required"] ?? []) as readonly string[]
  return Object.entries((schema["properties"] ?? {}) as Json).map(([name, property]) => ({
    name,
    in: place,
    required: place === "path" || required.includes(name),
    schema: property,
  }))
}

const IDEMPOTENCY_PARAMETER: Json = {
  name: IDEMPOTENCY_KEY_HEADER,
  in: "header",
  required: false,
  description: "Names the command: the same key and body give the same answer, however often it is sent.",
  schema: { type: "string", minLength: 1, maxLength: 200 },
}

const operationOf = (name: string, route: Route, convert: (schema: Schema.Top) => Json, problem: Json): Json => {
  const rights = route.action === "public" ? "Needs no session." : `Roles: ${policy[route.action].join(", ")}.`
  const replySchema = route.reply && convert(route.reply)
  const content =
    replySchema === undefined
      ? { "application/octet-stream": { schema: { type: "string", format: "binary" } } }
      : { "application/json": { schema: replySchema } }
  return {
    operationId: name,
    summary: route.summary,
    description: rights,
    parameters: [
      ...(route.params ? parametersOf("path", convert(route.params)) : []),
      ...(route.query ? parametersOf("query", convert(route.query)) : []),
      ...(route.method === "GET" ? [] : [IDEMPOTENCY_PARAMETER]),
    ],
    ...(route.body
      ? { requestBody: { required: true, content: { "application/json": { schema: convert(route.body) } } } }
      : {}),
    ...(route.bodyMaxBytes === undefined
      ? {}
      : {
          requestBody: {
            required: true,
            description: `At most ${route.bodyMaxBytes} bytes.`,
            content: { "application/octet-stream": { schema: { type: "string", format: "binary" } } },
          },
        }),
    responses: {
      [route.status]: { description: "Done", content },
      default: { description: "A problem", content: { "application/problem+json": { schema: problem } } },
    },
    ...(route.action === "public" ? { security: [] } : {}),
  }
}

/** The OpenAPI 3.1 document of the API, made from the contract. */
export const openApi = (version: string): Json => {
  const { components, convert } = makeConverter()
  const problem = convert(Problem)
  const paths: Record<string, Record<string, Json>> = {}
  for (const [name, route] of Object.entries(routes) as [string, Route][]) {
    const path = (API_PREFIX + route.path).replaceAll(/:([a-z0-9]+)/giu, "{$1}")
    const operations = (paths[path] ??= {})
    operations[route.method.toLowerCase()] = operationOf(name, route, convert, problem)
  }
  return {
    openapi: "3.1.0",
    info: { title: "Muster", version, description: "Teams of agents: dispatch work, follow it, steer it." },
    security: [{ session: [] }],
    paths,
    components: {
      schemas: components,
      securitySchemes: { session: { type: "apiKey", in: "cookie", name: SESSION_COOKIE } },
    },
  }
}
