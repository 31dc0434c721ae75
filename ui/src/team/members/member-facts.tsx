import type { MemberDoc } from "@muster/contracts"
import { Show } from "solid-js"
import { t } from "#src/i18n/index.ts"
import { millisOf } from "#src/lib/time.ts"
import { Badge } from "#src/parts/badge.tsx"
import type { Tone } from "#src/parts/badge.tsx"
import { RelativeTime } from "#src/parts/relative-time.tsx"
import { StateIcon } from "#src/parts/state-icon.tsx"
import { SHAPES } from "#src/parts/state-table.ts"
import type { Shape } from "#src/parts/state-table.ts"
import type { WorkWord } from "#src/team/members/work.ts"

const LOOKS: Readonly<Record<WorkWord, { readonly tone: Tone; readonly shape: Shape }>> = {
  idle: { tone: "neutral", shape: SHAPES.ring },
  working: { tone: "info", shape: SHAPES.half },
  "needs-you": { tone: "warning", shape: SHAPES.triangle },
  "waiting-for-it": { tone: "neutral", shape: SHAPES.clock },
}

/** What a member does: the one of its two facts. */
export function WorkBadge(props: { readonly word: WorkWord }) {
  return (
    <Badge tone={LOOKS[props.word].tone} icon={<StateIcon shape={{ ...LOOKS[props.word].shape }} />}>
      {t(`member.work.${props.word}`)}
    </Badge>
  )
}

/** The same without its word, where the word stands elsewhere. */
export function WorkShape(props: { readonly word: WorkWord }) {
  return <StateIcon shape={{ ...LOOKS[props.word].shape, isSpinning: false }} size={10} />
}

/** Whether it is there: "Online", "Never seen", or since when it is gone. The other fact. */
export function PresenceWords(props: { readonly member: MemberDoc; readonly now: number }) {
  return (
    <Show
      when={props.member.presence === "offline" && props.member.presenceSince}
      fallback={t(props.member.presence === "online" ? "presence.online" : "member.never-seen")}
    >
      {(since) => (
        <>
          {t("member.offline-since")} <RelativeTime at={millisOf(since())} now={props.now} />
        </>
      )}
    </Show>
  )
}
