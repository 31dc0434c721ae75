import type { BlobStore } from "@muster/blobs"
import type { RuntimeAbility } from "@muster/contracts"
import type { MemberId, OrgId, TeamId } from "@muster/domain"
import type { EventStore } from "@muster/event-store"
import type { OperationalState } from "@muster/operational-state"
import type { ReadModels } from "@muster/read-models"
import type { Execute, HandOver } from "#src/commands/execute.ts"
import type { Places } from "#src/commands/places.ts"
import type { Streams } from "#src/commands/streams-of.ts"
import type { Log } from "#src/logger.ts"

/** What the edge needs of the bus: an agent's user comes and goes with its binding. */
export interface BusUsers {
  readonly grant: (user: {
    readonly teamId: string
    readonly memberId: string
    readonly incarnation: string
    readonly username: string
    readonly passwordSha256: string
  }) => Promise<unknown>
  readonly revoke: (username: string) => Promise<unknown>
}

/** The output of a task has grown to `size` bytes. */
export interface OutputGrown {
  readonly teamId: string
  readonly taskId: string
  readonly assignmentId: string
  readonly size: number
}

/** What handlers work with. */
export interface Desk {
  readonly log: EventStore
  readonly reads: ReadModels
  readonly state: OperationalState
  readonly blobs: BlobStore
  readonly busUsers: BusUsers
  /** Puts the body of a dead-lettered report into the member's outbox again. Rejects with BusUnavailable. */
  readonly resend: (member: { readonly teamId: TeamId; readonly memberId: MemberId }, raw: string) => Promise<void>
  readonly streams: Streams
  readonly places: Places
  readonly execute: Execute
  readonly logger: Log
  readonly defaultOrgId: OrgId
  /** Where agents reach this edge. */
  readonly agentUrl: () => string
  /** The bus as agents reach it, without credentials. */
  readonly busUrl: string
  /** The short way of dispatches to a dispatcher in this process. */
  readonly handOver?: HandOver | undefined
  /** Asks what members on this machine could work with; absent where no agents run beside this process. */
  readonly abilities?: (() => Promise<readonly RuntimeAbility[]>) | undefined
  /** Tells viewers of the team that output has grown; lost when nobody listens. */
  readonly tellOutput: (grown: OutputGrown) => void
  /** Ends the live connections of a session that was ended here. */
  readonly endLive: (sessionId: string) => void
}
