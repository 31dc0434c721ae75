import { historyOf } from "@muster/projections/testing"
import { emptyTeamView, foldTeamView } from "@muster/projections"
import { teamFeed } from "@muster/contracts"
import type { TeamId } from "@muster/domain"
import fc from "fast-check"
import { afterAll, beforeAll, describe, expect, it } from "vitest"
import { differences, dump, startServer, subjectOf, type Server } from "./harness.ts"

const MINUTE_MILLIS = 60_000

let server: Server
beforeAll(async () => {
  server = await startServer()
})
afterAll(() => server.stop())

const choices = fc.array(fc.nat(), { minLength: 60, maxLength: 160 })

describe("read models", () => {
  it(
    "made by live operation equal a replay from zero, byte for byte",
    async () => {
      await fc.assert(
        fc.asyncProperty(choices, fc.boolean(), fc.integer({ min: 1, max: 40 }), async (chosen, poison, pageEvents) => {
          const place = await server.place()
          try {
            const history = historyOf(chosen, { poison })
            const parts = [0, 1, 2].map((part) =>
              history.slice((part * history.length) / 3, ((part + 1) * history.length) / 3),
            )
            for (const part of parts) {
              // Each part meets a projector that was started anew and has nothing in its memory.
              const live = place.start({ pageEvents })
              await place.append(part)
              await live.settled()
              await live.stop()
            }
            const lived = await dump(place.sql)
            const again = place.start({ pageEvents: 16 })
            await again.runner.rebuild()
            await again.settled()
            await again.stop()
            expect(differences(lived, await dump(place.sql))).toEqual([])
            const filled = ["team", "member", "task", "task_spec", "feed", "feed_head", "checkpoint"]
            expect(filled.filter((table) => lived.get(table)?.length === 0)).toEqual([])
          } finally {
            await place.close()
          }
        }),
        { numRuns: 12, endOnFailure: true },
      )
    },
    5 * MINUTE_MILLIS,
  )

  it("show a team at its head as the tables do, and at any moment as the fold of its feed does", async () => {
    const place = await server.place()
    try {
      const history = historyOf(
        Array.from({ length: 200 }, (_, n) => n * 31),
        { teams: 2 },
      )
      const live = place.start()
      await place.append(history)
      await live.settled()
      const { readModels } = live.models
      const created = history.find(({ event }) => event.type === "TeamCreated")?.event
      const teamId = created?.meta.team as TeamId
      const subject = subjectOf(created?.meta.org ?? "")
      const head = await readModels.teamViewAt(subject, teamId, "head")
      expect(Object.values(head?.state.tasks ?? {}).toSorted((a, b) => b.number - a.number)).toEqual(
        await readModels.tasks.list(subject, teamId, { limit: 500 }),
      )
      expect(head?.state.team).toEqual(await readModels.teams.get(subject, teamId))
      const feed = await readModels.feed.range(subject, teamFeed(teamId), { after: 0, limit: 500 })
      expect(feed.map((event) => event.seq)).toEqual(feed.map((_, index) => index + 1))
      expect(head?.head).toEqual(await readModels.feed.head(teamFeed(teamId)))
      for (const event of feed) {
        const expected = foldTeamView(emptyTeamView(), feed.slice(0, event.seq))
        const bySeq = await readModels.teamViewAt(subject, teamId, { seq: event.seq })
        const byPosition = await readModels.teamViewAt(subject, teamId, { position: event.position })
        expect(bySeq?.state).toEqual(expected)
        expect(byPosition?.state).toEqual(expected)
      }
      expect(await place.sql`SELECT count(*)::int AS n FROM rm.snapshot WHERE team_id = ${teamId}`).toEqual([
        { n: Math.floor(feed.length / 10) },
      ])
      await live.stop()
    } finally {
      await place.close()
    }
  })
})
