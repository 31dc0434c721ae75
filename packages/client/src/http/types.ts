import type { Route, RouteName, routes } from "@muster/contracts"

type Encoded<R extends Route, K extends "params" | "query" | "body"> = R extends {
  readonly [P in K]: { readonly Encoded: infer E }
}
  ? E
  : undefined

/** Query values may be given as what they mean (a number) or as the text of the address. */
type Query<R extends Route> = R extends { readonly query: { readonly Encoded: infer E; readonly Type: infer T } }
  ? { readonly [K in keyof E]: E[K] | (K extends keyof T ? T[K] : never) }
  : undefined

/** A part is required when it has a required field, optional when it has none, and absent when the route takes none. */
type Part<N extends string, T> = [T] extends [undefined]
  ? object
  : object extends T
    ? { readonly [K in N]?: T }
    : { readonly [K in N]: T }

export interface CallOptions {
  /** Names the command; minted when absent. The same key and request give the same answer, however often it is sent. */
  readonly idempotencyKey?: string
  readonly signal?: AbortSignal
}

type Input<R extends Route> = Part<"params", Encoded<R, "params">> &
  Part<"query", Query<R>> &
  Part<"body", Encoded<R, "body">> &
  CallOptions

type Output<R extends Route> = R extends { readonly reply: { readonly Type: infer T } } ? T : Response

type Method<R extends Route> =
  object extends Input<R> ? (input?: Input<R>) => Promise<Output<R>> : (input: Input<R>) => Promise<Output<R>>

/** What a route takes. */
export type InputOf<N extends RouteName> = Input<(typeof routes)[N]>
/** What a route answers; routes of bytes answer with the Response. */
export type OutputOf<N extends RouteName> = Output<(typeof routes)[N]>

/** One method per route of the contract. All of them fail with ClientProblem or ClientUnreachable. */
export type Client = { readonly [N in RouteName]: Method<(typeof routes)[N]> } & {
  /** The session cookie this client sends by itself (outside browsers). */
  readonly cookie: () => string | undefined
}
