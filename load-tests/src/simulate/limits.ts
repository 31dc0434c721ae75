/** The course of a history, in virtual milliseconds since its beginning. */
const SECOND_MILLIS = 1_000

/** People dispatch and change their minds until then. */
export const WORK_MILLIS = 45 * SECOND_MILLIS
export const FAULTS_FROM_MILLIS = 3 * SECOND_MILLIS
export const FAULTS_UNTIL_MILLIS = 52 * SECOND_MILLIS
/** All faults end. */
export const HEAL_MILLIS = 58 * SECOND_MILLIS
/** Everybody is back at work. */
export const CALM_MILLIS = 75 * SECOND_MILLIS
/** From here on everything must happen soon. */
export const QUIET_MILLIS = 91 * SECOND_MILLIS
export const QUIET_UNTIL_MILLIS = 101 * SECOND_MILLIS
/** Commands given last take so long to be recorded. */
export const LAST_COMMANDS_MILLIS = 3 * SECOND_MILLIS
/** Whatever is open then will never end: long work behind one slot may take its time. */
export const END_MILLIS = 1_500 * SECOND_MILLIS

/** How often people look whether an agent asks something. */
export const ANSWER_MILLIS = 2_500
/** How often the oracles look. */
export const LOOK_MILLIS = SECOND_MILLIS

/** Most histories that are played over a planted bug. */
export const HISTORIES_PER_BUG_MAX = 2_000
