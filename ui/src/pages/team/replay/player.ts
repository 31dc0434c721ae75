import type { TeamView } from "@muster/contracts"
import { batch, createSignal, onCleanup, untrack } from "solid-js"
import type { Accessor } from "solid-js"
import { failureOf } from "#src/api/failure.ts"
import type { Failure } from "#src/api/failure.ts"
import { t } from "#src/i18n/index.ts"
import { REPLAY_AHEAD_EVENTS } from "#src/limits.ts"
import { waitMillis } from "#src/pages/team/replay/pace.ts"
import type { Pace } from "#src/pages/team/replay/pace.ts"
import { NoSuchEvent, makeTape } from "#src/pages/team/replay/tape.ts"
import type { Frame, TapePort } from "#src/pages/team/replay/tape.ts"

export interface Player {
  readonly frame: Accessor<Frame | undefined>
  /** Where the slider stands; the frame follows as soon as it is read. */
  readonly seq: Accessor<number>
  readonly headSeq: Accessor<number>
  readonly firstSeq: number
  readonly isPlaying: Accessor<boolean>
  readonly failure: Accessor<Failure | undefined>
  readonly isEmpty: Accessor<boolean>
  readonly goTo: (seq: number) => void
  readonly step: (events: number) => void
  readonly setHead: (seq: number) => void
  readonly play: (pace: Pace) => void
  readonly pause: () => void
  /** Begins anew at a position, as when the page is opened with one. */
  readonly open: (position: string | undefined) => Promise<void>
  /** Another moment, beside the one in sight: for comparing. Rejects with NoSuchEvent or a failure of the port. */
  readonly look: (position: string) => Promise<Frame>
}

export const failureFrom = (error: unknown): Failure =>
  error instanceof NoSuchEvent
    ? { kind: error._tag, title: t("replay.no-such"), detail: undefined, requestId: undefined, fields: {} }
    : failureOf(error)

/** Moves over the history: by jump, by step, or by itself. The newest wish wins; earlier ones are dropped. */
export function createPlayer(port: TapePort): Player {
  const tape = makeTape(port)
  const { firstSeq } = port
  const [frame, setFrame] = createSignal<Frame>()
  const [seq, setSeq] = createSignal(0)
  const [headSeq, setHead] = createSignal(0)
  const [isPlaying, setPlaying] = createSignal(false)
  const [failure, setFailure] = createSignal<Failure>()
  const [isEmpty, setEmpty] = createSignal(false)
  let wish = 0
  let timer: ReturnType<typeof setTimeout> | undefined

  const pause = () => {
    clearTimeout(timer)
    setPlaying(false)
  }
  onCleanup(() => {
    pause()
    wish += 1
  })

  const read = async (target: number) => {
    wish += 1
    const own = wish
    try {
      const next = await tape.frame(target, untrack(frame))
      if (own !== wish) return
      batch(() => {
        setFrame(next)
        setFailure(undefined)
      })
      // Near its edge the piece beyond is at hand before a step leads there; a jump asks for nothing more.
      tape.warm(Math.min(target + REPLAY_AHEAD_EVENTS, headSeq()))
      tape.warm(Math.max(target - REPLAY_AHEAD_EVENTS, firstSeq))
    } catch (error) {
      if (own !== wish) return
      pause()
      setFailure(failureFrom(error))
    }
  }
  const goTo = (target: number) => {
    const within = Math.min(Math.max(firstSeq, target), headSeq())
    if (within === seq() && frame() !== undefined) return
    setSeq(within)
    void read(within)
  }
  const open = async (position: string | undefined) => {
    pause()
    wish += 1
    const own = wish
    try {
      const found = await tape.find(position)
      if (own !== wish) return
      setHead(found.headSeq)
      setEmpty(found.headSeq < firstSeq)
      if (found.headSeq < firstSeq) return
      const target = Math.max(firstSeq, found.seq)
      setSeq(target)
      await read(target)
    } catch (error) {
      if (own === wish) setFailure(failureFrom(error))
    }
  }
  const playOn = (pace: Pace) => {
    timer = setTimeout(
      () => {
        // A frame that is still being read is waited for: playing never runs ahead of the picture.
        if (frame()?.seq === seq()) {
          if (seq() >= headSeq()) return pause()
          goTo(seq() + 1)
        }
        return playOn(pace)
      },
      waitMillis(frame(), pace),
    )
  }

  return {
    frame,
    seq,
    headSeq,
    firstSeq,
    isPlaying,
    failure,
    isEmpty,
    goTo: (target) => {
      pause()
      goTo(target)
    },
    step: (events) => {
      pause()
      goTo(seq() + events)
    },
    setHead,
    play: (pace) => {
      pause()
      if (seq() >= headSeq()) return
      setPlaying(true)
      playOn(pace)
    },
    pause,
    open,
    look: async (position) => {
      const found = await tape.find(position)
      return tape.frame(Math.max(firstSeq, found.seq), untrack(frame))
    },
  }
}

/** A team view before anything has been read. */
export const viewOf = (frame: Frame | undefined, empty: TeamView): TeamView => frame?.view ?? empty
