/** The first question: the input is what the helper was given, the answer says that it is ready. */
export const READY = "ready"
/** Lines of a helper's output that a failure quotes. */
export const OUTPUT_TAIL_LINES = 40

export interface Question {
  readonly id: number
  readonly what: string
  readonly input?: unknown
}

export interface Answer {
  readonly to: number
  readonly output?: unknown
  readonly problem?: string
}

/** Said unasked. */
export interface Note {
  readonly note: unknown
}
