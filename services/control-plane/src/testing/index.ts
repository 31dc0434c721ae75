import type { RouteName } from "@muster/contracts"
import type { TeamId } from "@muster/domain"
import { type Blobs } from "@muster/blobs"
import type { EventStore } from "@muster/event-store"
import type { OperationalState } from "@muster/operational-state"
import type { ReadModels } from "@muster/read-models"
import type { TeamBus } from "@muster/team-bus"
import type { CommandContext } from "#src/commands/execute.ts"
import { makeExecute, type HandOver } from "#src/commands/execute.ts"
import { commandIdOf, keyOf, requestHashOf } from "#src/commands/keys.ts"
import { ensureOrganisation } from "#src/commands/organisation.ts"
import { makePlaces } from "#src/commands/places.ts"
import { makeStreams } from "#src/commands/streams-of.ts"
import { makeHandlers } from "#src/handlers/index.ts"
import type { Handlers, PersonSubject } from "#src/http/calls.ts"
import type { Log } from "#src/logger.ts"

export type { Handlers, PersonSubject } from "#src/http/calls.ts"

export interface HandlersOptions {
  readonly log: EventStore
  readonly reads: ReadModels
  readonly state: OperationalState
  readonly blobs: Blobs["Service"]
  readonly bus: Pick<TeamBus, "acl" | "resend">
  readonly logger: Log
  readonly handOver?: HandOver | undefined
}

/** The commands of the edge without their door: what stands behind decoding and authorisation. For measurements. */
export const openHandlers = async (options: HandlersOptions): Promise<Handlers> => {
  const { log, bus, ...rest } = options
  const { orgId } = await ensureOrganisation(log)
  return makeHandlers({
    ...rest,
    log,
    busUsers: bus.acl,
    resend: bus.resend,
    streams: makeStreams(log),
    places: makePlaces(log),
    execute: makeExecute(log),
    defaultOrgId: orgId,
    // Neither matters to who sends commands.
    agentUrl: () => "http://127.0.0.1",
    busUrl: "redis://127.0.0.1",
    tellOutput: () => undefined,
    endLive: () => undefined,
  })
}

/** What the door makes of a request without an Idempotency-Key that it let in. */
export const contextOf = (
  route: RouteName,
  subject: PersonSubject,
  { team, body }: { readonly team?: TeamId; readonly body: unknown },
): CommandContext => ({
  commandId: commandIdOf(subject.orgId, subject.userId, keyOf(undefined)),
  requestHash: requestHashOf({ route, params: team === undefined ? undefined : { team }, body }),
  orgId: subject.orgId,
  actor: { kind: "person", id: subject.userId, via: "api" },
  ...(team === undefined ? {} : { teamId: team }),
})
