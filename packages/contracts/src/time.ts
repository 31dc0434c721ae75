import { Schema } from "effect"

export const Time = Schema.String.annotate({ description: "RFC 3339 instant, UTC" })
export const MaybeTime = Schema.NullOr(Time)
