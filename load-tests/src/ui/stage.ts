import { setTimeout as delay } from "node:timers/promises"
import type { FeedEvent } from "@muster/contracts"
import type { MemberId, OrgId, TeamId, UserId } from "@muster/domain"
import type { EventStore } from "@muster/event-store"
import { openPostgresEventStore } from "@muster/event-store/postgres"
import { makeTeam, startServers, startSignedIn, type Api } from "@muster/standalone/testing"
import { openBrowser } from "@muster/standalone/testing/browser"
import type { Browser, BrowserContext, CDPSession, Page } from "playwright-core"
import { untilSnapshots } from "../bench/history/dispatching.ts"
import {
  FILL_EVENTS_AT_ONCE,
  LOOK_AGAIN_MILLIS,
  MEMBERS,
  PAGE_WAIT_MILLIS,
  PROJECTED_TIMEOUT_MILLIS,
  RATE_TICK_MILLIS,
  TELL_EVERY_EVENTS,
  VIEWPORT,
} from "./limits.ts"
import { makeLives } from "./lives.ts"

/** Where the measurements are made: a Muster with a team, its log, and a browser that is signed in. */
export interface Stage {
  readonly url: string
  readonly teamId: string
  readonly browser: Browser
  /** Lengthens the team's history through the log to at least so many events; resolves when they can be read. Answers with how many there are. */
  readonly growTo: (events: number) => Promise<number>
  /** Lets events happen at a rate; resolves when the last is in the log. Answers with how many came. */
  readonly happen: (rate: { readonly perSecond: number; readonly events: number }) => Promise<number>
  /** The newest event of the team. */
  readonly head: () => Promise<Head>
  /** A page of a person who is signed in, in a browser profile of its own. */
  readonly openPage: () => Promise<Seat>
  readonly tell: (line: string) => void
}

/** An event's number in its team's feed, and its place in the log. */
export interface Head {
  readonly seq: number
  readonly position: number
}

export interface Seat {
  readonly page: Page
  readonly context: BrowserContext
  readonly devtools: CDPSession
}

export interface Ends {
  readonly defer: (end: () => unknown) => void
}

interface Whoami {
  readonly user: { readonly id: string }
  readonly org: { readonly id: string }
}

const headOf = async (api: Api, teamId: string): Promise<Head> => {
  const { items } = await api.json<{ readonly items: readonly FeedEvent[] }>("GET", `/teams/${teamId}/history?limit=1`)
  const [newest] = items
  return { seq: newest?.seq ?? 0, position: Number(newest?.position ?? 0) }
}

/** Appends through the port, as the services do. Throws when the log refuses. */
const appendingTo =
  (store: EventStore, next: ReturnType<typeof makeLives>) =>
  async (atLeast: number): Promise<number> => {
    const requests = next(atLeast)
    for (const verdict of await store.append(requests)) if (!verdict.ok) throw verdict.error
    return requests.reduce((sum, { events }) => sum + events.length, 0)
  }

/** Starts everything. What was started is handed to `defer`, also when a later part fails. */
export const openStage = async ({ defer }: Ends, tell: (line: string) => void): Promise<Stage> => {
  tell("starting PostgreSQL, Redis and Muster …")
  const servers = await startServers()
  defer(servers.stop)
  const { muster, api } = await startSignedIn({ servers, isBundled: true })
  defer(muster.stop)
  const { user, org } = await api.json<Whoami>("GET", "/session")
  const members = Array.from({ length: MEMBERS }, (_, index) => ({
    handle: `member-${index + 1}`,
    name: `Member ${index + 1}`,
    runtime: "simulated" as const,
    placement: "manual" as const,
  }))
  const { teamId, memberIds } = await makeTeam(api, "Release crew", members)
  const store = openPostgresEventStore({ url: servers.appUrl })
  defer(() => store.close())
  const append = appendingTo(
    store,
    makeLives({
      org: org.id as OrgId,
      person: user.id as UserId,
      team: teamId as TeamId,
      members: memberIds as readonly MemberId[],
    }),
  )
  const head = (): Promise<Head> => headOf(api, teamId)
  const untilHead = async (atLeast: number): Promise<number> => {
    const lateAt = performance.now() + PROJECTED_TIMEOUT_MILLIS
    for (;;) {
      const { seq: now } = await head()
      if (now >= atLeast) return now
      if (performance.now() >= lateAt) throw new Error(`the read models have ${now} of ${atLeast} events`)
      await delay(LOOK_AGAIN_MILLIS)
    }
  }
  const browser = await openBrowser()
  defer(() => browser.close())

  return {
    url: muster.url,
    teamId,
    browser,
    head,
    tell,
    growTo: async (events) => {
      const { seq: before } = await head()
      let appended = 0
      let told = 0
      while (before + appended < events) {
        appended += await append(Math.min(FILL_EVENTS_AT_ONCE, events - before - appended))
        if (appended < told + TELL_EVERY_EVENTS) continue
        told = appended
        tell(`${before + appended} of ${events} events are in the log`)
      }
      const now = await untilHead(before + appended)
      tell(`the read models have them; waiting for the team's snapshots …`)
      await untilSnapshots({ adminUrl: servers.ownerUrl }, tell)
      return now
    },
    happen: async ({ perSecond, events }) => {
      const from = performance.now()
      let sent = 0
      while (sent < events) {
        const due = Math.min(events, Math.ceil(((performance.now() - from) / 1_000) * perSecond))
        if (due > sent) sent += await append(due - sent)
        await delay(RATE_TICK_MILLIS)
      }
      return sent
    },
    openPage: async () => {
      const context = await browser.newContext({ viewport: VIEWPORT, reducedMotion: "reduce" })
      const cookies = (api.cookie ?? "").split("; ").map((pair) => {
        const at = pair.indexOf("=")
        return { name: pair.slice(0, at), value: pair.slice(at + 1), url: muster.url }
      })
      await context.addCookies(cookies)
      const page = await context.newPage()
      page.setDefaultTimeout(PAGE_WAIT_MILLIS)
      return { page, context, devtools: await context.newCDPSession(page) }
    },
  }
}
