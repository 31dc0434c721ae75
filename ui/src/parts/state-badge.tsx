import { t } from "#src/i18n/index.ts"
import { StateIcon } from "#src/parts/state-icon.tsx"
import { TASK_STATES } from "#src/parts/state-table.ts"
import type { StateLook, TaskStateName } from "#src/parts/state-table.ts"
import "./badge.css"

export interface StateBadgeProps {
  readonly state: TaskStateName
  /** What the word alone leaves open: "62%", "T-116", "2/5", "in 40s". */
  readonly detail?: string | undefined
}

/** The state of a task: shape, word and colour. */
export function StateBadge(props: StateBadgeProps) {
  const look = (): StateLook => TASK_STATES[props.state]
  return (
    <span
      data-component="badge"
      data-state={props.state}
      data-tone={look().tone}
      data-struck={look().isStruck === true}
    >
      <StateIcon shape={look().shape} />
      <span data-slot="word">{props.detail === undefined ? t(look().word) : `${t(look().word)} ${props.detail}`}</span>
    </span>
  )
}
