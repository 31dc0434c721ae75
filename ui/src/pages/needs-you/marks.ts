import type { NeedItem, NeedMarkRequest } from "@muster/contracts"
import { createSignal } from "solid-js"
import { commands } from "#src/api/commands.ts"
import { failureOf } from "#src/api/failure.ts"
import type { Failure } from "#src/api/failure.ts"
import { t } from "#src/i18n/index.ts"
import { absoluteTime } from "#src/lib/time.ts"
import { hideNeeds, needs } from "#src/needs/state.ts"
import { showToast } from "#src/parts/toast.tsx"
import { needTitle } from "#src/needs/words.ts"
import { snoozeUntil } from "#src/pages/needs-you/snooze.ts"
import type { Snooze } from "#src/pages/needs-you/snooze.ts"

type Mark = NeedMarkRequest["mark"]

/**
 * What a person says of rows: done, later, or back again. The row leaves at once and comes back when the server refuses, with the
 * reason below it. Every one of them can be taken back from its notice.
 */
export function createMarks() {
  const [failures, setFailures] = createSignal<ReadonlyMap<string, Failure>>(new Map())
  const note = (id: string, failure: Failure | undefined): void => {
    setFailures((before) => {
      const next = new Map(before)
      if (failure === undefined) next.delete(id)
      else next.set(id, failure)
      return next
    })
  }

  const send = async (item: NeedItem, mark: Mark): Promise<boolean> => {
    note(item.id, undefined)
    hideNeeds([item.id], mark.kind !== "none")
    try {
      const { position } = await commands.markNeeds({ body: { needs: [item.id], mark } })
      // The list as it says so itself; only then is nothing hidden any more.
      await needs.reload()?.(position)
      hideNeeds([item.id], false)
      return true
    } catch (error) {
      hideNeeds([item.id], false)
      note(item.id, failureOf(error))
      return false
    }
  }
  const undo = (item: NeedItem) => ({ label: t("needs.undo"), run: () => void send(item, { kind: "none" }) })

  return {
    failureOf: (id: string): Failure | undefined => failures().get(id),
    done: async (item: NeedItem): Promise<void> => {
      const sent = send(item, { kind: "done" })
      showToast({ tone: "success", title: t("needs.marked-done", { what: needTitle(item) }), action: undo(item) })
      await sent
    },
    snooze: async (item: NeedItem, snooze: Snooze): Promise<void> => {
      const until = snoozeUntil(snooze, new Date())
      const sent = send(item, { kind: "snoozed", until: until.toISOString() })
      const title = t("needs.marked-snoozed", { what: needTitle(item), time: absoluteTime(until.getTime()) })
      showToast({ tone: "success", title, action: undo(item) })
      await sent
    },
    restore: async (item: NeedItem): Promise<void> => {
      await send(item, { kind: "none" })
    },
  }
}
export type Marks = ReturnType<typeof createMarks>
