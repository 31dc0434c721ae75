import type { ScheduleDoc } from "@muster/contracts"
import { useSearchParams } from "@solidjs/router"
import CalendarClock from "lucide-solid/icons/calendar-clock"
import { For, Match, Show, Switch, createMemo, createSignal } from "solid-js"
import { commands } from "#src/api/commands.ts"
import { failureOf, failureText } from "#src/api/failure.ts"
import { useCommands } from "#src/commands/context.ts"
import { titled } from "#src/commands/titled.ts"
import { t } from "#src/i18n/index.ts"
import { Button } from "#src/parts/button.tsx"
import { EmptyState } from "#src/parts/empty-state.tsx"
import type { MenuItem } from "#src/parts/menu.tsx"
import { Skeleton } from "#src/parts/skeleton.tsx"
import { Table } from "#src/parts/table.tsx"
import { showToast } from "#src/parts/toast.tsx"
import { createPreference } from "#src/lib/preferences.ts"
import { may } from "#src/session/may.ts"
import { ConfirmWithReason } from "#src/team/confirm-with-reason.tsx"
import { useLiveTeam } from "#src/team/live-team.ts"
import { asDraft, emptyDraft } from "#src/pages/team/dispatch/draft.ts"
import type { DispatchDraft } from "#src/pages/team/dispatch/draft.ts"
import { usePeek } from "#src/pages/team/peek.ts"
import { fromDispatch } from "#src/pages/team/schedules/schedule-draft.ts"
import { ScheduleDialog } from "#src/pages/team/schedules/schedule-dialog.tsx"
import { ScheduleRow } from "#src/pages/team/schedules/schedule-row.tsx"
import "./page.css"

type Asked =
  | { readonly kind: "new" | "draft" }
  | { readonly kind: "edit" | "pause" | "delete"; readonly schedule: ScheduleDoc }

/** Work that comes again and again: what is due next, and what can be done about it. */
export default function TeamSchedulesPage() {
  const team = useLiveTeam()
  const peek = usePeek()
  const [search, setSearch] = useSearchParams<{ new?: string }>()
  // From the dispatch panel: with what stands there.
  const [asked, setAsked] = createSignal<Asked | undefined>(search.new === "draft" ? { kind: "draft" } : undefined)
  const written = createPreference<DispatchDraft>(`dispatch.${team.teamId}`, emptyDraft, asDraft).value
  const schedules = createMemo(() =>
    Object.values(team.view.schedules).toSorted((a, b) => b.createdAt.localeCompare(a.createdAt)),
  )
  const mayManage = () => may("schedule.manage") && team.view.team?.isArchived === false
  const create = () => setAsked({ kind: "new" })
  const close = (isOpen: boolean) => {
    if (isOpen) return
    setAsked(undefined)
    setSearch({ new: undefined }, { replace: true })
  }
  const paramsOf = (schedule: ScheduleDoc) => ({ team: team.teamId, schedule: schedule.id })
  const about = (kind: "edit" | "pause" | "delete"): ScheduleDoc | undefined => {
    const now = asked()
    return now?.kind === kind ? now.schedule : undefined
  }

  useCommands(() =>
    mayManage() ? [{ id: "schedules.new", ...titled("schedule.new"), group: "act", keys: "n", run: create }] : [],
  )

  const resume = async (schedule: ScheduleDoc) => {
    try {
      await commands.resumeSchedule({ params: paramsOf(schedule) })
    } catch (error) {
      showToast({ tone: "danger", title: schedule.spec.name, detail: failureText(failureOf(error)) })
    }
  }
  const pause = async (schedule: ScheduleDoc | undefined, reason: string) => {
    if (schedule !== undefined) await commands.pauseSchedule({ params: paramsOf(schedule), body: { reason } })
  }
  const remove = async (schedule: ScheduleDoc | undefined, reason: string) => {
    if (schedule === undefined) return
    await commands.deleteSchedule({ params: paramsOf(schedule), body: { reason } })
    showToast({ tone: "success", title: t("schedule.deleted", { name: schedule.spec.name }) })
  }
  const items = (schedule: ScheduleDoc): ReadonlyArray<MenuItem> =>
    mayManage()
      ? [
          { label: t("schedule.edit"), run: () => setAsked({ kind: "edit", schedule }) },
          schedule.isPaused
            ? { label: t("schedule.resume"), run: () => void resume(schedule) }
            : { label: t("schedule.pause"), run: () => setAsked({ kind: "pause", schedule }) },
          {
            label: t("schedule.delete"),
            danger: true,
            startsGroup: true,
            run: () => setAsked({ kind: "delete", schedule }),
          },
        ]
      : []

  return (
    <Show when={team.view.team} fallback={<Skeleton lines={5} />}>
      <div data-component="schedules">
        <Show
          when={schedules().length > 0}
          fallback={
            <EmptyState
              icon={CalendarClock}
              title={t("schedule.empty")}
              detail={t("schedule.empty-detail")}
              action={
                <Show when={mayManage()}>
                  <Button variant="primary" onClick={create}>
                    {t("schedule.new")}
                  </Button>
                </Show>
              }
            />
          }
        >
          <Show when={mayManage()}>
            <div data-slot="actions">
              <Button onClick={create}>{t("schedule.new")}</Button>
            </div>
          </Show>
          <Table
            columns={[t("schedule.column-name"), t("schedule.cron"), t("schedule.next"), t("schedule.last")]}
            hasActions
          >
            <For each={schedules()}>
              {(schedule) => (
                <ScheduleRow schedule={schedule} items={items(schedule)} onOpenTask={(id) => peek.open(id)} />
              )}
            </For>
          </Table>
        </Show>
      </div>
      <Switch>
        <Match when={asked()?.kind === "new"}>
          <ScheduleDialog onOpenChange={close} />
        </Match>
        <Match when={asked()?.kind === "draft"}>
          <ScheduleDialog beginning={fromDispatch(written())} onOpenChange={close} />
        </Match>
        <Match when={about("edit")} keyed>
          {(schedule) => <ScheduleDialog schedule={schedule} onOpenChange={close} />}
        </Match>
      </Switch>
      <ConfirmWithReason
        open={about("pause") !== undefined}
        onOpenChange={close}
        title={t("schedule.pause-title", { name: about("pause")?.spec.name ?? "" })}
        detail={t("schedule.pause-detail")}
        submit={t("schedule.pause-submit")}
        onConfirm={(reason) => pause(about("pause"), reason)}
      />
      <ConfirmWithReason
        open={about("delete") !== undefined}
        onOpenChange={close}
        title={t("schedule.delete-title", { name: about("delete")?.spec.name ?? "" })}
        detail={t("schedule.delete-detail")}
        submit={t("schedule.delete-submit")}
        onConfirm={(reason) => remove(about("delete"), reason)}
      />
    </Show>
  )
}
