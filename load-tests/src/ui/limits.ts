/** Every number of the measurement of the dashboard, with its unit in the name. */

/** What must be held. A figure above its budget breaks the run. */
export const BUDGETS = {
  initialJsGzipKb: 130,
  initialCssGzipKb: 25,
  largestRouteChunkGzipKb: 60,
  paletteMillis: 50,
  dispatchSheetMillis: 100,
  replayJumpMillis: 50,
  replayStepMillis: 16,
  listDomNodes: 599,
  axeViolations: 0,
  memoryGrowthMb: 20,
} as const

/** Events of the team that is replayed, and rows of the history that is scrolled, unless the caller asks for other numbers. */
export const HISTORY_EVENTS_DEFAULT = 50_000
export const LIST_ROWS_DEFAULT = 100_000
/** Times that each interaction is measured; the medians of fewer say nothing. */
export const REPEATS_DEFAULT = 9
export const REPEATS_MIN = 7
export const REPEATS_MAX = 101
/** Events under which memory is watched, unless the caller asks for more: half an hour at 50 a second is 90,000. */
export const MEMORY_EVENTS_DEFAULT = 6_000
/** Unless the caller asks for the pace of a real half hour: what is judged is what stays behind, not how fast it came. */
export const MEMORY_PER_SECOND_DEFAULT = 500
export const MEMORY_PER_SECOND_MAX = 2_000
/** Let pass before the first look at the heap: what the page keeps up to a limit is full then, and its code is compiled. */
export const MEMORY_WARM_EVENTS = 3_000

/** What a list is put under. */
export const LIST_EVENTS_PER_SECOND = 500
export const LIST_MILLIS = 5_000
/** How far a row may be off its place and still count as unmoved: half a pixel of rounding on either side. */
export const UNMOVED_PIXELS = 1
/** How far down a reader scrolls before events come in. */
export const READER_SCROLL_PIXELS = 36 * 20_000

/** Members of the measured team; nothing runs for them. */
export const MEMBERS = 5
/** Tasks whose events lie between each other's, and messages between such groups. */
export const TASKS_SIDE_BY_SIDE = 8
export const MESSAGES_PER_GROUP = 8
/** Events handed to the log at once while the history is made, and while events come at a rate. */
export const FILL_EVENTS_AT_ONCE = 1_000
export const RATE_TICK_MILLIS = 100
export const TELL_EVERY_EVENTS = 20_000

/** Bounds against hanging; nothing is judged by them. */
export const PAGE_WAIT_MILLIS = 60_000
export const PROJECTED_TIMEOUT_MILLIS = 600_000
/** Between two looks at something that is awaited. */
export const LOOK_AGAIN_MILLIS = 100

export const VIEWPORT = { width: 1360, height: 800 } as const
