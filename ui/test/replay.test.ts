import { emptyTeamView, foldTeamView } from "@muster/projections"
import type { FeedEvent, TeamView } from "@muster/contracts"
import { createRoot } from "solid-js"
import { describe, expect, it, vi } from "vitest"
import { ClientUnreachable } from "@muster/client"
import { changesBetween } from "#src/pages/team/replay/changes.ts"
import { createPlayer } from "#src/pages/team/replay/player.ts"
import { waitMillis } from "#src/pages/team/replay/pace.ts"
import { NoSuchEvent, makeTape } from "#src/pages/team/replay/tape.ts"
import type { Frame, TapePort } from "#src/pages/team/replay/tape.ts"
import { TAPE_CHUNK_EVENTS } from "@muster/contracts"
import { REPLAY_CHECKPOINT_EVENTS, REPLAY_CHUNK_EVENTS, REPLAY_GAP_MAX_MILLIS } from "#src/limits.ts"
import { feedOf } from "./support/history.ts"

const events = feedOf(2_600)
const at = (seq: number) => foldTeamView(emptyTeamView(), events.slice(0, seq))

/** A server over the made-up history that counts what it is asked. */
function server(upTo = events.length) {
  let known = upTo
  const asked = { pieces: 0 }
  const seqAt = (position: string) =>
    events.slice(0, known).findLast((event) => Number(event.position) <= Number(position))?.seq ?? 0
  const port: TapePort = {
    firstSeq: 1,
    piece: (where) => {
      asked.pieces += 1
      const seq = where === "newest" ? known : "seq" in where ? where.seq : seqAt(where.position)
      const after = Math.floor((Math.max(1, seq) - 1) / REPLAY_CHUNK_EVENTS) * REPLAY_CHUNK_EVENTS
      const own = events.slice(after, Math.min(known, after + REPLAY_CHUNK_EVENTS))
      // Objects of its own in every answer, as what comes over the network is.
      return Promise.resolve(structuredClone({ seq, base: at(after), events: own, head: known }))
    },
  }
  return { port, asked, grow: (to: number) => (known = to) }
}

/** What both views say in the same words, but with different objects. */
function changedObjects(one: TeamView, other: TeamView): ReadonlyArray<string> {
  const documents = ({ team, members, tasks, schedules, chat }: TeamView) => [
    ...(team === null ? [] : [team]),
    ...[members, tasks, schedules].flatMap((each) => Object.values<{ readonly id: string }>(each)),
    ...chat,
  ]
  const known = new Map<string, object>(documents(one).map((document) => [document.id, document]))
  return documents(other)
    .filter((document) => {
      const before = known.get(document.id)
      return before !== undefined && before !== document && JSON.stringify(before) === JSON.stringify(document)
    })
    .map(({ id }) => id)
}

