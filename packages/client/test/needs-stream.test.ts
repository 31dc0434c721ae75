import { openNeedsStream, type Connect, type ConnectionHandlers, type StreamStatus } from "@muster/client"
import { needsFeed, type SubscribeReply, type SubscribeRequest } from "@muster/contracts"
import { emptyTeamView } from "@muster/projections"
import { describe, expect, test } from "vitest"
import { eventsBetween, here } from "./feed.ts"

const ORG = "0199c000-0000-7000-8000-000000000002"

/** A stream over a connection whose messages the test sends, drawn frame by frame when the test says so. */
const openStream = () => {
  const asked: SubscribeRequest[] = []
  const frames: (() => void)[] = []
  const told: string[] = []
  const statuses: StreamStatus["kind"][] = []
  let server: ConnectionHandlers | undefined
  let reply: (reply: SubscribeReply) => void = () => undefined
  const connect: Connect = (handlers) => {
    server = handlers
    return {
      subscribe: (request, answer) => {
        asked.push(request)
        reply = answer
      },
      range: ({ after, limit }, answer) =>
        answer({ mode: "range", head: after + limit, events: eventsBetween(after, after + 2) }),
      close: () => undefined,
    }
  }
  const stream = openNeedsStream({
    orgId: ORG,
    onChange: (position) => told.push(position),
    onStatus: ({ kind }) => statuses.push(kind),
    connect,
    surroundings: {
      nextFrame: (flush) => {
        frames.push(flush)
        return () => undefined
      },
      everyTick: () => () => undefined,
      onCheck: () => () => undefined,
      onNetwork: () => () => undefined,
    },
  })
  const draw = () => {
    for (const flush of frames.splice(0)) flush()
  }
  const snapshot = (seq: number, position: string): SubscribeReply => ({
    mode: "snapshot",
    ...here(),
    head: seq,
    asOf: seq,
    state: { ...emptyTeamView(), seq, position: position as never },
  })
  return {
    asked,
    told,
    statuses,
    draw,
    stream,
    open: (seq: number, position: string) => {
      server?.onOpen()
      reply(snapshot(seq, position))
      draw()
    },
    send: (from: number, to: number) => server?.onEvents(needsFeed(ORG), eventsBetween(from, to)),
  }
}

describe("the stream of what waits for people", () => {
  test("asks for the feed of the organisation and tells from where on the list holds", () => {
    const { asked, told, statuses, open } = openStream()
    open(7, "70")
    expect(asked).toEqual([{ stream: needsFeed(ORG), since: null }])
    expect([told, statuses.at(-1)]).toEqual([["70"], "live"])
  })

  test("tells of many changes once a frame, by the last of them", () => {
    const { told, draw, open, send } = openStream()
    open(3, "30")
    send(3, 4)
    send(4, 6)
    expect(told).toEqual(["30"])
    draw()
    expect(told).toEqual(["30", eventsBetween(3, 6).at(-1)?.position])
  })

  test("tells nothing of what it was told before, and closes a gap before it speaks", () => {
    const { told, draw, open, send } = openStream()
    open(3, "30")
    send(1, 3)
    draw()
    expect(told).toEqual(["30"])
    // Event 4 is missing: it is asked for, and comes with the one after it.
    send(4, 5)
    draw()
    expect(told).toEqual(["30", eventsBetween(3, 5).at(-1)?.position])
  })
})
