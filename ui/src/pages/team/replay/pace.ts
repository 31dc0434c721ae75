import { millisOf } from "#src/lib/time.ts"
import { REPLAY_FRAME_MILLIS, REPLAY_GAP_MAX_MILLIS } from "#src/limits.ts"
import type { Frame } from "#src/pages/team/replay/tape.ts"

/** By event: one after another, evenly. By clock: as they came, with long waits cut short. */
export type PaceBy = "event" | "clock"

export interface Pace {
  readonly by: PaceBy
  /** Events a second, or times as fast as it was. */
  readonly speed: number
}

const SECOND_MILLIS = 1_000

/** How long the moment in sight is shown before the next one. */
export function waitMillis(frame: Frame | undefined, { by, speed }: Pace): number {
  if (by === "event" || frame === undefined) return SECOND_MILLIS / speed
  const next = frame.around.find((event) => event.seq === frame.seq + 1)
  const gap = next === undefined ? 0 : millisOf(next.at) - millisOf(frame.event.at)
  return Math.max(REPLAY_FRAME_MILLIS, Math.min(REPLAY_GAP_MAX_MILLIS, gap) / speed)
}