describe("the tape", () => {
  it("has enough history to cross chunks", () => expect(events.length).toBeGreaterThan(2 * REPLAY_CHUNK_EVENTS))

  it("is cut as the server cuts it", () => expect(REPLAY_CHUNK_EVENTS).toBe(TAPE_CHUNK_EVENTS))

  it.each([
    1,
    2,
    REPLAY_CHECKPOINT_EVENTS,
    REPLAY_CHECKPOINT_EVENTS + 1,
    REPLAY_CHUNK_EVENTS - 1,
    REPLAY_CHUNK_EVENTS,
    REPLAY_CHUNK_EVENTS + 1,
    2 * REPLAY_CHUNK_EVENTS + 1,
    events.length,
  ])("shows at event %i what a fold from the beginning gives, and what was before it", async (seq) => {
    const frame = await makeTape(server().port).frame(seq)
    expect(frame.view).toEqual(at(seq))
    expect(frame.before).toEqual(at(seq - 1))
    expect(frame.event.seq).toBe(seq)
  })

  it("asks nothing for a jump within a chunk that it has", async () => {
    const { port, asked } = server()
    const tape = makeTape(port)
    await tape.frame(REPLAY_CHUNK_EVENTS + 10)
    const before = { ...asked }
    await tape.frame(REPLAY_CHUNK_EVENTS + 200)
    await tape.frame(REPLAY_CHUNK_EVENTS + 1)
    expect(asked).toEqual(before)
  })

  it.each([
    ["one on", [30, 31, 32, 33]],
    ["one back", [REPLAY_CHECKPOINT_EVENTS + 2, REPLAY_CHECKPOINT_EVENTS + 1, REPLAY_CHECKPOINT_EVENTS, 49]],
    ["within a piece", [700, 640, 960, 961]],
    ["to the next piece and back", [REPLAY_CHUNK_EVENTS, REPLAY_CHUNK_EVENTS + 1, REPLAY_CHUNK_EVENTS, 499]],
    ["to a piece far away", [1_200, 300, 1_201, 1_200]],
    ["to where one is", [80, 80]],
  ])("gives what did not change as the objects it was, %s", async (_, seqs) => {
    const tape = makeTape(server().port)
    let last: Frame | undefined
    for (const seq of seqs) {
      // eslint-disable-next-line no-await-in-loop -- one moment follows the other
      const next = await tape.frame(seq, last)
      expect(next.view).toEqual(at(seq))
      expect(next.before).toEqual(at(seq - 1))
      if (last !== undefined) {
        expect(changedObjects(last.view, next.view)).toEqual([])
        expect(changedObjects(next.before, next.view)).toEqual([])
      }
      last = next
    }
  })

  it("reads the newest chunk again when the history has grown into it", async () => {
    const { port, grow } = server(100)
    const tape = makeTape(port)
    await tape.frame(100)
    grow(120)
    expect((await tape.frame(120)).view).toEqual(at(120))
  })

  it("says that an event is not there instead of showing another one", async () => {
    await expect(makeTape(server(100).port).frame(101)).rejects.toBeInstanceOf(NoSuchEvent)
  })

  it("tries again after a failed read", async () => {
    const { port } = server()
    const fails = vi.fn<TapePort["piece"]>(port.piece).mockRejectedValueOnce(new Error("lost"))
    const tape = makeTape({ ...port, piece: fails })
    await expect(tape.frame(3)).rejects.toThrow("lost")
    expect((await tape.frame(3)).seq).toBe(3)
  })
})

