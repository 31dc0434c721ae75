import { openNeedsStream } from "@muster/client"
import type { StreamStatus as ClientStatus } from "@muster/client"
import { useNavigate } from "@solidjs/router"
import { createEffect, on, onCleanup } from "solid-js"
import { failureOf } from "#src/api/failure.ts"
import { reads } from "#src/api/reads.ts"
import { NEEDS_RELOAD_MILLIS, NEEDS_RETRY_MILLIS, TIMER_MAX_MILLIS } from "#src/limits.ts"
import { millisOf } from "#src/lib/time.ts"
import { showFavicon } from "#src/needs/favicon.ts"
import { createNotifier } from "#src/needs/notify/notifier.ts"
import { makeReloader } from "#src/needs/reloader.ts"
import { forgetNeeds, needs, needsTotal, offerReload, setNeeds } from "#src/needs/state.ts"
import { noteSessionEnded, sessionState } from "#src/session/session.ts"
import { statusFrom } from "#src/team/stream-status.ts"

export interface NeedsKeeperProps {
  readonly orgId: string
  /** For tests. */
  readonly open?: typeof openNeedsStream
}

/**
 * Keeps what waits for the person as of now, for as long as somebody is signed in: one stream tells that the list changed, then it is
 * read. Snoozed things come back by a timer on the server's clock. Draws nothing.
 */
export default function NeedsKeeper(props: NeedsKeeperProps) {
  const navigate = useNavigate()
  let returning: ReturnType<typeof setTimeout> | undefined
  let retrying: ReturnType<typeof setTimeout> | undefined
  let position = "0"

  const comeBackAt = (at: string | null, now: string): void => {
    clearTimeout(returning)
    const millis = at === null ? Number.NaN : millisOf(at) - millisOf(now)
    // A clock that cannot be read starts no timer, which would never stop.
    if (Number.isNaN(millis)) return
    returning = setTimeout(() => void reloader.ask(), Math.min(Math.max(0, millis), TIMER_MAX_MILLIS))
  }

  const load = async (atLeast: string | undefined): Promise<void> => {
    const { show, rows } = needs.wanted()
    const query = atLeast === undefined ? { limit: rows } : { limit: rows, atLeast }
    clearTimeout(retrying)
    try {
      const [open, other] = await Promise.all([
        reads.listNeeds({ query }),
        show === "open" ? undefined : reads.listNeeds({ query: { ...query, show } }),
      ])
      setNeeds.open(open)
      setNeeds.other(other)
      setNeeds.failure(undefined)
      comeBackAt(open.nextReturnAt, open.now)
    } catch (error) {
      setNeeds.failure(failureOf(error))
      retrying = setTimeout(() => void reloader.ask(), NEEDS_RETRY_MILLIS)
    }
  }
  const reloader = makeReloader({ load, everyMillis: NEEDS_RELOAD_MILLIS })
  offerReload(reloader.ask)

  const take = (status: ClientStatus): void => {
    setNeeds.status(statusFrom(status, position))
    if (status.kind === "session-ended") noteSessionEnded()
  }
  // eslint-disable-next-line solid/reactivity -- another person is another keeper
  const { orgId, open = openNeedsStream } = props
  const stream = open({
    orgId,
    onChange: (at) => {
      position = at
      take({ kind: "live" })
      void reloader.ask(at)
    },
    onStatus: take,
  })

  // Signed in again: the stream that the server had closed begins anew.
  createEffect(
    on(
      () => sessionState().kind,
      (kind, before) => {
        if (kind === "here" && before === "ended") stream.retry()
      },
    ),
  )
  // At once: the list need not wait for the stream.
  createEffect(on(needs.wanted, () => void reloader.ask()))
  createEffect(() => showFavicon(needsTotal() ?? 0))

  const notifier = createNotifier({ open: (href) => navigate(href) })
  createEffect(() => {
    const page = needs.open()
    if (page !== undefined) notifier.saw(page.items)
  })

  onCleanup(() => {
    clearTimeout(returning)
    clearTimeout(retrying)
    stream.close()
    reloader.stop()
    notifier.stop()
    offerReload(undefined)
    forgetNeeds()
    showFavicon(0)
  })
  return null
}
