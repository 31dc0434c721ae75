import { PAGE_DEFAULT } from "@muster/contracts"
import { decideMarks, streams } from "@muster/domain"
import { accepted } from "#src/handlers/accepted.ts"
import type { Desk } from "#src/handlers/desk.ts"
import type { Handlers } from "#src/http/calls.ts"
import { ProblemError } from "#src/http/problem.ts"

type NeedRoutes = "listNeeds" | "markNeeds"

/** What waits for people, over all teams, and what each of them said of it. */
export const needHandlers = ({ reads, execute, streams: readers }: Desk): Pick<Handlers, NeedRoutes> => ({
  listNeeds: async ({ subject, query: { limit = PAGE_DEFAULT, after, kind, team, show } }) => {
    const now = new Date().toISOString()
    const [page, summary] = await Promise.all([
      reads.needs.list(subject, {
        limit,
        now,
        ...(after === undefined ? {} : { after }),
        ...(kind === undefined ? {} : { kind }),
        ...(team === undefined ? {} : { teamId: team }),
        ...(show === undefined ? {} : { show }),
      }),
      reads.needs.summary(subject, now),
    ])
    return { ...page, ...summary, now }
  },

  markNeeds: async ({ subject, body: { needs, mark }, context }) => {
    const outcome = await execute({
      stream: streams.user(subject.userId),
      reader: readers.marks,
      context,
      decide: async (marks) => {
        // What waits no more needs no mark; to take a mark back is never wrong.
        if (mark.kind !== "none") {
          const known = await reads.needs.known(subject, needs)
          if (!needs.some((id) => known.has(id)))
            throw new ProblemError("not-found", "It does not wait any more, or it is nothing that you can see.")
          return decideMarks(
            marks,
            needs.filter((id) => known.has(id)),
            mark,
          )
        }
        return decideMarks(marks, needs, mark)
      },
    })
    return accepted(subject.userId, outcome)
  },
})
