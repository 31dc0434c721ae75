/** A request is read into memory as a whole; agents send their whole conversation each time. */
export const BODY_MAX_BYTES = 32 * 1024 * 1024

/** Requests kept for tests to look at; the oldest is forgotten first. */
export const REQUESTS_KEPT_MAX = 1_000

export const SCRIPT_STEPS_MAX = 200

/** How often a step with `until` is repeated before the script goes on without. */
export const UNTIL_REPEATS_MAX = 200

/** Characters (code points) of one fragment of a streamed answer. */
export const FRAGMENT_CHARS = 12

/** An endless answer ends here at the latest, so that a forgotten client costs nothing. */
export const ENDLESS_MAX_MILLIS = 10 * 60_000
export const ENDLESS_PAUSE_MILLIS = 20

export const RETRY_AFTER_DEFAULT_SECONDS = 1
export const SLOW_DEFAULT_MILLIS = 5_000
export const DELAY_MAX_MILLIS = 10 * 60_000

/** The usual rule of thumb; the counts are made up, but always the same for the same text. */
export const CHARS_PER_TOKEN = 4

/** Of what a person or a tool said, in the words of an answer nobody scripted. */
export const QUOTE_MAX_CHARS = 80
