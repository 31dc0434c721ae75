import { useCommands } from "#src/commands/context.ts"
import { titled } from "#src/commands/titled.ts"
import type { Player } from "#src/pages/team/replay/player.ts"

type Direction = 1 | -1

export interface ReplayActs {
  readonly playOrPause: () => void
  readonly goToNewest: () => void
  readonly toggleCompare: () => void
  readonly seekTask: (direction: Direction) => void
  readonly seekFailure: (direction: Direction) => void
  /** Only where there can be bookmarks. */
  readonly bookmarks: { readonly open: () => void; readonly seek: (direction: Direction) => void } | undefined
  /** Only where there is a present to go back to. */
  readonly goLive: (() => void) | undefined
}

/** Moving through a history by keys and by the palette. */
export function useReplayCommands(player: Player, acts: () => ReplayActs): void {
  useCommands(() => {
    const { playOrPause, goToNewest, toggleCompare, seekTask, seekFailure, bookmarks, goLive } = acts()
    const view = { group: "view" } as const
    return [
      { id: "replay.play", ...titled("replay.play"), ...view, keys: "space", run: playOrPause },
      { id: "replay.earlier", ...titled("replay.earlier"), ...view, keys: "arrowleft", run: () => player.step(-1) },
      { id: "replay.later", ...titled("replay.later"), ...view, keys: "arrowright", run: () => player.step(1) },
      {
        id: "replay.task-earlier",
        ...titled("timeline.task-earlier"),
        ...view,
        keys: "shift+arrowleft",
        run: () => seekTask(-1),
      },
      {
        id: "replay.task-later",
        ...titled("timeline.task-later"),
        ...view,
        keys: "shift+arrowright",
        run: () => seekTask(1),
      },
      {
        id: "replay.failure-earlier",
        ...titled("timeline.failure-earlier"),
        ...view,
        keys: ",",
        run: () => seekFailure(-1),
      },
      {
        id: "replay.failure-later",
        ...titled("timeline.failure-later"),
        ...view,
        keys: ".",
        run: () => seekFailure(1),
      },
      {
        id: "replay.oldest",
        ...titled("replay.oldest"),
        ...view,
        keys: "home",
        run: () => player.goTo(player.firstSeq),
      },
      { id: "replay.newest", ...titled("replay.newest"), ...view, keys: "end", run: goToNewest },
      { id: "replay.compare", ...titled("timeline.compare"), ...view, keys: "c", run: toggleCompare },
      ...(bookmarks === undefined
        ? []
        : [
            { id: "replay.bookmarks", ...titled("timeline.bookmarks"), ...view, keys: "b", run: bookmarks.open },
            {
              id: "replay.bookmark-earlier",
              ...titled("timeline.mark-earlier"),
              ...view,
              keys: "<",
              run: () => bookmarks.seek(-1),
            },
            {
              id: "replay.bookmark-later",
              ...titled("timeline.mark-later"),
              ...view,
              keys: ">",
              run: () => bookmarks.seek(1),
            },
          ]),
      ...(goLive === undefined
        ? []
        : [{ id: "replay.live", ...titled("replay.back"), group: "go" as const, keys: "l", run: goLive }]),
    ]
  })
}
