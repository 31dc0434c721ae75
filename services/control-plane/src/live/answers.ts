import {
  type Cursor,
  DELTA_MAX_EVENTS,
  FEED_VERSION,
  needsFeed,
  RangeRequest,
  type RangeReply,
  type SubscribeReply,
  SubscribeRequest,
} from "@muster/contracts"
import { TeamId } from "@muster/domain"
import { emptyTeamView } from "@muster/projections"
import type { ReadModels } from "@muster/read-models"
import type { Authorize } from "#src/http/authorize.ts"
import type { PersonSubject } from "#src/http/calls.ts"
import { decoder } from "#src/http/decode.ts"
import { toProblem } from "#src/http/faults.ts"
import { ProblemError, toDocument } from "#src/http/problem.ts"
import { FEED_BATCH_EVENTS } from "#src/limits.ts"

const decodeSubscribe = decoder(SubscribeRequest, { root: "", problem: "validation" })
const decodeRange = decoder(RangeRequest, { root: "", problem: "validation" })

export const refusal = (
  error: unknown,
): { readonly mode: "refused"; readonly problem: ReturnType<typeof toDocument> } => ({
  mode: "refused",
  problem: toDocument(toProblem(error)),
})

const teamOf = (stream: string): TeamId => TeamId.make(stream.slice("team:".length))
const isNeeds = (stream: string): boolean => stream.startsWith("needs:")

export interface AnswersOptions {
  readonly reads: ReadModels
  readonly authorize: Authorize
  readonly generation: string
}

/** What the server answers on the live connection. Errors are thrown; `refusal` puts them into words. */
export const makeAnswers = ({ reads, authorize, generation }: AnswersOptions) => {
  const here = { generation, feedVersion: FEED_VERSION }

  const delta = async (subject: PersonSubject, stream: string, since: Cursor): Promise<SubscribeReply | undefined> => {
    if (since.generation !== generation || since.feedVersion !== FEED_VERSION) return undefined
    const { seq: head } = await reads.feed.head(stream)
    if (since.seq > head || head - since.seq > DELTA_MAX_EVENTS) return undefined
    const events = await reads.feed.range(subject, stream, { after: since.seq, limit: DELTA_MAX_EVENTS })
    return { mode: "delta", ...here, head: Math.max(head, events.at(-1)?.seq ?? 0), events }
  }

  /** Fails with ProblemError `not-found` or `forbidden`. The list of another organisation does not exist. */
  const admit = async (subject: PersonSubject, stream: string): Promise<void> => {
    if (!isNeeds(stream)) return authorize(subject, "team.read", { team: teamOf(stream) })
    if (stream !== needsFeed(subject.orgId)) throw new ProblemError("not-found", "There is no such stream.")
    return authorize(subject, "needs.read", {})
  }

  const snapshot = async (subject: PersonSubject, stream: string): Promise<SubscribeReply> => {
    if (isNeeds(stream)) {
      const { seq, position } = await reads.feed.head(stream)
      return { mode: "snapshot", ...here, head: seq, asOf: seq, state: { ...emptyTeamView(), seq, position } }
    }
    const view = await reads.teamViewAt(subject, teamOf(stream), "head")
    // In the log, but not projected yet: nothing has happened so far, and the first events will come live.
    const state = view?.state ?? emptyTeamView()
    return { mode: "snapshot", ...here, head: Math.max(view?.head.seq ?? 0, state.seq), asOf: state.seq, state }
  }

  return {
    /** `follow` joins the room: it is done before anything is read, so that nothing falls between. */
    subscribe: async (
      subject: PersonSubject,
      message: unknown,
      follow: (stream: string) => Promise<void>,
    ): Promise<SubscribeReply> => {
      const { stream, since } = decodeSubscribe(message)
      await admit(subject, stream)
      await follow(stream)
      const reply = since === null ? undefined : await delta(subject, stream, since)
      return reply ?? snapshot(subject, stream)
    },
    range: async (subject: PersonSubject, message: unknown): Promise<RangeReply> => {
      const { stream, after, limit } = decodeRange(message)
      await admit(subject, stream)
      const [events, { seq }] = await Promise.all([
        reads.feed.range(subject, stream, { after, limit: Math.min(Math.max(limit, 1), FEED_BATCH_EVENTS) }),
        reads.feed.head(stream),
      ])
      return { mode: "range", head: Math.max(seq, events.at(-1)?.seq ?? 0), events }
    },
  }
}
