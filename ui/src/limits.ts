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
/** Formatted texts that are remembered, the newest, and the longest of them. */
export const MARKDOWN_TEXTS_KEPT = 500
export const MARKDOWN_KEPT_MAX_CHARS = 4_000
/** How long "Copied" is shown. */
export const COPIED_MILLIS = 1_600
/** Tasks in hand that a member's row tells of; its card tells of all. */
export const HELD_TASKS_SHOWN = 5
/** Rows a list draws beyond its visible part. */
export const LIST_OVERSCAN_ROWS = 2
/** Things that wait for the person: rows read at first, and the most that the list shows. */
export const NEEDS_FIRST_ROWS = 50
export const NEEDS_MAX_ROWS = 200
/** Reads of that list begin at least so long after each other; one that failed is tried again after so long. */
export const NEEDS_RELOAD_MILLIS = 500
export const NEEDS_RETRY_MILLIS = 5_000
/** The longest wait of a timer: browsers take a longer one for none. */
export const TIMER_MAX_MILLIS = 2 ** 31 - 1
/** Teams whose work is shown where nothing waits. */
export const NEEDS_TEAMS_SHOWN = 6
/** Digits of a hash that stand in sight; its title has all. */
export const HASH_SHOWN_CHARS = 12
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
/** Cards of tasks that stand one below the other in the chat; more are folded into one line. */
export const TASK_CARDS_TOGETHER = 3
/** Tasks of a folded line that are shown at once; the list of tasks has all of them. */
export const TASKS_UNFOLDED_MAX = 50
/** Files a task's card names, and how much of its result it shows. */
export const CARD_FILES_SHOWN = 4
export const CARD_RESULT_SHOWN_CHARS = 600
/** A message that takes more lines is folded. */
export const LONG_MESSAGE_LINES = 40
/** How long the pointer rests on a member before its card opens, and how much of an output's end is looked at for its last line. */
export const CARD_OPEN_DELAY_MILLIS = 450
export const CARD_CLOSE_DELAY_MILLIS = 250
export const CARD_OUTPUT_BYTES = 4 * 1024
/** Events by which the lag of the live stream is measured, and how long after one it is told. */
export const LAG_SAMPLES = 50
export const LAG_KNOWN_MILLIS = 5_000
/** Events that the live page shows. */
export const LIVE_EVENTS_SHOWN = 200
/** Files of one message that leave at the same time. */
export const UPLOADS_AT_ONCE = 2
/** The end of what an agent says that stands below a message while it says it. */
export const TURN_WORDS_SHOWN_CHARS = 4_000
/** How much of a task's output the panel reads at first, and per further request. */
export const OUTPUT_TAIL_BYTES = 256 * 1024
export const OUTPUT_CHUNK_BYTES = 1024 * 1024
/** Lines kept in the page; older ones are let go of and can be read again. */
export const OUTPUT_LINES_MAX = 20_000
/** A longer line is cut into pieces, so that one line cannot stop the page. */
export const OUTPUT_LINE_MAX_CHARS = 4_000
/** Tasks offered as something to wait for, the newest first. */
export const DEPENDENCY_CHOICES = 100
/** Teams whose numbers are read at the same time, and open tasks counted per team. */
export const TEAM_NUMBERS_AT_ONCE = 4
export const TEAM_NUMBERS_TASKS = 500
/** Tasks and events read per page. */
export const TASKS_PAGE = 100
export const HISTORY_PAGE = 500
/** Quiet time after the last key before a search is sent. */
export const SEARCH_QUIET_MILLIS = 250
/** Tasks offered as a filter of the history, the newest first. */
export const HISTORY_TASK_CHOICES = 200
/** Rows that a list of the history draws beyond those in sight, on each side. */
export const HISTORY_OVERSCAN_ROWS = 2
/** Events of a piece of the history as replay reads it: what the server gives. test/replay.test.ts compares them. */
export const REPLAY_CHUNK_EVENTS = 500
export const REPLAY_CHUNKS_KEPT = 20
/** Within a piece the team is kept every so many events: a jump within it, or a step back, folds no more than these. */
export const REPLAY_CHECKPOINT_EVENTS = 50
/** So near to its edge the piece beyond is read ahead. */
export const REPLAY_AHEAD_EVENTS = 60
/** Speeds of playing: events a second, or times as fast as it was. */
export const REPLAY_SPEEDS = [0.5, 1, 4, 16] as const
/** By clock, a wait for the next event is cut to this; and no moment is shown for less than a frame. */
export const REPLAY_GAP_MAX_MILLIS = 2_000
export const REPLAY_FRAME_MILLIS = 16
/** A wait this long counts as idle on the scrubber; so many of the longest are told. */
export const REPLAY_IDLE_MILLIS = 10 * 60_000
export const REPLAY_GAPS_SHOWN = 6
/** Side of a bookmark's mark above the slider, and how near the next one may stand: as large as WCAG 2.5.8 wants what is pressed. */
export const BOOKMARK_MARK_PIXELS = 24
/** Bookmarks whose place in the history is asked for at the same time. */
export const BOOKMARK_READS_AT_ONCE = 4
/** Events on each side of one among which its cause and its effects are looked for, and how many are shown. */
export const RELATED_WITHIN_EVENTS = 2_000
export const RELATED_SHOWN = 20
/** One stays at a moment this long before its cause and effects are asked for. */
export const RELATED_QUIET_MILLIS = 300
/** The activity is read again when so much more has happened, in parts of what was there. */
export const ACTIVITY_GROWTH_PARTS = 50
/** Largest exported history that is opened in the page, and the longest line of one. */
export const REPLAY_FILE_MAX_BYTES = 250_000_000
export const REPLAY_FILE_MAX_EVENTS = 250_000
/** Words of one search, as the server bounds them. test/history-page.test.ts compares them. */
export const HISTORY_QUERY_MAX_CHARS = 200
/** Events of the history kept in the page; older ones are read again when one scrolls there. */
export const HISTORY_EVENTS_KEPT = 100_000
/** Saved views of the history. */
export const HISTORY_VIEWS_MAX = 30
/** Ended operations that the operation centre keeps; those that failed unread come on top. */
export const OPERATIONS_KEPT = 20
/** Failures of one operation that are shown before the rest is counted. */
export const OPERATION_FAILURES_SHOWN = 5
/** Height of the dock in pixels, the steps of its border, and the share of the window that it leaves to the page. */
export const DOCK_MIN_PIXELS = 120
export const DOCK_INITIAL_PIXELS = 260
export const DOCK_STEP_PIXELS = 24
export const DOCK_MAX_SHARE = 0.7
/** Panes the dock keeps alive at once; one more closes the oldest. */
export const DOCK_PANES = 6
/** Teams, tasks and members that the palette offers for what was typed, of each kind. */
export const PALETTE_ENTITIES = 8
/** Presses that a binding may have. */
export const BINDING_PRESSES = 2
/** Tasks that one request of a bulk operation names: few enough to show how far it is. */
export const BULK_PART_TASKS = 50
/** What goes on grows on the timeline in steps of this. */
export const TIMELINE_CLOCK_MILLIS = 5_000
/** Tasks in the table beside the timeline, the newest ones. */
export const TIMELINE_TABLE_ROWS = 200
/** Larger files are offered for download and not shown. */
export const PREVIEW_MAX_BYTES = 2 * 1024 * 1024
/** Rows and columns of a table of comma-separated values that are drawn. */
export const PREVIEW_TABLE_ROWS = 200
export const PREVIEW_TABLE_COLUMNS = 40
/** Characters of a text that are drawn; the rest is there to download. */
export const PREVIEW_TEXT_CHARS = 200_000
/** How long a task that was just sent can be taken back with one press. */
export const UNDO_MILLIS = 5_000
/** How long its first steps are shown. */
export const SENT_SHOWN_MILLIS = 10_000
/** Teams whose last view is kept in this browser, and how often that of a team in sight is written down. */
export const LAST_VIEWS_KEPT = 6
export const LAST_VIEW_EVERY_MILLIS = 30_000
/** Places that have a button of their own at the lower edge of a phone. */
export const BOTTOM_BAR_PLACES = 3
