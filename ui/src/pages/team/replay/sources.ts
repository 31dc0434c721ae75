import { emptyTeamView } from "@muster/projections"
import { createMemo } from "solid-js"
import { useNow } from "#src/lib/clock.ts"
import { millisOf } from "#src/lib/time.ts"
import type { TeamSource } from "#src/team/source.ts"
import { viewOf } from "#src/pages/team/replay/player.ts"
import type { Player } from "#src/pages/team/replay/player.ts"

/** The events of a task before one of the history. */
export type EventsBefore = (taskId: string, before: number) => ReturnType<TeamSource["taskEvents"]>

/** The team as a source of panes, at the moment that the player stands at. */
export function replaySource(
  props: Pick<TeamSource, "teamId"> & { readonly taskEvents: EventsBefore },
  player: Player,
): TeamSource {
  const empty = emptyTeamView()
  const clock = useNow()
  const view = () => viewOf(player.frame(), empty)
  return {
    teamId: props.teamId,
    mode: "replay",
    get view() {
      return view()
    },
    raw: view,
    isLoaded: () => player.frame() !== undefined,
    now: () => {
      const at = player.frame()?.event.at
      return at === undefined ? clock() : millisOf(at)
    },
    taskEvents: (taskId) => props.taskEvents(taskId, view().seq + 1),
    onEvents: () => () => undefined,
  }
}

/** Names of then where there are any: the end of a long history has forgotten the tasks of its beginning. */
export function namesAround(props: { readonly names: TeamSource }, player: Player): TeamSource {
  const view = createMemo(() => {
    const now = props.names.raw()
    const then = player.frame()?.view ?? now
    return { ...now, tasks: { ...now.tasks, ...then.tasks }, members: { ...now.members, ...then.members } }
  })
  return {
    ...props.names,
    get view() {
      return view()
    },
    raw: view,
  }
}
