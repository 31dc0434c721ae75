import type { Ownership } from "#src/checkpoint/ownership.ts"
import type { Schema } from "#src/rows.ts"

/** The right to write the projection, and which tables it writes. */
export interface ProjectionOwner extends Ownership {
  /** Default: those in use. */
  readonly schema?: Schema
}

export const schemaOf = ({ schema = "rm" }: ProjectionOwner): Schema => schema
