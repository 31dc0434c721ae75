import { For, Show, createMemo, createSignal } from "solid-js"
import type { JSX } from "solid-js"
import { t, tn } from "#src/i18n/index.ts"
import { Button } from "#src/parts/button.tsx"
import { CodeBlock } from "#src/parts/code-block.tsx"
import { CopyButton } from "#src/parts/copy-button.tsx"
import { Pane } from "#src/parts/pane.tsx"
import { RelatedEvents } from "#src/team/history/related.tsx"
import { sentenceOf } from "#src/team/history/sentence.ts"
import { useTeamSource } from "#src/team/source.ts"
import { byThing, compare } from "#src/pages/team/replay/compare.ts"
import type { ChangedThing } from "#src/pages/team/replay/compare.ts"
import { changesBetween } from "#src/pages/team/replay/changes.ts"
import type { ReplayPort } from "#src/pages/team/replay/port.ts"
import type { Frame } from "#src/pages/team/replay/tape.ts"

const JSON_INDENT = 2

export interface EventPaneProps {
  readonly frame: Frame
  /** The moment that is compared with, while one compares. */
  readonly anchor: Frame | undefined
  readonly port: ReplayPort
  readonly onGoTo: (seq: number) => void
  readonly onOpenTask: (id: string) => void
}

/** The event in sight: what it changed, what led to it and what it led to, and its record. Or two moments side by side. */
export function EventPane(props: EventPaneProps): JSX.Element {
  return (
    <Show when={props.anchor} fallback={<OneEvent {...props} />}>
      {(anchor) => <TwoMoments frame={props.frame} anchor={anchor()} onOpenTask={props.onOpenTask} />}
    </Show>
  )
}

function OneEvent(props: EventPaneProps): JSX.Element {
  const source = useTeamSource()
  const [isRaw, setRaw] = createSignal(false)
  const things = createMemo(() => byThing(changesBetween(props.frame.before, props.frame.view)))
  const raw = () => JSON.stringify(props.frame.event, undefined, JSON_INDENT)
  return (
    <Pane
      title={t("replay.changed")}
      actions={
        <>
          <Button variant="ghost" aria-pressed={isRaw()} onClick={() => setRaw(!isRaw())}>
            {t("timeline.json")}
          </Button>
          <CopyButton text={window.location.href} label={t("replay.copy-link")} />
        </>
      }
    >
      {/* What scrolls must be reachable by keyboard, also when there is nothing to press in it. */}
      <div data-slot="changes" role="group" aria-label={t("timeline.event")} tabindex="0">
        <p data-slot="event-type">
          <code>{props.frame.event.type}</code>
        </p>
        <p>{sentenceOf(props.frame.event, source.view)}</p>
        <Show when={things().length > 0} fallback={<p data-slot="none">{t("replay.nothing")}</p>}>
          <Things things={things()} onOpenTask={props.onOpenTask} />
        </Show>
        <RelatedEvents event={props.frame.event} look={props.port.look} onGoTo={(event) => props.onGoTo(event.seq)} />
        <Show when={isRaw()}>
          <CodeBlock label={t("history.raw")} code={raw()} />
        </Show>
      </div>
    </Pane>
  )
}

interface TwoMomentsProps {
  readonly frame: Frame
  readonly anchor: Frame
  readonly onOpenTask: (id: string) => void
}

function TwoMoments(props: TwoMomentsProps): JSX.Element {
  const found = createMemo(() => compare(props.anchor, props.frame))
  const letters = () => (props.anchor.seq <= props.frame.seq ? { from: "A", to: "B" } : { from: "B", to: "A" })
  return (
    <Pane title={t("timeline.compared")} meta={tn("timeline.things", found().things.length)}>
      <div data-slot="changes" role="group" aria-label={t("timeline.compared")} tabindex="0">
        <p data-slot="event-type">
          {t("timeline.between", { from: found().earlier, to: found().later, a: letters().from, b: letters().to })}
        </p>
        <Show when={found().things.length > 0} fallback={<p data-slot="none">{t("timeline.same")}</p>}>
          <Things things={found().things} onOpenTask={props.onOpenTask} />
        </Show>
      </div>
    </Pane>
  )
}

function Things(props: { readonly things: ReadonlyArray<ChangedThing>; readonly onOpenTask: (id: string) => void }) {
  return (
    <ul data-slot="things">
      <For each={props.things}>
        {(thing) => (
          <li>
            <h3>
              <Show when={thing.taskId} fallback={thing.subject}>
                {(id) => (
                  <button type="button" data-slot="task" onClick={() => props.onOpenTask(id())}>
                    {thing.subject}
                  </button>
                )}
              </Show>
              <Show when={thing.isNew}>
                <span data-slot="new"> {t("timeline.new")}</span>
              </Show>
            </h3>
            <dl>
              <For each={thing.changes}>
                {(change) => (
                  <div>
                    <dt>{change.field}</dt>
                    <dd>
                      <strong>{change.to}</strong>
                      <Show when={change.from}>{(from) => <span> {t("replay.was", { from: from() })}</span>}</Show>
                    </dd>
                  </div>
                )}
              </For>
            </dl>
          </li>
        )}
      </For>
    </ul>
  )
}
