import type { FeedEvent } from "@muster/contracts"
import { A } from "@solidjs/router"
import Rewind from "lucide-solid/icons/rewind"
import X from "lucide-solid/icons/x"
import { t } from "#src/i18n/index.ts"
import { absoluteTime, millisOf, readablePosition } from "#src/lib/time.ts"
import { CodeBlock } from "#src/parts/code-block.tsx"
import { CopyButton } from "#src/parts/copy-button.tsx"
import { IconButton } from "#src/parts/icon-button.tsx"
import type { Look } from "#src/team/history/related-events.ts"
import { RelatedEvents } from "#src/team/history/related.tsx"
import { sentenceOf } from "#src/team/history/sentence.ts"
import { actorName } from "#src/team/names.ts"
import { useTeamSource } from "#src/team/source.ts"
import { teamViewPath } from "#src/pages/team/views.ts"

const JSON_INDENT = 2

export interface DetailProps {
  readonly event: FeedEvent
  readonly look: Look
  readonly onGoTo: (event: FeedEvent) => void
  readonly onClose: () => void
}

/** One event in full, beside the list: what it says, cause and effects, its record, and the ways on. */
export function EventDetail(props: DetailProps) {
  const source = useTeamSource()
  const link = () => {
    const url = new URL(window.location.href)
    url.searchParams.set("pos", props.event.position)
    return url.href
  }
  return (
    <aside data-slot="detail" aria-label={t("history.detail")}>
      <header>
        <h2>{props.event.type}</h2>
        <CopyButton text={link()} label={t("history.copy-link")} />
        <IconButton icon={X} label={t("history.close-detail")} keys="escape" onClick={() => props.onClose()} />
      </header>
      <p>{sentenceOf(props.event, source.view)}</p>
      <p data-slot="about">
        {t("history.about", {
          position: readablePosition(props.event.position),
          who: actorName(source.view, props.event.meta.actor),
          time: absoluteTime(millisOf(props.event.at)),
        })}
      </p>
      <A
        data-component="button"
        data-variant="secondary"
        href={`${teamViewPath(source.teamId, "replay")}?at=${props.event.position}`}
      >
        <Rewind size={14} aria-hidden="true" />
        {t("history.replay")}
      </A>
      <RelatedEvents event={props.event} look={props.look} onGoTo={props.onGoTo} />
      <CodeBlock label={t("history.raw")} code={JSON.stringify(props.event, undefined, JSON_INDENT)} />
    </aside>
  )
}
