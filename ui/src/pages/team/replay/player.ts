import type { TeamView } from "@muster/contracts"
import { batch, createSignal, onCleanup } from "solid-js"
import type { Accessor } from "solid-js"
import { failureOf } from "#src/api/failure.ts"
import type { Failure } from "#src/api/failure.ts"
import { t } from "#src/i18n/index.ts"
import { NoSuchEvent, makeTape } from "#src/pages/team/replay/tape.ts"
import type { Frame, TapePort } from "#src/pages/team/replay/tape.ts"

export interface PlayerPort extends TapePort {
  /** Where the history ends now, and which event a position belongs to; the end when no position is given. */
  readonly find: (position: string | undefined) => Promise<{ readonly seq: number; readonly headSeq: number }>
}

export interface Player {
  readonly frame: Accessor<Frame | undefined>
  /** Where the slider stands; the frame follows as soon as it is read. */
  readonly seq: Accessor<number>
  readonly headSeq: Accessor<number>
  readonly isPlaying: Accessor<boolean>
  readonly failure: Accessor<Failure | undefined>
  readonly isEmpty: Accessor<boolean>
  readonly goTo: (seq: number) => void
  readonly step: (events: number) => void
  readonly setHead: (seq: number) => void
  readonly play: (eventsPerSecond: number) => void
  readonly pause: () => void
  /** Begins anew at a position, as when the page is opened with one. */
  readonly open: (position: string | undefined) => Promise<void>
}

const failureFrom = (error: unknown): Failure =>
  error instanceof NoSuchEvent
    ? { kind: error._tag, title: t("replay.no-such"), detail: undefined, requestId: undefined, fields: {} }
    : failureOf(error)

const SECOND_MILLIS = 1_000

/** Moves over the history: by jump, by step, or by itself. The newest wish wins; earlier ones are dropped. */
export function createPlayer(port: PlayerPort): Player {
  const tape = makeTape(port)
  const [frame, setFrame] = createSignal<Frame>()
  const [seq, setSeq] = createSignal(0)
  const [headSeq, setHead] = createSignal(0)
  const [isPlaying, setPlaying] = createSignal(false)
  const [failure, setFailure] = createSignal<Failure>()
  const [isEmpty, setEmpty] = createSignal(false)
  let wish = 0
  let timer: ReturnType<typeof setInterval> | undefined

  const pause = () => {
    clearInterval(timer)
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
      const next = await tape.frame(target)
      if (own !== wish) return
      batch(() => {
        setFrame(next)
        setFailure(undefined)
      })
    } catch (error) {
      if (own !== wish) return
      pause()
      setFailure(failureFrom(error))
    }
  }
  const goTo = (target: number) => {
    const within = Math.min(Math.max(1, target), headSeq())
    if (within === seq() && frame() !== undefined) return
    setSeq(within)
    void read(within)
  }
  const open = async (position: string | undefined) => {
    pause()
    wish += 1
    const own = wish
    try {
      const found = await port.find(position)
      if (own !== wish) return
      setHead(found.headSeq)
      setEmpty(found.headSeq === 0)
      if (found.headSeq === 0) return
      const target = Math.max(1, found.seq)
      setSeq(target)
      await read(target)
    } catch (error) {
      if (own === wish) setFailure(failureFrom(error))
    }
  }

  return {
    frame,
    seq,
    headSeq,
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
    play: (eventsPerSecond) => {
      pause()
      if (seq() >= headSeq()) return
      setPlaying(true)
      timer = setInterval(() => {
        // A frame that is still being read is waited for: playing never runs ahead of the picture.
        if (frame()?.seq !== seq()) return
        if (seq() >= headSeq()) pause()
        else goTo(seq() + 1)
      }, SECOND_MILLIS / eventsPerSecond)
    },
    pause,
    open,
  }
}

/** A team view before anything has been read. */
export const viewOf = (frame: Frame | undefined, empty: TeamView): TeamView => frame?.view ?? empty
