import { Schema, SchemaIssue } from "effect"
import { ProblemError, type ProblemName } from "#src/http/problem.ts"

const format = SchemaIssue.makeFormatterStandardSchemaV1()

const token = (part: unknown): string =>
  String(typeof part === "object" && part !== null && "key" in part ? part.key : part)
    .replaceAll("~", "~0")
    .replaceAll("/", "~1")

export interface DecodeOptions {
  /** Names the part of the request in the pointers: "" for the body, "/query" and the like for the rest. */
  readonly root: string
  readonly problem: ProblemName
}

/**
 * A decoder of one part of a request. Unknown fields are refused, every fault is told with a JSON pointer. Compiled once.
 * Fails with ProblemError.
 */
export const decoder = <T>(schema: Schema.Top & { readonly Type: T }, { root, problem }: DecodeOptions) => {
  const decode = Schema.decodeUnknownResult(schema as unknown as Schema.Codec<T, unknown>)
  return (input: unknown): T => {
    const result = decode(input, { errors: "all", onExcessProperty: "error" })
    if (result._tag === "Success") return result.success
    const errors = format(result.failure.issue).issues.map((issue) => ({
      pointer: [root, ...(issue.path ?? []).map(token)].join("/"),
      detail: issue.message,
    }))
    throw new ProblemError(problem, undefined, { errors })
  }
}
