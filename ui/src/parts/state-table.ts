import type { PlainTextKey } from "#src/i18n/index.ts"
import type { Tone } from "#src/parts/badge.tsx"

/** How one state looks: a tone, a word, and a shape of its own, because colour alone tells nobody enough. */
export interface StateLook {
  readonly tone: Tone
  readonly word: PlainTextKey
  readonly shape: Shape
  /** Text is struck through: it will not happen. */
  readonly isStruck?: boolean
}

/** A 12 × 12 drawing. `fill` parts are solid, `line` parts are strokes. */
export interface Shape {
  readonly line?: string
  readonly fill?: string
  readonly isDashed?: boolean
  readonly isSpinning?: boolean
}

const CIRCLE = "M6 1.75a4.25 4.25 0 1 1 0 8.5a4.25 4.25 0 1 1 0-8.5z"

export const SHAPES = {
  ring: { line: CIRCLE },
  dashedRing: { line: CIRCLE, isDashed: true },
  disc: { fill: CIRCLE },
  half: { line: CIRCLE, fill: "M6 1.75a4.25 4.25 0 0 1 0 8.5z", isSpinning: true },
  clock: { line: `${CIRCLE}M6 3.75V6.2l1.6 1` },
  arrow: { line: "M1.75 6h8M6.75 3 9.75 6 6.75 9" },
  triangle: { fill: "M6 1.25 11.2 10.5H.8z" },
  diamond: { fill: "M6 .75 11.25 6 6 11.25.75 6z" },
  bars: { fill: "M3 2h2v8H3zM7 2h2v8H7z" },
  again: { line: "M10 6.2a4 4 0 1 1-1.3-3.1M10 1.5v2.2H7.8" },
  check: { line: "M2 6.4 4.8 9.2 10 3" },
  cross: { line: "M2.75 2.75 9.25 9.25M9.25 2.75 2.75 9.25" },
  slashedRing: { line: `${CIRCLE}M3 9 9 3` },
  stop: { line: "M2.75 2.75h6.5v6.5h-6.5z" },
  hourglass: { line: "M3 1.5h6M3 10.5h6M3.75 1.5c0 3.2 4.5 5.8 4.5 9M8.25 1.5c0 3.2-4.5 5.8-4.5 9" },
  octagon: { line: "M3.9 1.25h4.2l2.65 2.65v4.2L8.1 10.75H3.9L1.25 8.1V3.9zM6 3.4v3M6 8.2v.4" },
  question: { line: "M4 4.2a2 2 0 1 1 2.8 1.8C6.2 6.3 6 6.7 6 7.3M6 9.6v.3" },
} as const satisfies Record<string, Shape>

/** Every state a task can be in, and `cancelling`: asked to stop, not yet stopped. */
export const TASK_STATES = {
  waiting: { tone: "neutral", word: "state.waiting", shape: SHAPES.clock },
  queued: { tone: "neutral", word: "state.queued", shape: SHAPES.ring },
  assigned: { tone: "info", word: "state.assigned", shape: SHAPES.arrow },
  running: { tone: "info", word: "state.running", shape: SHAPES.half },
  "needs-input": { tone: "warning", word: "state.needs-input", shape: SHAPES.triangle },
  "needs-approval": { tone: "warning", word: "state.needs-approval", shape: SHAPES.diamond },
  paused: { tone: "neutral", word: "state.paused", shape: SHAPES.bars },
  "retry-scheduled": { tone: "info", word: "state.retry-scheduled", shape: SHAPES.again },
  cancelling: { tone: "neutral", word: "state.cancelling", shape: SHAPES.stop },
  succeeded: { tone: "success", word: "state.succeeded", shape: SHAPES.check },
  failed: { tone: "danger", word: "state.failed", shape: SHAPES.cross },
  cancelled: { tone: "neutral", word: "state.cancelled", shape: SHAPES.slashedRing, isStruck: true },
  expired: { tone: "danger", word: "state.expired", shape: SHAPES.hourglass },
  "dead-lettered": { tone: "danger", word: "state.dead-lettered", shape: SHAPES.octagon },
} as const satisfies Record<string, StateLook>

export type TaskStateName = keyof typeof TASK_STATES

/** Whether a member is there. What it works on is another fact and never mixed with this one. */
export const PRESENCES = {
  online: { tone: "success", word: "presence.online", shape: SHAPES.disc },
  working: { tone: "info", word: "presence.working", shape: SHAPES.half },
  stale: { tone: "warning", word: "presence.stale", shape: SHAPES.dashedRing },
  offline: { tone: "neutral", word: "presence.offline", shape: SHAPES.ring },
} as const satisfies Record<string, StateLook>

export type Presence = keyof typeof PRESENCES
