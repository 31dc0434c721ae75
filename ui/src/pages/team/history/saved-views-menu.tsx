import Bookmark from "lucide-solid/icons/bookmark"
import X from "lucide-solid/icons/x"
import { For, Show, createSignal } from "solid-js"
import { t } from "#src/i18n/index.ts"
import { NAME_MAX_CHARS } from "#src/limits.ts"
import { Button } from "#src/parts/button.tsx"
import { Dialog } from "#src/parts/dialog.tsx"
import { IconButton } from "#src/parts/icon-button.tsx"
import { TextField } from "#src/parts/text-field.tsx"
import { savedViews, withView, withoutView } from "#src/pages/team/history/saved-views.ts"
import type { SavedView } from "#src/pages/team/history/saved-views.ts"
import "#src/parts/kept-list.css"

export interface SavedViewsProps {
  /** What is in sight, to be kept under a name. */
  readonly current: Omit<SavedView, "name">
  readonly onOpen: (view: SavedView) => void
}

/** Conditions that a person keeps under a name, in this browser. */
export function SavedViews(props: SavedViewsProps) {
  const [isOpen, setOpen] = createSignal(false)
  const [name, setName] = createSignal("")
  const [isVolatile, setVolatile] = createSignal(false)
  const keep = (views: ReadonlyArray<SavedView>) => setVolatile(savedViews.set(views) === "volatile")
  const save = (event: SubmitEvent) => {
    event.preventDefault()
    const own = name().trim()
    if (own === "") return
    keep(withView(savedViews.value(), { ...props.current, name: own }))
    setName("")
  }
  return (
    <>
      <Button variant="ghost" onClick={() => setOpen(true)}>
        <Bookmark size={14} aria-hidden="true" />
        {t("history.views")}
      </Button>
      <Dialog open={isOpen()} onOpenChange={setOpen} title={t("history.views")} detail={t("history.views-detail")}>
        <div data-component="kept-list">
          <form onSubmit={save}>
            <TextField label={t("history.view-name")} value={name()} onInput={setName} maxLength={NAME_MAX_CHARS} />
            <Button type="submit" disabled={name().trim() === ""}>
              {t("history.view-save")}
            </Button>
          </form>
          <Show when={isVolatile()}>
            <p role="status">{t("history.view-volatile")}</p>
          </Show>
          <Show when={savedViews.value().length > 0} fallback={<p>{t("history.no-views")}</p>}>
            <ul>
              <For each={savedViews.value()}>
                {(view) => (
                  <li>
                    <Button
                      onClick={() => {
                        props.onOpen(view)
                        setOpen(false)
                      }}
                    >
                      {view.name}
                    </Button>
                    <IconButton
                      icon={X}
                      label={t("history.view-remove", { name: view.name })}
                      onClick={() => keep(withoutView(savedViews.value(), view.name))}
                    />
                  </li>
                )}
              </For>
            </ul>
          </Show>
        </div>
      </Dialog>
    </>
  )
}
