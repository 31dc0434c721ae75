import { BULK_MAX_TASKS } from "@muster/contracts"
import type { MemberId } from "@muster/domain"
import { Show, createSignal } from "solid-js"
import { commands } from "#src/api/commands.ts"
import { t } from "#src/i18n/index.ts"
import { Button } from "#src/parts/button.tsx"
import { may } from "#src/session/may.ts"
import { ConfirmWithReason } from "#src/team/confirm-with-reason.tsx"
import { taskName } from "#src/team/names.ts"
import { useLiveTeam } from "#src/team/live-team.ts"
import type { TaskFilters } from "#src/pages/team/tasks/filters.ts"
import { operateOnMatching } from "#src/pages/team/tasks/bulk-operation.ts"

/** What the list is narrowed to, as a request names it. */
const filterOf = (filters: TaskFilters) => ({
  ...(filters.phase === undefined ? {} : { phase: filters.phase }),
  ...(filters.member === undefined ? {} : { member: filters.member as MemberId }),
  ...(filters.q === "" ? {} : { q: filters.q }),
})

/** Cancel or retry whatever the filters show: each task is decided by itself. */
export function BulkActions(props: { readonly filters: TaskFilters }) {
  const team = useLiveTeam()
  const [asked, setAsked] = createSignal<"cancel" | "retry">()
  const params = { team: team.teamId }
  const close = (isOpen: boolean) => {
    if (!isOpen) setAsked(undefined)
  }
  const nameOf = (id: string) => taskName(team.view, id)
  const cancel = (reason: string) => {
    const filter = { ...filterOf(props.filters), state: "open" as const }
    operateOnMatching(t("bulk.cancel-operation"), nameOf, () =>
      commands.cancelTasks({ params, body: { filter, reason } }),
    )
  }
  const retry = () => {
    const filter = { ...filterOf(props.filters), state: "closed" as const }
    operateOnMatching(t("bulk.retry-operation"), nameOf, () => commands.retryTasks({ params, body: { filter } }))
  }
  const isOpenTeam = () => team.view.team?.isArchived === false
  return (
    <>
      <Show when={may("task.cancel") && props.filters.state !== "closed"}>
        <Button variant="ghost" onClick={() => setAsked("cancel")}>
          {t("bulk.cancel")}
        </Button>
      </Show>
      <Show when={may("task.retry") && isOpenTeam() && props.filters.state !== "open"}>
        <Button variant="ghost" onClick={() => setAsked("retry")}>
          {t("bulk.retry")}
        </Button>
      </Show>
      <ConfirmWithReason
        open={asked() === "cancel"}
        onOpenChange={close}
        title={t("bulk.cancel-title")}
        detail={t("bulk.cancel-detail", { max: BULK_MAX_TASKS })}
        submit={t("bulk.submit-cancel")}
        onConfirm={(reason) => Promise.resolve(cancel(reason))}
      />
      <ConfirmWithReason
        open={asked() === "retry"}
        onOpenChange={close}
        title={t("bulk.retry-title")}
        detail={t("bulk.retry-detail", { max: BULK_MAX_TASKS })}
        submit={t("bulk.submit-retry")}
        hasReason={false}
        onConfirm={() => Promise.resolve(retry())}
      />
    </>
  )
}
