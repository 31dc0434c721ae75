import { useSearchParams } from "@solidjs/router"
import { t } from "#src/i18n/index.ts"
import { Tabs } from "#src/parts/tabs.tsx"
import { may } from "#src/session/may.ts"
import { AllTasks } from "#src/pages/team/tasks/all-tasks.tsx"
import { DeadLetters } from "#src/pages/team/tasks/dead-letters.tsx"
import { TaskMovesProvider } from "#src/pages/team/tasks/task-moves.tsx"
import "./page.css"

/** Every task the team was ever given, and what could not be delivered. */
export default function TeamTasksPage() {
  const [search, setSearch] = useSearchParams<{ tab?: string }>()
  return (
    <div data-component="tasks-page">
      <Tabs
        label={t("tasks.tabs")}
        value={search.tab === "dead" ? "dead" : "all"}
        onChange={(tab) => setSearch({ tab: tab === "dead" ? "dead" : undefined })}
        tabs={[
          {
            value: "all",
            label: t("tasks.tab-all"),
            content: () => (
              <TaskMovesProvider>
                <AllTasks />
              </TaskMovesProvider>
            ),
          },
          ...(may("deadletter.read")
            ? [{ value: "dead", label: t("tasks.tab-dead"), content: () => <DeadLetters /> }]
            : []),
        ]}
      />
    </div>
  )
}
