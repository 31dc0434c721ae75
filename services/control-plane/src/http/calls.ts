import type { Readable } from "node:stream"
import type { Route, RouteName, routes } from "@muster/contracts"
import type { Subject } from "@muster/domain"
import type { CommandContext } from "#src/commands/execute.ts"

export type PersonSubject = Extract<Subject, { readonly kind: "person" }>

type Part<R extends Route, K extends "params" | "query" | "body"> = R extends {
  readonly [P in K]: { readonly Type: infer T }
}
  ? T
  : undefined

/** Bytes as an answer; routes without a reply schema give these. */
export interface RawReply {
  readonly headers: { readonly [name: string]: string }
  readonly body: Uint8Array | Readable
}

/** An answer that is at hand as JSON already: it is sent as it is, whatever its size. */
export class JsonText {
  readonly text: string
  constructor(text: string) {
    this.text = text
  }
}

type Reply<R extends Route> = R extends { readonly reply: { readonly Type: infer T } }
  ? T | (R["method"] extends "GET" ? JsonText : never)
  : RawReply

/** A decoded and authorised request, as a handler sees it. */
export interface Call<R extends Route> {
  readonly params: Part<R, "params">
  readonly query: Part<R, "query">
  readonly body: Part<R, "body">
  /** The body of a route that takes bytes, to be read once. */
  readonly bytes: R extends { readonly bodyMaxBytes: number } ? Readable : undefined
  /** Who asks. Public routes have nobody. */
  readonly subject: R["action"] extends "public" ? undefined : PersonSubject
  /** For commands: the id that follows from the Idempotency-Key, the hash of the request, who and where. */
  readonly context: R["action"] extends "public" ? undefined : CommandContext
  /** The session cookie as sent. */
  readonly sessionId: string | undefined
  /** The caller's address: what rates and wrong codes are counted by. */
  readonly source: string
  /** Sets (a string) or clears (null) the session cookie of the answer. */
  readonly setSession: (session: { readonly id: string } | null) => void
}

/** One handler per route. A missing one does not compile. */
export type Handlers = {
  readonly [N in RouteName]: (call: Call<(typeof routes)[N]>) => Promise<Reply<(typeof routes)[N]>>
}

/** A handler as the registration sees it, after the types have done their work. */
export type AnyHandler = (call: Call<Route>) => Promise<unknown>
