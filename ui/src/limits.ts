/** Every limit, timeout and size the dashboard knows, with its unit in the name. */

/** How long a pressed first key of a sequence such as `G T` waits for the second. */
export const KEY_SEQUENCE_MILLIS = 1_200
/** The shared clock behind all relative times. */
export const CLOCK_TICK_MILLIS = 1_000
/** Quiet time before a lost connection is worth a word, and before it is worth a banner. */
export const RECONNECT_WORD_MILLIS = 1_500
export const RECONNECT_BANNER_MILLIS = 10_000
/** A toast that reports a success leaves by itself; an error stays until it is closed. */
export const TOAST_MILLIS = 6_000
export const TOASTS_SHOWN = 4
/** Longer output is folded so that one block does not push the rest away. */
export const CODE_FOLD_LINES = 40
/** How long "Copied" is shown. */
export const COPIED_MILLIS = 1_600
/** Rows a list draws beyond its visible part. */
export const LIST_OVERSCAN_ROWS = 8
/** Teams the rail remembers. */
export const RECENT_TEAMS = 6
/** Commands the palette remembers and shows. */
export const RECENT_COMMANDS = 5
export const PALETTE_ROWS = 50
/** One key press moves the border between panes by this share; no pane gets smaller than the minimum. */
export const SPLIT_STEP_PERCENT = 2
export const SPLIT_MIN_PERCENT = 15
/** The exchange of a sign-in code is given up after this. */
export const SIGN_IN_TIMEOUT_MILLIS = 15_000
/** Longest code the server reads, and longest link a person may paste around one. */
export const SIGN_IN_CODE_MAX_CHARS = 256
export const SIGN_IN_LINK_MAX_CHARS = 1_024
/** As the domain bounds a name; repeated here so that the first load carries no schemas. test/team-models.test.ts compares them. */
export const NAME_MAX_CHARS = 80
/** Events of one task that its panel reads at once; the server gives no more per request. */
export const TASK_EVENTS_SHOWN = 500
/** Messages of one author within this time stand under one name. */
export const CHAT_GROUP_MILLIS = 5 * 60_000
/** Older messages read per request. */
export const CHAT_PAGE_MESSAGES = 100
/** Members offered while a mention is typed, and task cards under one message. */
export const MENTION_CHOICES = 6
export const CARDS_PER_MESSAGE = 3
/** The end of what an agent says that stands below a message while it says it. */
export const TURN_WORDS_SHOWN_CHARS = 4_000
/** How much of a task's output the panel reads at first, and per further request. */
export const OUTPUT_TAIL_BYTES = 256 * 1024
export const OUTPUT_CHUNK_BYTES = 1024 * 1024
/** Lines kept in the page; older ones are let go of and can be read again. */
export const OUTPUT_LINES_MAX = 20_000
/** A longer line is cut into pieces, so that one line cannot stop the page. */
export const OUTPUT_LINE_MAX_CHARS = 4_000
/** How long a dispatched task is waited for in the live view before its acceptance is told without its number. */
export const ANNOUNCE_WAIT_MILLIS = 5_000
/** Tasks offered as something to wait for, the newest first. */
export const DEPENDENCY_CHOICES = 100
/** Teams whose numbers are read at the same time, and open tasks counted per team. */
export const TEAM_NUMBERS_AT_ONCE = 4
export const TEAM_NUMBERS_TASKS = 500
/** Tasks and events read per page. */
export const TASKS_PAGE = 100
export const HISTORY_PAGE = 200
/** Quiet time after the last key before a search is sent. */
export const SEARCH_QUIET_MILLIS = 250
/** Tasks offered as a filter of the history, the newest first. */
export const HISTORY_TASK_CHOICES = 200
/** Events that replay reads at once, and how many such chunks it keeps. One less than a page: the event before is read too. */
export const REPLAY_CHUNK_EVENTS = 499
export const REPLAY_CHUNKS_KEPT = 20
/** Speeds of playing, in events per second. */
export const REPLAY_SPEEDS = [1, 4, 16] as const
