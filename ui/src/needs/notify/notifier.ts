import type { NeedItem } from "@muster/contracts"
import { t, tn } from "#src/i18n/index.ts"
import { leadNotifications } from "#src/needs/notify/leader.ts"
import { mayNotify, newcomers, noticesOf } from "#src/needs/notify/model.ts"
import type { Notice } from "#src/needs/notify/model.ts"
import { isQuietOn, notifications, quietHours, sound } from "#src/needs/notify/preferences.ts"
import { playTones } from "#src/needs/notify/sound.ts"
import { NEED_LOOKS, needHref, needReason, needTitle } from "#src/needs/words.ts"

export interface Notifier {
  /** The list is this now. */
  readonly saw: (items: ReadonlyArray<NeedItem>) => void
  readonly stop: () => void
}

/** Whether this browser has notifications of the system at all. */
export const canNotify = (): boolean => typeof Notification !== "undefined"

const words = (
  notice: Notice,
): { readonly title: string; readonly body: string; readonly tag: string; readonly href: string } => {
  if (notice.kind === "many")
    return { title: t("app.name"), body: tn("needs.notice-many", notice.count), tag: "needs", href: "/" }
  const { item } = notice
  const title = t("needs.notice-title", { kind: t(NEED_LOOKS[item.kind].word), team: item.teamName })
  return { title, body: `${needTitle(item)}\n${needReason(item)}`, tag: item.id, href: needHref(item) }
}

/** Tells of what is new in the list, in one tab of the browser and only when the person wants to be told. */
export function createNotifier({ open }: { readonly open: (href: string) => void }): Notifier {
  const leader = leadNotifications()
  let seen: ReadonlySet<string> | undefined

  const isAllowed = (): boolean => {
    const clock = new Date()
    return mayNotify({
      isEnabled: notifications.value(),
      isPermitted: canNotify() && Notification.permission === "granted",
      isLeader: leader.isLeader(),
      isInSight: document.hasFocus(),
      quiet: isQuietOn.value() ? quietHours.value() : undefined,
      minuteOfDay: clock.getHours() * 60 + clock.getMinutes(),
    })
  }

  const show = (notice: Notice): void => {
    const { title, body, tag, href } = words(notice)
    const shown = new Notification(title, { body, tag, icon: "/favicon.svg" })
    shown.addEventListener("click", () => {
      window.focus()
      open(href)
      shown.close()
    })
  }

  return {
    saw: (items) => {
      const fresh = newcomers(seen, items)
      seen = new Set(items.map(({ id }) => id))
      if (fresh.length === 0 || !isAllowed()) return
      for (const notice of noticesOf(fresh)) show(notice)
      if (sound.value()) playTones()
    },
    stop: leader.stop,
  }
}
