import { createRoot } from "solid-js"
import { describe, expect, it } from "vitest"
import { DOCK_MIN_PIXELS, DOCK_PANES, DOCK_STEP_PIXELS } from "#src/limits.ts"
import { asDock, clampHeight, emptyDock, heightAfterKey, withPane, withoutPane } from "#src/shell/dock/dock-model.ts"
import type { DockPane, DockState } from "#src/shell/dock/dock-model.ts"
import type { LiveTeam } from "#src/team/live-team.ts"
import { createTeamPool } from "#src/team/team-pool.ts"

const pane = (id: string): DockPane => ({
  id,
  kind: "task-output",
  title: `Output of ${id}`,
  teamId: "team",
  taskId: id,
})
const dockOf = (...ids: ReadonlyArray<string>): DockState => ids.map(pane).reduce(withPane, emptyDock("ada"))
const idsOf = (dock: DockState) => dock.panes.map(({ id }) => id)

describe("the dock", () => {
  it("brings a pane to the front, and shows what is opened twice once", () => {
    const dock = withPane(dockOf("a", "b"), { ...pane("a"), title: "renamed" })
    expect([idsOf(dock), dock.active, dock.isOpen]).toEqual([["a", "b"], "a", true])
    expect(dock.panes[0]?.title).toBe("renamed")
  })

  it("holds so many panes alive and lets the oldest go", () => {
    const ids = Array.from({ length: DOCK_PANES + 1 }, (_, index) => `p${index}`)
    expect(idsOf(dockOf(...ids))).toEqual(ids.slice(1))
  })

  it("shows the neighbour of a pane that is closed, and hides when the last one goes", () => {
    const dock = withoutPane(dockOf("a", "b", "c"), "c")
    expect([idsOf(dock), dock.active, dock.isOpen]).toEqual([["a", "b"], "b", true])
    expect(withoutPane(withPane(dock, pane("a")), "b").active).toBe("a")
    const empty = withoutPane(withoutPane(dock, "a"), "b")
    expect([empty.active, empty.isOpen]).toEqual([undefined, false])
  })

  it("leaves the page its share of the window, and itself enough to read", () => {
    expect(clampHeight(10_000, 1_000)).toBe(700)
    expect(clampHeight(1, 1_000)).toBe(DOCK_MIN_PIXELS)
    expect(heightAfterKey("ArrowUp", 300, 1_000)).toBe(300 + DOCK_STEP_PIXELS)
    expect(heightAfterKey("Home", 300, 1_000)).toBe(700)
    expect(heightAfterKey("End", 300, 1_000)).toBe(DOCK_MIN_PIXELS)
    expect(heightAfterKey("x", 300, 1_000)).toBe(undefined)
  })

  it("comes back as it was left, and what is no dock counts as none", () => {
    const dock = dockOf("a", "b")
    expect(asDock(JSON.parse(JSON.stringify(dock)))).toEqual(dock)
    expect(asDock({ ...dock, active: "gone" })?.active).toBe("a")
    for (const wrong of [null, "dock", { panes: [] }, { owner: "ada", panes: [{ id: 1 }] }])
      expect(asDock(wrong)).toBe(undefined)
  })
})

describe("the pool of teams", () => {
  it("shares one stream among those who follow the same team, and closes it after the last of them", () => {
    const log: Array<string> = []
    const hold = createTeamPool((teamId) => {
      log.push(`open ${teamId}`)
      return { teamId } as LiveTeam
    })
    const follow = (teamId: string) => createRoot((dispose) => ({ team: hold(teamId), dispose }))
    const [page, dock] = [follow("a"), follow("a")]
    expect(page.team).toBe(dock.team)
    page.dispose()
    const other = follow("b")
    expect(follow("a").team).toBe(dock.team)
    dock.dispose()
    other.dispose()
    expect(log).toEqual(["open a", "open b"])
    expect(follow("b").team).not.toBe(other.team)
    expect(log).toEqual(["open a", "open b", "open b"])
  })
})
