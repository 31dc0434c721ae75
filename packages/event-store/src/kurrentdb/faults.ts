import { Data } from "effect"

/**
 * What an error of the client means for a call.
 * - `lost`: nobody answered, or the node could not: an append may be stored or not; a retry can succeed.
 * - `refused`: the server did not like what it was given; the same bytes will fail again.
 * - `misconfigured`: wrong address, right or version: no retry helps.
 */
export type FaultKind = "lost" | "refused" | "misconfigured"

/** An error of the client without what the client hangs on it: that may hold event data or the address with its password. */
export class KurrentFault extends Data.TaggedError("KurrentFault")<{
  readonly kind: FaultKind
  /** The client's type of error, or a word of ours. */
  readonly code: string
}> {
  override get message() {
    return `event store error (${this.code})`
  }
}

const REFUSED = new Set([
  "invalid-argument",
  "maximum-append-size-exceeded",
  "missing-required-metadata-property",
  "stream-deleted",
])
const MISCONFIGURED = new Set(["access-denied", "unsupported"])

/** Codes of gRPC that the client has no type for. */
const GRPC_INVALID_ARGUMENT = 3
const GRPC_PERMISSION_DENIED = 7
const GRPC_UNIMPLEMENTED = 12

const kindOf = (type: unknown, grpcCode: unknown): FaultKind => {
  if (typeof type === "string" && REFUSED.has(type)) return "refused"
  if (typeof type === "string" && MISCONFIGURED.has(type)) return "misconfigured"
  if (grpcCode === GRPC_INVALID_ARGUMENT) return "refused"
  return grpcCode === GRPC_PERMISSION_DENIED || grpcCode === GRPC_UNIMPLEMENTED ? "misconfigured" : "lost"
}

/** Reads an error of the client. Its text is dropped: it may quote what was sent. */
export const faultOf = (error: unknown): KurrentFault => {
  if (error instanceof KurrentFault) return error
  if (!(error instanceof Error)) return new KurrentFault({ kind: "lost", code: "unknown" })
  const { type, code } = error as { readonly type?: unknown; readonly code?: unknown }
  return new KurrentFault({ kind: kindOf(type, code), code: typeof type === "string" ? type : error.name })
}
