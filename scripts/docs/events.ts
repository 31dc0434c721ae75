import { catalogue } from "@muster/domain"
import { Schema } from "effect"

interface JsonSchemaNode {
  readonly type?: string | readonly string[]
  readonly $ref?: string
  readonly enum?: readonly unknown[]
  readonly anyOf?: readonly JsonSchemaNode[]
  readonly items?: JsonSchemaNode
  readonly properties?: Readonly<Record<string, JsonSchemaNode>>
  readonly required?: readonly string[]
}

const MAX_LISTED_CHOICES = 12

/** One word or two for a field's type; the schemas themselves are the reference. */
const typeName = (node: JsonSchemaNode): string => {
  if (node.enum !== undefined)
    return node.enum
      .slice(0, MAX_LISTED_CHOICES)
      .map((v) => `\`${String(v)}\``)
      .join(", ")
  if (node.anyOf !== undefined) return [...new Set(node.anyOf.map(typeName))].join(" or ")
  if (node.type === "array") return `list of ${typeName(node.items ?? {})}`
  if (node.type === "object" && node.properties !== undefined) return `{ ${Object.keys(node.properties).join(", ")} }`
  if (node.$ref !== undefined) return node.$ref.split("/").at(-1) ?? "value"
  return typeof node.type === "string" ? node.type : "value"
}

const fieldRows = (schema: Schema.Top): readonly string[] => {
  const document = Schema.toJsonSchemaDocument(schema) as unknown as { readonly schema: JsonSchemaNode }
  const { properties = {}, required = [] } = document.schema
  return Object.entries(properties).map(
    ([name, node]) => `| \`${name}\`${required.includes(name) ? "" : " (optional)"} | ${typeName(node)} |`,
  )
}

/** The event catalogue as Markdown, from the schemas. */
export const eventsPage = (): string => {
  const lines = [
    "# Event catalogue",
    "",
    "Written by `npm run docs` from the schemas in `packages/domain`; do not edit. Every event also carries `id`, `stream`, `revision`, `position`,",
    "`at` and `meta { org, team?, actor, commandId, correlationId, causationId?, traceparent? }`.",
    "",
  ]
  for (const [type, entry] of Object.entries(catalogue)) {
    lines.push(`## ${type}`, "", `${entry.what} Schema ${entry.schema}.`, "")
    const rows = fieldRows(entry.data as Schema.Top)
    if (rows.length > 0) lines.push("| field | type |", "|---|---|", ...rows, "")
  }
  return `${lines.join("\n").trimEnd()}\n`
}
