import { t, tn } from "#src/i18n/index.ts"
import { clockTime, readablePosition } from "#src/lib/time.ts"
import { RECONNECT_BANNER_MILLIS, RECONNECT_WORD_MILLIS } from "#src/limits.ts"
import type { BannerTone } from "#src/parts/banner.tsx"
import type { StateLook } from "#src/parts/state-table.ts"
import { SHAPES } from "#src/parts/state-table.ts"

/** What the live stream says about itself. Nothing else may feed the status line: a request that happens to succeed
 * proves nothing about the feed. Moments are epoch milliseconds. */
export type StreamStatus =
  /** `lagMillis`: how late the newest event came; absent when none came lately. */
  | { readonly kind: "live"; readonly position: string; readonly lagMillis?: number }
  | {
      readonly kind: "reconnecting"
      /** What is shown is as of then. */
      readonly lostAt: number
      readonly position: string
      readonly nextTryAt?: number | undefined
      /** Nothing could be shown so far. */
      readonly isEmpty?: boolean
      /** What is shown was kept then; nothing newer has come since the page was opened. */
      readonly shownAsOf?: number
    }
  /** `behindEvents` is undefined while it is not known how many are to come. */
  | { readonly kind: "catching-up"; readonly behindEvents: number | undefined; readonly shownAsOf?: number }
  | { readonly kind: "offline"; readonly asOf: number }
  | { readonly kind: "session-ended" }
  /** The server is newer than this page. */
  | { readonly kind: "incompatible" }

export interface StatusView {
  readonly look: StateLook
  readonly detail?: string
  readonly banner?: {
    readonly tone: BannerTone
    readonly text: string
    readonly action: "retry" | "sign-in" | "reload" | "none"
  }
}

const LIVE: StateLook = { tone: "success", word: "status.live", shape: SHAPES.disc }
const RECONNECTING: StateLook = { tone: "warning", word: "status.reconnecting", shape: SHAPES.again }
const CATCHING_UP: StateLook = { tone: "info", word: "status.catching-up", shape: SHAPES.half }
const OFFLINE: StateLook = { tone: "neutral", word: "status.offline", shape: SHAPES.ring }
const ENDED: StateLook = { tone: "danger", word: "status.ended", shape: SHAPES.cross }
const INCOMPATIBLE: StateLook = { tone: "warning", word: "status.incompatible", shape: SHAPES.again }

/** What the person sees of a status. A short drop stays silent, a longer one gets a word, a long one the banner. */
export function statusView(status: StreamStatus, now: number): StatusView {
  switch (status.kind) {
    case "live":
      return { look: LIVE, detail: liveText(status) }
    case "reconnecting":
      return reconnectingView(status, now)
    case "catching-up":
      return { look: CATCHING_UP, ...catchingUpDetail(status) }
    case "offline":
      return {
        look: OFFLINE,
        banner: {
          tone: "warning",
          text: t("status.offline-banner", { time: clockTime(status.asOf) }),
          action: "none",
        },
      }
    case "session-ended":
      return { look: ENDED, banner: { tone: "danger", text: t("status.ended-banner"), action: "sign-in" } }
    case "incompatible":
      return {
        look: INCOMPATIBLE,
        banner: { tone: "warning", text: t("status.incompatible-banner"), action: "reload" },
      }
  }
  return status satisfies never
}

const SECOND_MILLIS = 1_000

/** "position 48,213, 0.4 s". Tenths of a second are what a person can make something of. */
function liveText({ position, lagMillis }: Extract<StreamStatus, { kind: "live" }>): string {
  if (lagMillis === undefined) return positionText(position)
  const seconds = (lagMillis / SECOND_MILLIS).toFixed(1)
  return t("status.live-lag", { position: positionText(position), lag: t("time.secs", { n: seconds }) })
}

const positionText = (position: string): string => t("status.live-detail", { position: readablePosition(position) })

function catchingUpDetail(status: Extract<StreamStatus, { kind: "catching-up" }>): Pick<StatusView, "detail"> {
  if (status.behindEvents !== undefined) return { detail: tn("status.catching-up-detail", status.behindEvents) }
  return status.shownAsOf === undefined ? {} : { detail: t("status.as-of", { time: clockTime(status.shownAsOf) }) }
}

function reconnectingView(status: Extract<StreamStatus, { kind: "reconnecting" }>, now: number): StatusView {
  const lostMillis = now - status.lostAt
  const isFresh = status.isEmpty !== true && status.shownAsOf === undefined
  // What was live a moment ago still is; what never was live is not called so.
  if (lostMillis < RECONNECT_WORD_MILLIS)
    return isFresh ? { look: LIVE, detail: positionText(status.position) } : { look: CATCHING_UP }
  if (lostMillis < RECONNECT_BANNER_MILLIS) return { look: RECONNECTING }
  const waitMillis = status.nextTryAt === undefined ? 0 : status.nextTryAt - now
  const seconds = Math.ceil(waitMillis / 1_000)
  return { look: RECONNECTING, banner: { tone: "warning", text: lostText(status, seconds), action: "retry" } }
}

function lostText(status: Extract<StreamStatus, { kind: "reconnecting" }>, seconds: number): string {
  if (status.isEmpty === true)
    return seconds > 0 ? t("status.unreachable-banner", { seconds }) : t("status.unreachable-banner-now")
  const time = clockTime(status.shownAsOf ?? status.lostAt)
  return seconds > 0 ? t("status.stale-banner", { time, seconds }) : t("status.stale-banner-now", { time })
}
