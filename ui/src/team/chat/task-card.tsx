import type { TaskDoc } from "@muster/contracts"
import { API_PREFIX } from "@muster/contracts"
import { isClosed } from "@muster/domain"
import Download from "lucide-solid/icons/download"
import { For, Show } from "solid-js"
import { t, tn } from "#src/i18n/index.ts"
import { hinted } from "#src/lib/hint.ts"
import { absoluteTime, minuteTime, millisOf, sizeText } from "#src/lib/time.ts"
import { CARD_FILES_SHOWN, CARD_RESULT_SHOWN_CHARS } from "#src/limits.ts"
import { Progress } from "#src/parts/progress.tsx"
import { StateBadge } from "#src/parts/state-badge.tsx"
import { failureWords } from "#src/team/history/failure-words.ts"
import type { PartsDone } from "#src/team/chat/turns.ts"
import { actorName, targetLabel, taskLabel } from "#src/team/names.ts"
import { useTeamSource } from "#src/team/source.ts"
import { taskLook } from "#src/team/task-look.ts"
import { whyItWaits } from "#src/team/task/waits.ts"
import "./task-card.css"

export interface TaskCardProps {
  readonly task: TaskDoc
  readonly onOpen: (id: string) => void
}

/** A task as it stands now, wherever it is talked about. */
export function TaskLink(props: TaskCardProps) {
  const source = useTeamSource()
  const look = () => taskLook(props.task, source.view, source.now())
  return (
    <button type="button" data-component="task-link" data-slot="card" onClick={() => props.onOpen(props.task.id)}>
      <span data-slot="card-head">
        <StateBadge state={look().state} detail={look().detail} />
        <strong>{taskLabel(props.task.number)}</strong>
        <span>{t("panel.to", { member: targetLabel(source.view, props.task) })}</span>
      </span>
      <span data-slot="card-title">{props.task.title}</span>
    </button>
  )
}

const artifactPath = (team: string, task: string, sha256: string): string =>
  `${API_PREFIX}/teams/${team}/tasks/${task}/artifacts/${sha256}`

/** A dispatched task in the chat, from its beginning to its result: one card that changes in place, however much happens to it. */
export function TaskCard(props: TaskCardProps & { readonly parts?: PartsDone | undefined }) {
  const source = useTeamSource()
  const look = () => taskLook(props.task, source.view, source.now())
  const isOpen = () => !isClosed(props.task.phase)
  const result = () => (props.task.phase === "succeeded" ? (props.task.result?.summary.trim() ?? "") : "")
  const failure = () =>
    !isOpen() && props.task.phase !== "succeeded" && props.task.phase !== "cancelled" ? props.task.failure : null
  const asked = () => props.task.questions[0]?.text ?? props.task.approvals[0]?.action
  const shownFiles = () => props.task.artifacts.slice(0, CARD_FILES_SHOWN)
  return (
    <article
      data-component="task-card"
      data-open={isOpen()}
      aria-label={t("card.label", { task: taskLabel(props.task.number) })}
    >
      <p data-slot="by">
        <span>{t("card.dispatched", { who: actorName(source.view, props.task.createdBy) })}</span>
        <time ref={hinted(() => absoluteTime(millisOf(props.task.createdAt)))} datetime={props.task.createdAt}>
          {minuteTime(millisOf(props.task.createdAt))}
        </time>
      </p>
      <div data-slot="box">
        <div data-slot="head">
          <StateBadge state={look().state} detail={look().detail} />
          <button type="button" data-slot="open" onClick={() => props.onOpen(props.task.id)}>
            <strong>{taskLabel(props.task.number)}</strong> <span>{props.task.title}</span>
          </button>
          <span data-slot="to">{t("panel.to", { member: targetLabel(source.view, props.task) })}</span>
        </div>
        <Show when={isOpen() && props.task.percent !== null}>
          <Progress
            label={t("tasks.progress-of", { task: taskLabel(props.task.number) })}
            percent={props.task.percent ?? 0}
          />
        </Show>
        <Show when={isOpen() ? (asked() ?? whyItWaits(props.task, source.view) ?? props.task.doing?.text) : undefined}>
          {(text) => (
            <p data-slot="now" data-asked={asked() !== undefined} title={text()}>
              {text()}
            </p>
          )}
        </Show>
        <Show when={result() !== ""}>
          <p data-slot="result">{result().slice(0, CARD_RESULT_SHOWN_CHARS)}</p>
        </Show>
        <Show when={failure()}>
          {(found) => (
            <p data-slot="failure">
              <strong>{failureWords(found().reason)}</strong>
              <Show when={found().message !== ""}>{` ${found().message}`}</Show>
            </p>
          )}
        </Show>
        <Show when={props.task.artifacts.length > 0}>
          <ul data-slot="files" aria-label={t("panel.artifacts")}>
            <For each={shownFiles()}>
              {(artifact) => (
                <li>
                  <a
                    href={artifactPath(source.teamId, props.task.id, artifact.sha256)}
                    download={artifact.name.split("/").at(-1) ?? artifact.name}
                  >
                    <span class="visually-hidden">{t("attach.download")} </span>
                    <Download size={12} aria-hidden="true" />
                    <span>{artifact.name}</span> <span data-numbers>{sizeText(artifact.size)}</span>
                  </a>
                </li>
              )}
            </For>
          </ul>
        </Show>
        <div data-slot="foot">
          <Show when={props.parts}>
            {(parts) => <span data-numbers>{t("card.parts", { done: parts().done, of: parts().of })}</span>}
          </Show>
          <button type="button" data-slot="events" onClick={() => props.onOpen(props.task.id)}>
            {tn("card.events", props.task.revision)}
          </button>
          <Show when={props.task.artifacts.length > CARD_FILES_SHOWN}>
            <span>{tn("card.more-files", props.task.artifacts.length - CARD_FILES_SHOWN)}</span>
          </Show>
        </div>
      </div>
    </article>
  )
}
