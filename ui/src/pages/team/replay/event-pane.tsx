import type { FeedEvent } from "@muster/contracts"
import { For, Show, createEffect, createMemo, createSignal, on, onCleanup } from "solid-js"
import type { JSX } from "solid-js"
import { failureText } from "#src/api/failure.ts"
import type { Failure } from "#src/api/failure.ts"
import { t, tn } from "#src/i18n/index.ts"
import { RELATED_QUIET_MILLIS, RELATED_WITHIN_EVENTS } from "#src/limits.ts"
import { readablePosition } from "#src/lib/time.ts"
import { Button } from "#src/parts/button.tsx"
import { CodeBlock } from "#src/parts/code-block.tsx"
import { CopyButton } from "#src/parts/copy-button.tsx"
import { Pane } from "#src/parts/pane.tsx"
import { nearEvents } from "#src/team/history/related-events.ts"
import { relationsOf } from "#src/team/history/relations.ts"
import type { Related, Relations } from "#src/team/history/relations.ts"
import { sentenceOf } from "#src/team/history/sentence.ts"
import { useTeamSource } from "#src/team/source.ts"
import { byThing, compare } from "#src/pages/team/replay/compare.ts"
import type { ChangedThing } from "#src/pages/team/replay/compare.ts"
import { changesBetween } from "#src/pages/team/replay/changes.ts"
import { failureFrom } from "#src/pages/team/replay/player.ts"
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
      <div data-slot="changes">
        <p data-slot="event-type">
          <code>{props.frame.event.type}</code>
        </p>
        <p>{sentenceOf(props.frame.event, source.view)}</p>
        <Show when={things().length > 0} fallback={<p data-slot="none">{t("replay.nothing")}</p>}>
          <Things things={things()} onOpenTask={props.onOpenTask} />
        </Show>
        <RelatedEvents event={props.frame.event} port={props.port} onGoTo={props.onGoTo} />
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
      <div data-slot="changes">
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

type Answer = { readonly relations: Relations } | { readonly failure: Failure } | undefined

/** Asked for once one stays at a moment: stepping through a history asks nothing. */
function RelatedEvents(props: Pick<EventPaneProps, "port" | "onGoTo"> & { readonly event: FeedEvent }) {
  const [answer, setAnswer] = createSignal<Answer>()
  const ask = async (event: FeedEvent, isWanted: () => boolean) => {
    try {
      const relations = relationsOf(event, await nearEvents(event, props.port.look))
      if (isWanted()) setAnswer({ relations })
    } catch (error) {
      if (isWanted()) setAnswer({ failure: failureFrom(error) })
    }
  }
  createEffect(
    on(
      () => props.event,
      (event) => {
        setAnswer(undefined)
        let isWanted = true
        const timer = setTimeout(() => void ask(event, () => isWanted), RELATED_QUIET_MILLIS)
        onCleanup(() => {
          isWanted = false
          clearTimeout(timer)
        })
      },
    ),
  )
  const found = () => {
    const now = answer()
    return now !== undefined && "relations" in now ? now.relations : undefined
  }
  const failure = () => {
    const now = answer()
    return now !== undefined && "failure" in now ? now.failure : undefined
  }
  return (
    <section data-slot="relations" aria-label={t("timeline.relations")}>
      <Show when={found()}>
        {(relations) => (
          <>
            <Links title={t("timeline.causes")} items={relations().causes} onGoTo={props.onGoTo} />
            <Links title={t("timeline.effects")} items={relations().effects} onGoTo={props.onGoTo} />
          </>
        )}
      </Show>
      <Show when={failure()}>{(why) => <p role="status">{failureText(why())}</p>}</Show>
    </section>
  )
}

interface LinksProps {
  readonly title: string
  readonly items: ReadonlyArray<Related>
  readonly onGoTo: (seq: number) => void
}

function Links(props: LinksProps) {
  const source = useTeamSource()
  return (
    <div data-slot="links">
      <h3>{props.title}</h3>
      <Show
        when={props.items.length > 0}
        fallback={<p data-slot="none">{t("timeline.none-near", { n: RELATED_WITHIN_EVENTS })}</p>}
      >
        <ul>
          <For each={props.items}>
            {({ event, bond }) => (
              <li>
                <button type="button" data-slot="link" onClick={() => props.onGoTo(event.seq)}>
                  <span data-numbers>{readablePosition(event.position)}</span>
                  <span data-slot="text">{sentenceOf(event, source.view)}</span>
                  <span data-slot="bond">{t(`timeline.bond.${bond}`)}</span>
                </button>
              </li>
            )}
          </For>
        </ul>
      </Show>
    </div>
  )
}
