import type { Fact } from "#src/events/index.ts"

/** Why a command changes nothing. `code` is stable; `detail` tells a person what to do next. */
export type RefusalCode =
  | "not-found"
  | "already-exists"
  | "closed"
  | "not-open"
  | "not-held"
  | "not-awaiting"
  /** Decided on something else than what is asked. */
  | "not-what-was-shown"
  | "not-running"
  | "not-paused"
  | "not-queued"
  | "already-paused"
  | "not-retriable"
  | "not-dead-lettered"
  | "archived"
  | "not-archived"
  | "removed"
  | "deleted"
  | "halted"
  | "settled"
  | "handle-taken"
  | "second-leader"
  | "too-many-bookmarks"
  | "too-many-templates"
  /** Guard rails of agents that dispatch. */
  | "too-deep"
  | "too-many-open"
  | "too-many-dispatched"
  | "goes-in-circles"
  | "waits-for-itself"
  | "would-block"
  | "over-budget"
  /** A report of an assignment that is not the current one: counted, never an error of a person. */
  | "stale"
  /** The same thing was already recorded. */
  | "duplicate"

export interface Refusal {
  readonly code: RefusalCode
  readonly detail: string
}

/** What a command comes to: facts to append (none = nothing to change), or a refusal. */
export type Decision<F extends Fact = Fact> =
  | { readonly facts: readonly F[]; readonly refusal?: undefined }
  | { readonly facts?: undefined; readonly refusal: Refusal }

export const accept = <F extends Fact>(...facts: readonly F[]): Decision<F> => ({ facts })
export const refuse = (code: RefusalCode, detail: string): Decision<never> => ({ refusal: { code, detail } })