describe("the player", () => {
  const withPlayer = async (
    port: TapePort,
    run: (player: ReturnType<typeof createPlayer>) => Promise<void>,
  ): Promise<void> => {
    const { player, dispose } = createRoot((end) => ({ player: createPlayer(port), dispose: end }))
    await run(player).finally(dispose)
  }

  it("opens at the position of the address, and at the end without one", () =>
    withPlayer(server().port, async (player) => {
      await player.open(events[40]?.position)
      expect([player.seq(), player.headSeq(), player.frame()?.seq]).toEqual([41, events.length, 41])
      await player.open(undefined)
      expect(player.seq()).toBe(events.length)
    }))

  it("stays within the history", () =>
    withPlayer(server(50).port, async (player) => {
      await player.open(undefined)
      player.step(7)
      expect(player.seq()).toBe(50)
      player.goTo(-3)
      expect(player.seq()).toBe(1)
    }))

  it("shows the moment that was asked for last, whatever order the answers come in", async () => {
    const { port } = server()
    const release: Array<() => void> = []
    const slow: TapePort = {
      ...port,
      piece: async (where) => {
        const isFirst = typeof where === "object" && "seq" in where && where.seq <= REPLAY_CHUNK_EVENTS
        if (isFirst) await new Promise<void>((resolve) => release.push(resolve))
        return port.piece(where)
      },
    }
    await withPlayer(slow, async (player) => {
      await player.open(events.at(-1)?.position)
      player.goTo(5)
      player.goTo(events.length - 1)
      await vi.waitFor(() => expect(player.frame()?.seq).toBe(events.length - 1))
      for (const go of release) go()
      await Promise.resolve()
      expect(player.frame()?.seq).toBe(events.length - 1)
    })
  })

  it("plays on event by event and stops at the end", async () => {
    vi.useFakeTimers()
    try {
      await withPlayer(server(20).port, async (player) => {
        await player.open(events[16]?.position)
        player.play({ by: "event", speed: 4 })
        expect(player.isPlaying()).toBe(true)
        await vi.advanceTimersByTimeAsync(5_000)
        expect([player.seq(), player.isPlaying()]).toEqual([20, false])
      })
    } finally {
      vi.useRealTimers()
    }
  })

  it("begins where its history begins, which in a file need not be the first event", () =>
    withPlayer({ ...server().port, firstSeq: 40 }, async (player) => {
      await player.open(events[1]?.position)
      expect(player.seq()).toBe(40)
      player.step(-1)
      expect(player.seq()).toBe(40)
    }))

  it("looks at another moment without leaving the one in sight", () =>
    withPlayer(server().port, async (player) => {
      await player.open(events[4]?.position)
      expect((await player.look(events[900]?.position ?? "")).view).toEqual(at(901))
      expect(player.frame()?.seq).toBe(5)
    }))

  it("tells why a moment could not be read, and keeps the one in sight", () => {
    const { port } = server()
    let isDown = false
    const flaky: TapePort = {
      ...port,
      piece: (where) =>
        isDown
          ? Promise.reject(new ClientUnreachable({ idempotencyKey: undefined, cause: "down" }))
          : port.piece(where),
    }
    return withPlayer(flaky, async (player) => {
      await player.open(events[4]?.position)
      isDown = true
      player.goTo(2 * REPLAY_CHUNK_EVENTS + 1)
      await vi.waitFor(() => expect(player.failure()?.kind).toBe("unreachable"))
      expect(player.frame()?.seq).toBe(5)
    })
  })
})

describe("the pace", () => {
  const frameAt = async (seq: number) => makeTape(server().port).frame(seq)

  it("is even by event, and goes by the time between events by clock", async () => {
    const frame = await frameAt(10)
    expect(waitMillis(frame, { by: "event", speed: 4 })).toBe(250)
    expect(waitMillis(frame, { by: "clock", speed: 0.5 })).toBe(2_000)
    expect(waitMillis(frame, { by: "clock", speed: 16 })).toBe(62.5)
  })

  it("folds a long wait, and shows no moment for less than a frame", async () => {
    const frame = await frameAt(10)
    const distant = frame.around.map((event) =>
      event.seq === 11 ? { ...event, at: new Date(Date.parse(event.at) + 86_400_000).toISOString() } : event,
    )
    expect(waitMillis({ ...frame, around: distant }, { by: "clock", speed: 1 })).toBe(REPLAY_GAP_MAX_MILLIS)
    const sudden = frame.around.map((event) => ({ ...event, at: frame.event.at }))
    expect(waitMillis({ ...frame, around: sudden }, { by: "clock", speed: 1 })).toBe(16)
  })
})

describe("what changed at an event", () => {
  const find = (type: string): FeedEvent => {
    const event = events.find((each) => each.type === type)
    if (event === undefined) throw new Error(`the history has no ${type}`)
    return event
  }
  const changes = (type: string) => {
    const { seq } = find(type)
    return changesBetween(at(seq - 1), at(seq))
  }

  it("names the task, the field, and both values", () => {
    const [change] = changes("TaskStarted")
    expect(change?.subject).toMatch(/^T-\d+$/)
    expect([change?.field, change?.from, change?.to]).toEqual(["state", "Dispatched", "Running"])
  })

  it("tells what a new thing begins with, and none of what it has not", () => {
    const added = changes("MemberAdded")
    expect(added.every((change) => change.from === undefined)).toBe(true)
    expect(added.map((change) => change.field)).toContain("runtime")
    expect(added.map((change) => change.to)).not.toContain("none")
  })

  it("is nothing where the view does not change", () => {
    expect(changesBetween(at(30), at(30))).toEqual([])
  })
})
