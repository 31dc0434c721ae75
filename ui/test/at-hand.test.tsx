import { CLOSED_TASKS_KEPT, emptyTeamView, foldTeamView } from "@muster/projections"
import { cleanup, fireEvent, render, screen } from "@solidjs/testing-library"
import { afterEach, expect, it, vi } from "vitest"
import { AtHandNote } from "#src/pages/team/tasks/at-hand-note.tsx"
import { feedOf } from "./support/history.ts"

afterEach(cleanup)

it("board and timeline say that they show the newest only, how many that is, and lead to all", () => {
  const view = foldTeamView(emptyTeamView(), feedOf(900))
  const [lost] = view.closed
  if (lost === undefined || view.team === null) throw new Error("no task has ended in this life")
  const { [lost]: _, ...tasks } = view.tasks
  const onList = vi.fn<() => void>()
  const later = { team: view.team, tasks, closed: view.closed.slice(1) }
  render(() => <AtHandNote view={later} onList={onList} />)
  screen.getByText(`All open tasks and the newest ${later.closed.length} that ended.`)
  fireEvent.click(screen.getByRole("button", { name: "All tasks as a list" }))
  expect(onList).toHaveBeenCalledTimes(1)
})

it("they say nothing while they show every task there ever was", () => {
  const view = foldTeamView(emptyTeamView(), feedOf(900))
  expect(view.closed.length).toBeLessThan(CLOSED_TASKS_KEPT)
  const { container } = render(() => <AtHandNote view={view} onList={() => undefined} />)
  expect(container.textContent).toBe("")
})
