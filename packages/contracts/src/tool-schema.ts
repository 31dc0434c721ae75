import { Schema, SchemaRepresentation } from "effect"
import { toolWords } from "#src/agent-tools.ts"

type Json = { readonly [key: string]: unknown }

/** A tool as MCP lists it. */
export interface ToolListing {
  readonly name: string
  readonly title: string
  readonly description: string
  readonly inputSchema: Json & { readonly type: "object" }
  readonly annotations: { readonly title: string; readonly readOnlyHint: boolean; readonly openWorldHint: boolean }
}

/** A model needs no pattern for what `format: uuid` says. */
const plain = (schema: unknown): unknown => {
  if (Array.isArray(schema)) return schema.map(plain)
  if (typeof schema !== "object" || schema === null) return schema
  const fields = Object.entries(schema).filter(
    ([name]) => !(name === "pattern" && "format" in schema && schema.format === "uuid"),
  )
  return Object.fromEntries(fields.map(([name, value]) => [name, plain(value)]))
}

const jsonSchemaOf = (input: Schema.Top): Json => {
  const { schemas } = SchemaRepresentation.toJsonSchemaMultiDocument(
    SchemaRepresentation.toRepresentations([Schema.toCodecJson(input as unknown as Schema.Codec<unknown>).ast]),
  )
  return plain(schemas[0]) as Json
}

interface Described {
  readonly title: string
  readonly description: string
  readonly input: Schema.Struct<Schema.Struct.Fields>
  readonly isReadOnly: boolean
}

/** Tools as MCP lists them. `more`: parameters that all of them take besides. */
export const listTools = (
  tools: Readonly<Record<string, Described>>,
  more: Schema.Struct.Fields = {},
): readonly ToolListing[] =>
  Object.entries(tools).map(([name, { title, description, input, isReadOnly }]) => {
    const { properties = {}, required } = jsonSchemaOf(Schema.Struct({ ...more, ...input.fields })) as {
      readonly properties?: Readonly<Record<string, Json>>
      readonly required?: readonly string[]
    }
    const described = Object.entries(properties).map(([field, schema]) => [
      field,
      { ...schema, description: toolWords[field] ?? "" },
    ])
    return {
      name,
      title,
      description,
      inputSchema: {
        type: "object",
        properties: Object.fromEntries(described),
        ...(required === undefined || required.length === 0 ? {} : { required }),
        additionalProperties: false,
      },
      annotations: { title, readOnlyHint: isReadOnly, openWorldHint: false },
    }
  })
