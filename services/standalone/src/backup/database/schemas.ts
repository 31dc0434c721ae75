import { eventLogSteps } from "@muster/event-store/postgres"
import { operationalStateSteps } from "@muster/operational-state"
import type { MigrationStep } from "@muster/platform"

/** A schema of the database that a backup carries. */
export interface CarriedSchema {
  readonly schema: string
  readonly steps: (appRole: string) => readonly MigrationStep[]
}

/** The log and the operational state. The read models are not among them: they are made anew from the log. */
export const CARRIED_SCHEMAS: readonly CarriedSchema[] = [
  { schema: "es", steps: eventLogSteps },
  { schema: "app", steps: operationalStateSteps },
]

/** Every schema of the database, the read models too: what has to be out of the way of a restore. */
export const ALL_SCHEMAS: readonly string[] = [...CARRIED_SCHEMAS.map(({ schema }) => schema), "rm"]

/** Stands for nothing: versions are counted, statements are not run. */
const ANY_ROLE = "muster_app"

/** Newest version of each carried schema that this program knows. */
export const knownVersions = (): Readonly<Record<string, number>> =>
  Object.fromEntries(CARRIED_SCHEMAS.map(({ schema, steps }) => [schema, steps(ANY_ROLE).length]))

/** A name as it may stand in a statement. */
export const quoted = (name: string): string => `"${name.replaceAll('"', '""')}"`
