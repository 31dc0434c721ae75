import type { IncarnationId, MemberId, OrgId, Position, Role, TeamId, UserId } from "@muster/domain"
import { Context } from "effect"

/** Who a code lets in. `personName` is null when whoever redeems it says the name. */
export interface CodeGrant {
  readonly kind: "setup" | "sign-in"
  readonly personName: string | null
  readonly role: Role
}

/** One-time codes that people exchange for a session. */
export interface Codes {
  /**
   * The code of the first sign-in. Minted anew at each call until one was used (an earlier one is void then), or the `fixed`
   * one of the configuration. Fails with SetupCodeTooShort.
   */
  ensureSetupCode(options?: {
    readonly fixed?: string
  }): Promise<{ readonly state: "open"; readonly code: string } | { readonly state: "already-used" }>
  /** A code for one person, valid for `ttlMillis`. */
  mintSignIn(options: {
    readonly personName: string
    readonly role: Role
    readonly ttlMillis: number
  }): Promise<{ readonly code: string; readonly expiresAt: string }>
  /**
   * Runs `use` with what the code grants, and spends the code when `use` succeeds; when it throws, the code stays valid.
   * Of several at the same time one gets it. `source` (an address) is what wrong codes are counted by.
   * Fails with SecretRefused, TooManyAttempts, or what `use` throws.
   */
  redeem<T>(code: string, source: string, use: (grant: CodeGrant) => Promise<T>): Promise<T>
}

/** A person who is signed in. */
export interface SessionDoc {
  readonly userId: UserId
  readonly orgId: OrgId
  readonly name: string
  readonly role: Role
  readonly expiresAt: string
}

/** Sessions: opaque ids of 256 bits, of which only the hash is stored. */
export interface Sessions {
  create(person: Omit<SessionDoc, "expiresAt">): Promise<{ readonly id: string; readonly expiresAt: string }>
  /** The live session, or undefined. Counts as use: its end moves on, up to its longest life. */
  read(id: string): Promise<SessionDoc | undefined>
  /** The same without counting as use. */
  peek(id: string): Promise<SessionDoc | undefined>
  revoke(id: string): Promise<void>
  revokeUser(userId: UserId): Promise<void>
}

export interface MemberRef {
  readonly memberId: MemberId
  readonly teamId: TeamId
  readonly orgId: OrgId
}

/** One-time tokens with which an agent comes to its credentials. */
export interface Enrollments {
  mint(options: MemberRef & { readonly ttlMillis: number }): Promise<{
    readonly token: string
    readonly expiresAt: string
  }>
  /** As `Codes.redeem`: spent when `use` succeeds. Fails with SecretRefused, or what `use` throws. */
  redeem<T>(token: string, use: (member: MemberRef) => Promise<T>): Promise<T>
}

export interface BusUser {
  readonly teamId: TeamId
  readonly memberId: MemberId
  readonly incarnation: IncarnationId
  readonly username: string
  /** Lower-case hex, as Redis wants it after `#`. */
  readonly passwordSha256: string
}

/** Credentials of agents: one live binding a member. */
export interface Agents {
  /**
   * Issues credentials to a new incarnation; those of the earlier one are void from then on (`replaced` names its bus user).
   * `revision` is that of the MemberBound event. Fails with BindingOutdated when a newer one is bound.
   */
  bind(options: MemberRef & { readonly incarnation: IncarnationId; readonly revision: number }): Promise<{
    readonly apiKey: string
    readonly busUsername: string
    readonly busPassword: string
    readonly replaced: string | null
  }>
  /** Whose key this is, or undefined when nobody's (any more). */
  byApiKey(key: string): Promise<(MemberRef & { readonly incarnation: IncarnationId }) | undefined>
  /** All live bus users. */
  busUsers(): Promise<readonly BusUser[]>
  /** Voids the member's credentials and its open enrollments. Returns the bus user that was live. */
  revoke(memberId: MemberId): Promise<string | null>
}

/** What a token of the API may do: look, or also act as its person, though never as an owner. */
export type ApiTokenScope = "read" | "operate"

export interface ApiTokenDoc {
  readonly id: string
  readonly name: string
  readonly scope: ApiTokenScope
  /** The one team it sees; null: all that its person sees. */
  readonly teamId: TeamId | null
  readonly createdAt: string
  readonly expiresAt: string
  readonly lastUsedAt: string | null
}

/** Tokens with which people's own programs call the API. */
export interface ApiTokens {
  /** The only time that the token itself is seen. Fails with TooManyTokens. */
  create(options: {
    readonly userId: UserId
    readonly orgId: OrgId
    readonly personName: string
    readonly role: Role
    readonly name: string
    readonly scope: ApiTokenScope
    /** Absent: all teams. */
    readonly teamId?: TeamId | undefined
    readonly ttlMillis: number
  }): Promise<{ readonly token: string; readonly doc: ApiTokenDoc }>
  /** Live ones, the newest first. */
  list(userId: UserId): Promise<readonly ApiTokenDoc[]>
  /** Whose token this is, or undefined when nobody's (any more). */
  byToken(token: string): Promise<
    | {
        readonly userId: UserId
        readonly orgId: OrgId
        readonly name: string
        readonly role: Role
        readonly scope: ApiTokenScope
        readonly teamId: TeamId | null
      }
    | undefined
  >
  /** False when the person has no such token. */
  revoke(userId: UserId, id: string): Promise<boolean>
}

export interface CheckpointDoc {
  readonly position: Position
  readonly generation: string
}

