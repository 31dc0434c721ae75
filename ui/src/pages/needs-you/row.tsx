import { A } from "@solidjs/router"
import type { NeedItem } from "@muster/contracts"
import AlarmClock from "lucide-solid/icons/alarm-clock"
import Check from "lucide-solid/icons/check"
import Undo from "lucide-solid/icons/undo-2"
import { Show } from "solid-js"
import { failureText } from "#src/api/failure.ts"
import { t } from "#src/i18n/index.ts"
import { absoluteTime, millisOf } from "#src/lib/time.ts"
import { NEED_LOOKS, needHref, needReason, needTitle } from "#src/needs/words.ts"
import { Banner } from "#src/parts/banner.tsx"
import { Badge } from "#src/parts/badge.tsx"
import { Button } from "#src/parts/button.tsx"
import { IconButton } from "#src/parts/icon-button.tsx"
import { Menu } from "#src/parts/menu.tsx"
import { RelativeTime } from "#src/parts/relative-time.tsx"
import { StateIcon } from "#src/parts/state-icon.tsx"
import { may } from "#src/session/may.ts"
import { NeedDetail } from "#src/pages/needs-you/deeds.tsx"
import type { Marks } from "#src/pages/needs-you/marks.ts"
import type { Grouping } from "#src/pages/needs-you/model.ts"
import { SNOOZES } from "#src/pages/needs-you/snooze.ts"

export interface NeedRowProps {
  readonly item: NeedItem
  /** What the heading above says, the row need not say again. */
  readonly grouping: Grouping
  /** J and K stand here. */
  readonly isChosen: boolean
  readonly isOpen: boolean
  readonly isSnoozing: boolean
  readonly marks: Marks
  readonly onChoose: () => void
  readonly onToggle: () => void
  readonly onSnoozing: (open: boolean) => void
  readonly onDone: () => void
}

/** One thing that waits: who, what, since when and why in one line; what can be done about it below, on demand. */
export function NeedRow(props: NeedRowProps) {
  const look = () => NEED_LOOKS[props.item.kind]
  const detailId = () => `need-${props.item.position}`
  return (
    <li
      data-component="need"
      data-need={props.item.id}
      data-open={props.isOpen}
      tabindex={props.isChosen ? 0 : -1}
      aria-label={t("needs.row", { kind: t(look().word), what: needTitle(props.item), reason: needReason(props.item) })}
      onFocusIn={() => props.onChoose()}
    >
      <div data-slot="line">
        <span data-slot="sign" data-tone={look().tone}>
          <StateIcon shape={look().shape} size={13} />
        </span>
        <div data-slot="what">
          <span data-slot="title">{needTitle(props.item)}</span>
          <span data-slot="reason">{needReason(props.item)}</span>
        </div>
        <div data-slot="facts">
          <Show when={props.grouping !== "kind"}>
            <Badge tone={look().tone}>{t(look().word)}</Badge>
          </Show>
          <Show when={props.item.task !== null && props.item.memberHandle}>{(handle) => <span>@{handle()}</span>}</Show>
          <Show when={props.grouping !== "team"}>
            <span data-slot="team">{props.item.teamName}</span>
          </Show>
          <RelativeTime at={millisOf(props.item.since)} />
        </div>
        <div data-slot="tools">
          <Show when={snoozedUntil(props.item)}>
            {(until) => <span data-slot="until">{t("needs.until", { time: absoluteTime(millisOf(until())) })}</span>}
          </Show>
          <Button
            variant={props.isOpen ? "secondary" : "ghost"}
            aria-expanded={props.isOpen}
            aria-controls={detailId()}
            onClick={() => props.onToggle()}
          >
            {props.isOpen ? t("needs.close") : t(OPENERS[props.item.kind])}
          </Button>
          <A data-component="button" data-variant="ghost" href={needHref(props.item)}>
            {t("needs.open")}
          </A>
          <Show when={may("needs.mark")}>
            <Show
              when={props.item.mark === null}
              fallback={
                <IconButton
                  icon={Undo}
                  label={t("needs.restore")}
                  onClick={() => void props.marks.restore(props.item)}
                />
              }
            >
              <Menu
                open={props.isSnoozing}
                onOpenChange={(open) => props.onSnoozing(open)}
                trigger={{ "data-component": "icon-button", "aria-label": t("needs.snooze") }}
                items={SNOOZES.map((snooze) => ({
                  label: t(`needs.snooze.${snooze}`),
                  run: () => void props.marks.snooze(props.item, snooze),
                }))}
              >
                <AlarmClock size={16} aria-hidden="true" />
              </Menu>
              <IconButton icon={Check} label={t("needs.done")} onClick={() => props.onDone()} />
            </Show>
          </Show>
        </div>
      </div>
      <Show when={props.marks.failureOf(props.item.id)}>
        {(failure) => <Banner tone="danger">{failureText(failure())}</Banner>}
      </Show>
      <div id={detailId()}>
        <Show when={props.isOpen}>
          <NeedDetail item={props.item} />
        </Show>
      </div>
    </li>
  )
}

/** What the button that opens a row promises. */
const OPENERS = {
  approval: "needs.decide",
  question: "needs.answer",
  stuck: "needs.look",
  failed: "needs.look",
  "dead-letter": "needs.look",
} as const satisfies Record<NeedItem["kind"], string>

const snoozedUntil = (item: NeedItem): string | undefined =>
  item.mark?.kind === "snoozed" ? item.mark.until : undefined
