import { t } from "#src/i18n/index.ts"

/** Names of the columns of rows of tasks. Hidden from screen readers: a row is one thing to them and tells itself. */
export function TaskHead() {
  return (
    <div data-component="task-head" aria-hidden="true">
      <span>{t("tasks.column-task")}</span>
      <span>{t("tasks.column-title")}</span>
      <span>{t("tasks.column-member")}</span>
      <span>{t("tasks.column-state")}</span>
      <span>{t("tasks.column-age")}</span>
    </div>
  )
}
