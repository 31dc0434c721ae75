/** Every bound of what people and agents may put into the log. One place, so that the edge, the UI and the docs agree. */
export const NAME_MAX_CHARS = 80
export const DESCRIPTION_MAX_CHARS = 2_000
export const TITLE_MAX_CHARS = 200
/** What a member is told of its part in the team, beside each task. */
export const BRIEFING_MAX_CHARS = 4_000
export const INSTRUCTIONS_MAX_CHARS = 64 * 1024
export const REASON_MAX_CHARS = 2_000
export const CHAT_MAX_CHARS = 16 * 1024
export const ANSWER_MAX_CHARS = 16 * 1024
export const PROGRESS_NOTE_MAX_CHARS = 1_000
export const SUMMARY_MAX_CHARS = 16 * 1024
export const SKILLS_MAX = 32
/** Named moments of one team; they come along whenever the team is read. */
export const BOOKMARKS_MAX = 200
/** Drafts that a team keeps under a name; they come along whenever the team is read, so they are few and short. */
export const TASK_TEMPLATES_MAX = 24
export const TASK_TEMPLATE_INSTRUCTIONS_MAX_CHARS = 4 * 1024
export const SKILL_MAX_CHARS = 64
export const DEPENDENCIES_MAX = 64
export const CRON_MAX_CHARS = 120
export const TIME_ZONE_MAX_CHARS = 64
export const DEAD_LETTER_RAW_MAX_CHARS = 8 * 1024
export const CHOICES_MAX = 12
export const MENTIONS_MAX = 32
/** Files at one message or task, and the largest of them. */
export const ATTACHMENTS_MAX = 10
export const ATTACHMENT_MAX_BYTES = 25 * 1024 * 1024
export const ATTACHMENT_NAME_MAX_CHARS = 200
export const INPUTS_MAX_CHARS = 32 * 1024
export const ARTIFACTS_PER_TASK_MAX = 256
export const ARTIFACT_NAME_MAX_CHARS = 512

export const ARTIFACT_PATTERNS_MAX = 64
export const ARTIFACT_PATTERN_MAX_CHARS = 256

export const STEP_ID_MAX_CHARS = 128
export const STEP_TITLE_MAX_CHARS = 500
export const STEP_DETAIL_MAX_CHARS = 4_000
/** Different steps of one assignment that are recorded; after them comes one last step that says so. */
export const STEPS_MAX = 500
/** Recordings of steps that go on, such as a plan that changes; beyond, only their ends are recorded. */
export const STEP_EVENTS_MAX = 1_500
export const MODEL_NAME_MAX_CHARS = 200

/** What exactly an agent asks leave for: its arguments, whole where they fit. */
export const APPROVAL_ACTION_MAX_CHARS = 500
export const APPROVAL_DETAIL_MAX_CHARS = 32 * 1024

export const NEED_ID_MAX_CHARS = 128
/** Things that one request marks at most. */
export const NEEDS_MARKED_MAX = 100
/** Marks of one person that decisions look at; the read models keep all that matter. */
export const NEED_MARKS_KEPT = 2_000

/** What a team may set as the most tokens that a task and all it dispatches use in one run. 0: no limit. */
export const RUN_TOKENS_LIMIT_MAX = 1_000_000_000_000

/** A task that an agent dispatched for its own is one deeper. */
export const TASK_DEPTH_MAX = 8

export const SLOTS_MAX = 64
export const SLOTS_DEFAULT = 1

export const ARGV_MAX = 256
export const ARG_MAX_CHARS = 16 * 1024
export const ENV_MAX = 64
export const SCRIPT_STEPS_MAX = 200

export const PRIORITY_MIN = 0
export const PRIORITY_MAX = 9
export const PRIORITY_DEFAULT = 5

export const ATTEMPTS_MAX = 20
export const ATTEMPTS_DEFAULT = 1
export const RETRY_BACKOFF_DEFAULT_MILLIS = 1_000
export const RETRY_BACKOFF_MAX_MILLIS = 60 * 60 * 1_000
/** Expired leases cost no attempt of the retry policy; so many in one run mean that the task itself kills its agents. */
export const LEASE_EXPIRIES_MAX = 5
/** Words that people say to the agent of one run while it works; each attempt is told all of them. */
export const STEERS_MAX = 12
export const STEER_MAX_CHARS = 16 * 1024

export const TIME_LIMIT_MIN_MILLIS = 100
export const TIME_LIMIT_DEFAULT_MILLIS = 60 * 60 * 1_000
export const TIME_LIMIT_MAX_MILLIS = 7 * 24 * 60 * 60 * 1_000

/** A due time that is noticed later than this was missed, and the schedule's catch-up policy decides. */
export const SCHEDULE_ON_TIME_MILLIS = 60 * 1_000
/** Missed due times are counted one by one up to so many; beyond, the newest is looked up. */
export const SCHEDULE_MISSED_COUNT_MAX = 1_000
