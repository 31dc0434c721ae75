import Activity from "lucide-solid/icons/activity"
import { Show, Suspense, createSignal, lazy } from "solid-js"
import { useCommands } from "#src/commands/context.ts"
import { titled } from "#src/commands/titled.ts"
import { t, tn } from "#src/i18n/index.ts"
import { operations } from "#src/shell/operations/operations.ts"
import "./operation-button.css"

const OperationCentre = lazy(async () => ({
  default: (await import("#src/shell/operations/operation-centre.tsx")).OperationCentre,
}))

/** How many operations run or failed, at the lower edge of every page; opens the list of them. */
export function OperationButton() {
  const [isOpen, setOpen] = createSignal(false)
  // The list is a chunk of its own: asked for once, it stays.
  const [isWanted, setWanted] = createSignal(false)
  const open = () => {
    setWanted(true)
    setOpen(true)
  }
  const words = () => {
    if (operations.running() > 0) return tn("operations.running", operations.running())
    if (operations.unreadFailures() > 0) return tn("operations.failed", operations.unreadFailures())
    return t("operations.none")
  }
  const tone = () => (operations.running() > 0 ? "info" : operations.unreadFailures() > 0 ? "danger" : "neutral")
  useCommands(() => [{ id: "view.operations", ...titled("command.operations"), group: "view", keys: "g p", run: open }])
  return (
    <>
      <button type="button" data-component="operation-button" data-tone={tone()} aria-haspopup="dialog" onClick={open}>
        <Activity size={12} aria-hidden="true" />
        {words()}
      </button>
      <Show when={isWanted()}>
        <Suspense>
          <OperationCentre open={isOpen()} onOpenChange={setOpen} />
        </Suspense>
      </Show>
    </>
  )
}
