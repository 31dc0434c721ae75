import { hash } from "node:crypto"
import { CommandId, EventId } from "@muster/domain"
import { v7 } from "uuid"
import { nameId } from "#src/commands/name-id.ts"
import { ProblemError } from "#src/http/problem.ts"
import { IDEMPOTENCY_KEY_MAX_CHARS } from "#src/limits.ts"

/** Name space of command ids: a fixed random UUID. Changing it would make every key of the past unknown. */
const COMMANDS = "6f0f2f5e-5a52-4c7c-9a0e-2f6a2f0a3c11"

const PRINTABLE = /^[\x20-\x7e]+$/u

/** The key a caller sent, or a fresh one. Fails with ProblemError `bad-idempotency-key`. */
export const keyOf = (header: string | readonly string[] | undefined): string => {
  if (header === undefined) return v7()
  if (typeof header !== "string" || header.length > IDEMPOTENCY_KEY_MAX_CHARS || !PRINTABLE.test(header))
    throw new ProblemError("bad-idempotency-key")
  return header
}

/** The same organisation, actor and key always name the same command. */
export const commandIdOf = (orgId: string, actorId: string, key: string): CommandId =>
  CommandId.make(nameId(JSON.stringify([orgId, actorId, key]), COMMANDS))

/** Id of what a command creates. `kind` keeps apart what one key makes of different things. */
export const createdId = (commandId: CommandId, kind: string): string => nameId(kind, commandId)

/** Id of the n-th event a command appends to a stream; another request under the same key makes other ids. */
export const eventIdOf = (commandId: CommandId, stream: string, requestHash: string, index: number): EventId =>
  EventId.make(nameId(JSON.stringify([stream, requestHash, index]), commandId))

/** JSON with sorted keys: equal values have equal text. */
export const canonicalJson = (value: unknown): string => {
  if (Array.isArray(value)) return `[${value.map(canonicalJson).join(",")}]`
  if (typeof value === "object" && value !== null) {
    const fields = Object.entries(value)
      .filter(([, field]) => field !== undefined)
      .toSorted(([a], [b]) => (a < b ? -1 : 1))
      .map(([name, field]) => `${JSON.stringify(name)}:${canonicalJson(field)}`)
    return `{${fields.join(",")}}`
  }
  return JSON.stringify(value) ?? "null"
}

/** Says whether two requests under one key are the same: the route, what it names, and the decoded body. */
export const requestHashOf = (request: { readonly route: string; readonly params: unknown; readonly body: unknown }) =>
  hash("sha256", canonicalJson([request.route, request.params ?? null, request.body ?? null]), "hex")
