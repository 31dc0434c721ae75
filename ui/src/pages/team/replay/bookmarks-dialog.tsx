import type { BookmarkDoc } from "@muster/contracts"
import Trash from "lucide-solid/icons/trash"
import { For, Show, createSignal } from "solid-js"
import { createAction } from "#src/api/action.ts"
import { failureText } from "#src/api/failure.ts"
import { t } from "#src/i18n/index.ts"
import { absoluteTime, millisOf, readablePosition } from "#src/lib/time.ts"
import { NAME_MAX_CHARS } from "#src/limits.ts"
import { Button } from "#src/parts/button.tsx"
import { Dialog } from "#src/parts/dialog.tsx"
import { IconButton } from "#src/parts/icon-button.tsx"
import { TextField } from "#src/parts/text-field.tsx"
import type { Bookmarks } from "#src/team/bookmarks.ts"
import { actorName } from "#src/team/names.ts"
import { useTeamSource } from "#src/team/source.ts"
import "#src/parts/kept-list.css"

export interface BookmarksDialogProps {
  readonly open: boolean
  readonly onOpenChange: (open: boolean) => void
  readonly bookmarks: Bookmarks
  /** The moment in sight. */
  readonly moment: string | undefined
  readonly onGoTo: (position: string) => void
}

/** The named moments of a team: go to one, name the one in sight, take a name away. */
export function BookmarksDialog(props: BookmarksDialogProps) {
  const source = useTeamSource()
  const [name, setName] = createSignal("")
  const adding = createAction(async (moment: string) => {
    await props.bookmarks.add?.(moment, name().trim())
    setName("")
  })
  const removing = createAction(async (id: string) => props.bookmarks.remove?.(id))
  const add = (event: SubmitEvent) => {
    event.preventDefault()
    if (props.moment !== undefined && name().trim() !== "") void adding.run(props.moment)
  }
  const go = (bookmark: BookmarkDoc) => {
    props.onGoTo(bookmark.moment)
    props.onOpenChange(false)
  }
  const about = (bookmark: BookmarkDoc) =>
    t("timeline.bookmark-about", {
      position: readablePosition(bookmark.moment),
      who: actorName(source.view, bookmark.by),
      time: absoluteTime(millisOf(bookmark.at)),
    })
  const failure = () => adding.failure() ?? removing.failure()
  return (
    <Dialog
      open={props.open}
      onOpenChange={props.onOpenChange}
      title={t("timeline.bookmarks")}
      detail={t("timeline.bookmarks-detail")}
    >
      <div data-component="kept-list" data-slot="bookmarks">
        <Show when={props.bookmarks.add !== undefined && props.moment !== undefined}>
          <form data-slot="add" onSubmit={add}>
            <TextField
              label={t("timeline.bookmark-name", { position: readablePosition(props.moment ?? "0") })}
              value={name()}
              onInput={setName}
              maxLength={NAME_MAX_CHARS}
            />
            <Button type="submit" busy={adding.isBusy()} disabled={name().trim() === ""}>
              {t("timeline.bookmark-add")}
            </Button>
          </form>
        </Show>
        <Show when={failure()}>{(why) => <p role="alert">{failureText(why())}</p>}</Show>
        <Show when={props.bookmarks.list().length > 0} fallback={<p>{t("timeline.no-bookmarks")}</p>}>
          <ul>
            <For each={props.bookmarks.list()}>
              {(bookmark) => (
                <li>
                  <button type="button" data-slot="go" onClick={() => go(bookmark)}>
                    <strong>{bookmark.name}</strong>
                    <span>{about(bookmark)}</span>
                  </button>
                  <Show when={props.bookmarks.remove !== undefined}>
                    <IconButton
                      icon={Trash}
                      label={t("timeline.bookmark-remove", { name: bookmark.name })}
                      onClick={() => void removing.run(bookmark.id)}
                    />
                  </Show>
                </li>
              )}
            </For>
          </ul>
        </Show>
      </div>
    </Dialog>
  )
}
