import { Problem } from "@muster/contracts"
import { Option, Schema } from "effect"
import { ControlPlaneAway } from "#src/errors.ts"
import type { HttpReply } from "#src/http/request.ts"

/** The control plane said no for good: sending it again would change nothing. */
export interface Refused {
  readonly kind: "refused"
  readonly status: number
  readonly detail: string
}
export type Stored = { readonly kind: "stored"; readonly size: number } | Refused

const decodeProblem = Schema.decodeUnknownOption(Schema.fromJsonString(Problem))

const isTransient = (status: number): boolean => status >= 500 || status === 429 || status === 408

const detailOf = ({ status, body }: HttpReply): string =>
  Option.match(decodeProblem(body), {
    onNone: () => `status ${status}`,
    onSome: ({ detail, title, errors = [] }) =>
      [detail ?? title, ...errors.map(({ pointer, detail: fault }) => `${pointer}: ${fault}`)].join("; "),
  })

/** A refusal for good. Fails with ControlPlaneAway for one that may pass. */
export const awayOr = (reply: HttpReply): Refused => {
  if (isTransient(reply.status)) throw new ControlPlaneAway({ message: `status ${reply.status}: ${detailOf(reply)}` })
  return { kind: "refused", status: reply.status, detail: detailOf(reply) }
}
