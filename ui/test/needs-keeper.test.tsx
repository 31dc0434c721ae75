import { MemoryRouter, Route } from "@solidjs/router"
import type { NeedsStreamOptions, TeamStream } from "@muster/client"
import type { NeedsPage } from "@muster/contracts"
import { cleanup, render, waitFor } from "@solidjs/testing-library"
import { afterEach, beforeEach, describe, expect, it, vi } from "vitest"
import NeedsKeeper from "#src/needs/keeper.tsx"
import { needs, needsTotal, setNeeds } from "#src/needs/state.ts"
import { forgetSession, loadSession, sessionState } from "#src/session/session.ts"
import { session } from "./support/session.ts"

const HOUR_MILLIS = 60 * 60 * 1_000

/** A server whose list the test changes, and a stream that says what the test says. */
const setUp = () => {
  const asked: string[] = []
  let page: Partial<NeedsPage> = {}
  let isUp = true
  let isSignedIn = true
  vi.stubGlobal("fetch", (input: string) => {
    if (input.endsWith("/session")) return Promise.resolve(Response.json(session(), { status: isSignedIn ? 200 : 401 }))
    asked.push(new URL(input, "http://localhost").search)
    const whole = { items: [], next: null, total: 0, counts: {}, nextReturnAt: null, now: "2026-01-01T08:00:00.000Z" }
    return isUp ? Promise.resolve(Response.json({ ...whole, ...page })) : Promise.reject(new TypeError("gone"))
  })
  let options: NeedsStreamOptions | undefined
  const retry = vi.fn<() => void>()
  const close = vi.fn<() => void>()
  const open = (given: NeedsStreamOptions): TeamStream => {
    options = given
    return { status: () => ({ kind: "live" }), cursor: () => null, retry, close } as unknown as TeamStream
  }
  const view = render(() => (
    <MemoryRouter>
      <Route path="*" component={() => <NeedsKeeper orgId={session().org.id} open={open as never} />} />
    </MemoryRouter>
  ))
  return {
    asked,
    retry,
    close,
    view,
    stream: () => options as NeedsStreamOptions,
    serve: (next: Partial<NeedsPage>) => (page = next),
    setUp: (next: boolean) => (isUp = next),
    setSignedIn: (next: boolean) => (isSignedIn = next),
  }
}

beforeEach(() => {
  forgetSession()
  vi.useFakeTimers({ toFake: ["setTimeout", "clearTimeout", "Date"] })
})
afterEach(() => {
  cleanup()
  vi.useRealTimers()
  vi.unstubAllGlobals()
  setNeeds.wanted({ show: "open", rows: 50 })
})
/** Lets everything happen that is due within a time, and what follows from it. */
const pass = (millis = 1_000) => vi.advanceTimersByTimeAsync(millis)

describe("the keeper of what waits", () => {
  it("reads the list at once, and again as of where the stream says that it changed", async () => {
    const { asked, stream, serve } = setUp()
    serve({ total: 2 })
    await pass()
    expect([asked, needsTotal(), stream().orgId]).toEqual([["?limit=50"], 2, session().org.id])
    serve({ total: 3 })
    stream().onChange("77")
    await pass()
    expect([asked.at(-1), needsTotal()]).toEqual(["?limit=50&atLeast=77", 3])
  })

  it("turns a thousand changes into few reads, the last as of the last of them", async () => {
    const { asked, stream } = setUp()
    await pass()
    for (let position = 1; position <= 1_000; position += 1) stream().onChange(String(position))
    await pass()
    expect(asked.length).toBeLessThan(4)
    expect(asked.at(-1)).toBe("?limit=50&atLeast=1000")
  })

  it("brings back what was snoozed at its time, by the clock of the server", async () => {
    const { asked, serve } = setUp()
    serve({ nextReturnAt: "2026-01-01T09:00:00.000Z" })
    await pass()
    serve({ total: 1 })
    await pass(HOUR_MILLIS - 5_000)
    expect(asked).toHaveLength(1)
    await pass(10_000)
    expect([asked.length, needsTotal()]).toEqual([2, 1])
  })

  it("asks for what the page wants to see beside what waits", async () => {
    const { asked } = setUp()
    await pass()
    setNeeds.wanted({ show: "done", rows: 100 })
    await pass()
    expect(asked.slice(1)).toEqual(["?limit=100", "?limit=100&show=done"])
    expect(needs.other()).toBeDefined()
  })

  it("keeps the list it has when a read fails, says so, and tries again until it is mended", async () => {
    const { serve, stream, setUp: setServer } = setUp()
    serve({ total: 2 })
    await pass()
    setServer(false)
    stream().onChange("9")
    await pass()
    expect([needsTotal(), needs.failure()?.kind]).toEqual([2, "unreachable"])
    setServer(true)
    await pass(6_000)
    expect(needs.failure()).toBeUndefined()
  })

  it("notes that the session ended, and follows again when somebody has signed in", async () => {
    const { stream, retry, setSignedIn } = setUp()
    await loadSession()
    stream().onStatus?.({ kind: "session-ended" })
    expect(sessionState().kind).toBe("ended")
    setSignedIn(true)
    await loadSession()
    await waitFor(() => expect(retry).toHaveBeenCalledTimes(1))
  })

  it("leaves nothing behind: no number, no stream, no timer", async () => {
    const { asked, serve, view, close } = setUp()
    serve({ total: 2, nextReturnAt: "2026-01-01T09:00:00.000Z" })
    await pass()
    view.unmount()
    expect([needsTotal(), close.mock.calls.length]).toEqual([undefined, 1])
    await pass(2 * HOUR_MILLIS)
    expect(asked).toHaveLength(1)
  })
})