/** How far a reader of the log has got. */
export interface Checkpoints {
  read(name: string): Promise<CheckpointDoc | undefined>
  /** Never moves back within a generation. */
  write(name: string, checkpoint: CheckpointDoc): Promise<void>
}

/** Mutual exclusion over all processes on one database. */
export interface Locks {
  /** Runs `work` while nobody else holds the lock of that name. Fails with what `work` throws, or when the wait takes too long. */
  exclusively<T>(name: string, work: () => Promise<T>): Promise<T>
}

/** A shard of some kind of work, as this process owns it. */
export interface ShardLease {
  readonly shard: number
  /** Decimal text; each new owner has a higher one. */
  readonly epoch: string
}

export interface ShardsBeat {
  /** All that the process owns now, by rising number. */
  readonly owned: readonly ShardLease[]
  /** Of those, how many were taken at this beat from processes that are not heard any more. */
  readonly takenOver: number
  /** Live processes of this kind, this one included. */
  readonly liveProcesses: number
  /** The database's clock at the beat, epoch milliseconds. */
  readonly databaseMillis: number
}

/**
 * Who does which share of a kind of work, over all processes on one database. A process owns what it owns until `leaseMillis` after its
 * last beat, by the clock of the database; what it does not own any more goes to others under a higher epoch. No call holds a transaction
 * open, and a call that is not answered within `LEASE_STATEMENT_TIMEOUT_MILLIS` fails.
 */
export interface Shards {
  /**
   * Says that the process lives, and takes its share (all shards over all live processes, rounded up) of what is free. It is for the
   * process to give back what it owns beyond its share. Fails with ShardCountDiffers.
   */
  beat(options: {
    readonly kind: string
    readonly processId: string
    readonly shards: number
    readonly leaseMillis: number
  }): Promise<ShardsBeat>
  /** Gives these back. Call it when nothing is done about them any more. */
  release(options: {
    readonly kind: string
    readonly processId: string
    readonly shards: readonly number[]
  }): Promise<void>
  /** Gives all back, and is not counted as alive any more. */
  leave(options: { readonly kind: string; readonly processId: string }): Promise<void>
}

export interface PlaceBeat {
  /** Members whose agents run at this place. */
  readonly own: ReadonlySet<MemberId>
  /** Members whose agents run at another place that is heard, or was until lately. */
  readonly elsewhere: ReadonlySet<MemberId>
  /** Of `own`, those that were claimed at this beat. */
  readonly taken: readonly MemberId[]
}

/** At which place each member's agent runs. A claim stays where it is for as long as its place is heard. */
export interface Places {
  /** Says that the place lives, and claims of `members` what no live place has, up to its share (all over all live places). */
  beat(options: {
    readonly place: string
    readonly leaseMillis: number
    readonly members: readonly MemberId[]
  }): Promise<PlaceBeat>
  /** Gives claims of this place up. Call it when the agents have ended. */
  release(place: string, members: readonly MemberId[]): Promise<void>
  /** Gives all claims up, and is not counted as alive any more. */
  leave(place: string): Promise<void>
}

/** For whom a model is set: without a team the whole organisation, without a member the whole team. */
export interface ModelPlace {
  readonly orgId: OrgId
  readonly teamId?: TeamId
  readonly memberId?: MemberId
}

/** A setting as people see it. */
export interface ModelEndpoint {
  readonly teamId: TeamId | null
  readonly memberId: MemberId | null
  /** Null: only the model differs from the wider setting. */
  readonly baseUrl: string | null
  readonly model: string
  /** Null: no key. Not readable: sealed with another master key; it has to be given anew. */
  readonly key: { readonly last4: string; readonly setAt: string; readonly isReadable: boolean } | null
  readonly updatedAt: string
}

/** How agents reach their model. */
export interface ModelAccess {
  readonly baseUrl: string
  readonly model: string
  readonly apiKey: string | null
}

/** Which model agents use. Keys are kept sealed and leave by `access` alone. */
export interface ModelEndpoints {
  /** False without a master key. */
  readonly canKeepKeys: boolean
  list(orgId: OrgId): Promise<readonly ModelEndpoint[]>
  /** `key`: undefined keeps the one that is there, null takes it away. Fails with MasterKeyInvalid when there is a key and no master key. */
  set(
    place: ModelPlace,
    endpoint: { readonly baseUrl: string | null; readonly model: string; readonly key: string | null | undefined },
  ): Promise<void>
  remove(place: ModelPlace): Promise<void>
  /** What holds at a place: the narrowest model, at the narrowest endpoint. Undefined: nothing is set. Fails with SecretSealed. */
  access(place: ModelPlace): Promise<ModelAccess | undefined>
}

/** Everything that is neither an event nor a read model. Every operation may fail with OperationalStateUnavailable. */
export interface OperationalState {
  readonly codes: Codes
  readonly sessions: Sessions
  readonly enrollments: Enrollments
  readonly agents: Agents
  readonly apiTokens: ApiTokens
  readonly checkpoints: Checkpoints
  readonly locks: Locks
  readonly shards: Shards
  readonly places: Places
  readonly models: ModelEndpoints
  /** Rejects when the database does not answer. */
  ping(): Promise<void>
  /** Removes rows that are dead for long (see limits.ts). Returns how many. */
  sweep(): Promise<number>
}

/** Operational state as an Effect service. */
export const OperationalState = Context.Service<OperationalState>("@muster/operational-state/OperationalState")
