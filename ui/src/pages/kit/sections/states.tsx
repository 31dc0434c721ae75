import { For } from "solid-js"
import { Avatar } from "#src/parts/avatar.tsx"
import { Badge } from "#src/parts/badge.tsx"
import { PresenceDot } from "#src/parts/presence-dot.tsx"
import { StateBadge } from "#src/parts/state-badge.tsx"
import { PRESENCES, TASK_STATES } from "#src/parts/state-table.ts"
import type { Presence, TaskStateName } from "#src/parts/state-table.ts"
import { StatusLine } from "#src/shell/status-line.tsx"
import type { StreamStatus } from "#src/shell/status-model.ts"
import { Specimen } from "#src/pages/kit/specimen.tsx"
import { sample, stateDetails } from "#src/pages/kit/text.ts"
import { t } from "#src/i18n/index.ts"

const STATES = Object.keys(TASK_STATES) as ReadonlyArray<TaskStateName>
const PRESENCE_NAMES = Object.keys(PRESENCES) as ReadonlyArray<Presence>
const TONES = ["neutral", "info", "success", "warning", "danger", "replay"] as const

export function States() {
  return (
    <Specimen title={sample().sections.states}>
      <div data-slot="line">
        <For each={STATES}>{(state) => <StateBadge state={state} detail={stateDetails[state]} />}</For>
      </div>
      <div data-slot="line">
        <For each={TONES}>{(tone) => <Badge tone={tone}>{sample().count}</Badge>}</For>
      </div>
    </Specimen>
  )
}

export function Presences() {
  return (
    <Specimen title={sample().sections.presence}>
      <For each={PRESENCE_NAMES}>
        {(presence) => (
          <div data-slot="line">
            <Avatar name="release crew" presence={presence} />
            <PresenceDot presence={presence} />
            <span aria-hidden="true">{t(PRESENCES[presence].word)}</span>
          </div>
        )}
      </For>
    </Specimen>
  )
}

export function Freshness() {
  const now = Date.now()
  const statuses: ReadonlyArray<StreamStatus> = [
    { kind: "live", position: "48213" },
    { kind: "reconnecting", lostAt: now - 5_000, position: "48213" },
    { kind: "catching-up", behindEvents: 312 },
    { kind: "offline", asOf: now },
    { kind: "session-ended" },
  ]
  return (
    <Specimen title={sample().sections.status}>
      <For each={statuses}>{(status) => <StatusLine status={status} />}</For>
    </Specimen>
  )
}
