import type { FeedEvent } from "@muster/contracts"
import { For, Show, createEffect, createSignal, on, onCleanup } from "solid-js"
import { failureOf, failureText } from "#src/api/failure.ts"
import type { Failure } from "#src/api/failure.ts"
import { t } from "#src/i18n/index.ts"
import { RELATED_QUIET_MILLIS, RELATED_WITHIN_EVENTS } from "#src/limits.ts"
import { readablePosition } from "#src/lib/time.ts"
import { nearEvents } from "#src/team/history/related-events.ts"
import type { Look } from "#src/team/history/related-events.ts"
import { relationsOf } from "#src/team/history/relations.ts"
import type { Related, Relations } from "#src/team/history/relations.ts"
import { sentenceOf } from "#src/team/history/sentence.ts"
import { useTeamSource } from "#src/team/source.ts"
import "./related.css"

export interface RelatedEventsProps {
  readonly event: FeedEvent
  readonly look: Look
  readonly onGoTo: (event: FeedEvent) => void
}

/** What led to an event and what it led to. Asked for once one stays at it: stepping through a history asks nothing. */
export function RelatedEvents(props: RelatedEventsProps) {
  const [relations, setRelations] = createSignal<Relations>()
  const [failure, setFailure] = createSignal<Failure>()
  const ask = async (event: FeedEvent, isWanted: () => boolean) => {
    try {
      const found = relationsOf(event, await nearEvents(event, props.look))
      if (isWanted()) setRelations(found)
    } catch (error) {
      if (isWanted()) setFailure(failureOf(error))
    }
  }
  createEffect(
    on(
      () => props.event,
      (event) => {
        setRelations(undefined)
        setFailure(undefined)
        let isWanted = true
        const timer = setTimeout(() => void ask(event, () => isWanted), RELATED_QUIET_MILLIS)
        onCleanup(() => {
          isWanted = false
          clearTimeout(timer)
        })
      },
    ),
  )
  return (
    <section data-component="related" aria-label={t("timeline.relations")}>
      <Show when={relations()}>
        {(found) => (
          <>
            <Links title={t("timeline.causes")} items={found().causes} onGoTo={props.onGoTo} />
            <Links title={t("timeline.effects")} items={found().effects} onGoTo={props.onGoTo} />
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
  readonly onGoTo: (event: FeedEvent) => void
}

function Links(props: LinksProps) {
  const source = useTeamSource()
  return (
    <div>
      <h3>{props.title}</h3>
      <Show when={props.items.length > 0} fallback={<p>{t("timeline.none-near", { n: RELATED_WITHIN_EVENTS })}</p>}>
        <ul>
          <For each={props.items}>
            {({ event, bond }) => (
              <li>
                <button type="button" data-slot="link" onClick={() => props.onGoTo(event)}>
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
