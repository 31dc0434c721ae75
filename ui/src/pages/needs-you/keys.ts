import type { NeedItem } from "@muster/contracts"
import type { Accessor } from "solid-js"
import { useCommands } from "#src/commands/context.ts"
import { titled } from "#src/commands/titled.ts"
import { may } from "#src/session/may.ts"

export interface NeedKeys {
  /** The row that J and K have come to. */
  readonly current: Accessor<NeedItem | undefined>
  /** The first row: meant where none was come to, by what harms nothing. */
  readonly first: Accessor<NeedItem | undefined>
  readonly move: (step: 1 | -1) => void
  readonly open: (item: NeedItem) => void
  readonly reply: (item: NeedItem) => void
  readonly done: (item: NeedItem) => void
  readonly snooze: (item: NeedItem) => void
}

/** What can be done with the list by keys and by the palette: what the row in hand does not allow is not offered. */
export function useNeedKeys({ current, first, move, open, reply, done, snooze }: NeedKeys): void {
  const on = (row: Accessor<NeedItem | undefined>, work: (item: NeedItem) => void) => () => {
    const item = row()
    if (item !== undefined) work(item)
  }
  const meant = () => current() ?? first()
  const ofAny = () => [
    { id: "needs.open", ...titled("needs.command-open"), group: "go" as const, keys: "enter", run: on(meant, open) },
    { id: "needs.reply", ...titled("needs.command-reply"), group: "act" as const, keys: "r", run: on(meant, reply) },
  ]
  const ofUnmarked = () => [
    { id: "needs.done", ...titled("needs.command-done"), group: "act" as const, keys: "e", run: on(current, done) },
    {
      id: "needs.snooze",
      ...titled("needs.command-snooze"),
      group: "act" as const,
      keys: "h",
      run: on(current, snooze),
    },
  ]
  useCommands(() => [
    { id: "needs.next", ...titled("needs.command-next"), group: "view", keys: "j", run: () => move(1) },
    { id: "needs.previous", ...titled("needs.command-previous"), group: "view", keys: "k", run: () => move(-1) },
    ...(meant() === undefined ? [] : ofAny()),
    ...(current()?.mark === null && may("needs.mark") ? ofUnmarked() : []),
  ])
}
