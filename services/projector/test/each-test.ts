import { historyOf, type HistoryEvent } from "@muster/projections/testing"
import type { TeamId } from "@muster/domain"
import { afterAll, afterEach, beforeAll, beforeEach } from "vitest"
import { startServer, subjectOf, type Place, type Server, type Started } from "./harness.ts"

export const MINUTE_MILLIS = 60_000

/** The server of the test file that imports this. */
export let server: Server
/** A place of its own on that server for each test of the file. */
export let place: Place
beforeAll(async () => {
  server = await startServer()
})
afterAll(() => server.stop())
beforeEach(async () => {
  place = await server.place()
})
afterEach(() => place.close())

/** A projector lives in the place while these are appended, until all that is in the log is projected; it has stopped then. */
export const liveThrough = async (events: readonly HistoryEvent[] = []): Promise<Started> => {
  const live = place.start()
  await place.append(events)
  await live.settled()
  await live.stop()
  return live
}

/** A made-up life of one team, out of so many choices; another `stride` chooses otherwise. */
export const lifeOf = (choices: number, stride: number) => {
  const history = historyOf(
    Array.from({ length: choices }, (_, n) => n * stride),
    { teams: 1 },
  )
  const created = history.find(({ event }) => event.type === "TeamCreated") as HistoryEvent
  return {
    history,
    created,
    half: Math.floor(history.length / 2),
    teamId: created.event.meta.team as TeamId,
    subject: subjectOf(created.event.meta.org),
  }
}
