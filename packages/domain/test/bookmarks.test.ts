import { describe, expect, it } from "vitest"
import {
  absentTeam,
  BookmarkId,
  BOOKMARKS_MAX,
  decideTeam,
  evolveTeam,
  Position,
  TeamId,
  type TeamCommand,
  type TeamState,
} from "#src/index.ts"

const idOf = (n: number) => BookmarkId.make(`00000000-0000-7000-8000-${String(n).padStart(12, "0")}`)
const teamId = TeamId.make("00000000-0000-7000-8000-0000000000ff")
const moment = Position.make("7")

const after = (state: TeamState, ...commands: readonly TeamCommand[]): TeamState =>
  commands.reduce((now, command) => {
    const { facts, refusal } = decideTeam(now, command)
    if (refusal !== undefined) throw new Error(refusal.code)
    return facts.reduce(evolveTeam, now)
  }, state)

const created = after(absentTeam, {
  kind: "create",
  teamId,
  profile: { name: "Docs", description: "" },
  requestHash: "hash",
})
const add = (n: number): TeamCommand => ({ kind: "bookmark", bookmarkId: idOf(n), moment, name: `Moment ${n}` })

describe("a bookmark", () => {
  it("is added once and removed once; asking again changes nothing", () => {
    const one = after(created, add(1))
    expect(one.bookmarks).toEqual([idOf(1)])
    expect(decideTeam(one, add(1))).toEqual({ facts: [] })
    const remove: TeamCommand = { kind: "remove-bookmark", bookmarkId: idOf(1) }
    expect(after(one, remove).bookmarks).toEqual([])
    expect(decideTeam(created, remove)).toEqual({ facts: [] })
  })

  it("carries its name and the moment it marks", () => {
    expect(decideTeam(created, add(3)).facts).toEqual([
      { type: "TeamBookmarkAdded", data: { bookmarkId: idOf(3), moment, name: "Moment 3" } },
    ])
  })

  it("is refused beyond so many, until another one goes", () => {
    const full = after(created, ...Array.from({ length: BOOKMARKS_MAX }, (_, n) => add(n)))
    expect(decideTeam(full, add(BOOKMARKS_MAX)).refusal?.code).toBe("too-many-bookmarks")
    const freed = after(full, { kind: "remove-bookmark", bookmarkId: idOf(0) })
    expect(after(freed, add(BOOKMARKS_MAX)).bookmarks).toHaveLength(BOOKMARKS_MAX)
  })

  it("is refused by a team that is not there, and by an archived one", () => {
    expect(decideTeam(absentTeam, add(1)).refusal?.code).toBe("not-found")
    expect(decideTeam(after(created, { kind: "archive", reason: "" }), add(1)).refusal?.code).toBe("archived")
  })
})
