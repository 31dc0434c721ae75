import { SNAPSHOTS_DENSE, SNAPSHOTS_SPARSE_EVERY } from "#src/limits.ts"
import { isKept, newestDue } from "#src/snapshot/kept.ts"
import { emptyTeamView, foldTeamView } from "@muster/projections"
import { historyOf } from "@muster/projections/testing"
import type { Subject, TeamId } from "@muster/domain"
import { afterAll, beforeAll, describe, expect, it } from "vitest"
import { startPlace, type Place } from "./place.ts"
import { feedOf, seed } from "./seed.ts"

const EVERY = 2
const history = historyOf(
  Array.from({ length: 1_000 }, (_, n) => n * 7),
  { teams: 1 },
)
const created = history.find(({ event }) => event.type === "TeamCreated")?.event
const teamId = created?.meta.team as TeamId
const feed = feedOf(history, teamId)

let place: Place
beforeAll(async () => {
  place = await startPlace()
})
afterAll(() => place.stop())

const multiples = (head: number) => Array.from({ length: Math.floor(head / EVERY) }, (_, n) => (n + 1) * EVERY)
const keptAt = (head: number) => multiples(head).filter((seq) => isKept(seq, newestDue(head, EVERY), EVERY))
const storedSeqs = async () =>
  (await place.admin<{ seq: number }[]>`SELECT seq FROM rm.snapshot ORDER BY seq`).map((row) => row.seq)

describe("snapshots", () => {
  it("that are thinned while the feed grows are those that are kept when it is made at once", () => {
    let kept: readonly number[] = []
    for (let head = EVERY; head <= 400 * EVERY; head += EVERY) {
      kept = [...kept, head].filter((seq) => isKept(seq, head, EVERY))
      expect(kept).toEqual(keptAt(head))
    }
    expect(kept.length).toBeLessThan(SNAPSHOTS_DENSE + 400 / SNAPSHOTS_SPARSE_EVERY)
    const gaps = kept.map((seq, index) => (seq - (kept[index - 1] ?? 0)) / EVERY)
    expect(Math.max(...gaps)).toBeLessThanOrEqual(SNAPSHOTS_SPARSE_EVERY)
    expect(gaps.slice(1 - SNAPSHOTS_DENSE)).toEqual(Array.from({ length: SNAPSHOTS_DENSE - 1 }, () => 1))
  })

  it("are stored by that rule, whether one by one or all at once, but none for nobody; each is the fold up to it", async () => {
    const { projection, readModels } = place.open()
    const { owner } = await seed(place, projection, history)
    expect(keptAt(feed.length).length).toBeLessThan(multiples(feed.length).length)
    for (const head of [...multiples(feed.length), feed.length])
      await projection.snapshots.store(owner, { teamId, head, everyEvents: EVERY })
    expect(await storedSeqs()).toEqual(keptAt(feed.length))
    await place.admin`TRUNCATE rm.snapshot`
    const due = { teamId, head: feed.length, everyEvents: EVERY }
    await projection.snapshots.store(owner, { ...due, signal: AbortSignal.abort() })
    expect(await storedSeqs()).toEqual([])
    await projection.snapshots.store(owner, due)
    expect(await storedSeqs()).toEqual(keptAt(feed.length))
    const subject = {
      kind: "person",
      userId: teamId,
      orgId: created?.meta.org,
      role: "viewer",
      name: "",
    } as unknown as Subject
    await place.admin`DELETE FROM rm.feed WHERE seq <= ${keptAt(feed.length)[0] ?? 0}`
    for (const seq of keptAt(feed.length)) {
      const at = await readModels.teamViewAt(subject, teamId, { seq })
      expect(at?.state).toEqual(foldTeamView(emptyTeamView(), feed.slice(0, seq)))
    }
    await owner.release()
  })
})
