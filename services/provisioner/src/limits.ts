/** Times of the provisioner; tests shorten them. */
export interface ProvisionerTimings {
  /** Everything is looked at again after this time, whatever was heard. */
  readonly resyncMillis: number
  /** Changes that come together are acted on together. */
  readonly settleMillis: number
  /** Pause before an agent that ended by itself is started again: doubled each time, half of it random. */
  readonly restartFirstMillis: number
  readonly restartMaxMillis: number
  /** An agent that ran for so long begins again at the first pause. */
  readonly restartResetMillis: number
  /** An agent whose place another one took is not put back before this time: they would chase each other. */
  readonly retiredRetryMillis: number
  /** From asking an agent to end to killing it. An agent takes three seconds for its work and two for its last reports. */
  readonly stopGraceMillis: number
  /** How long an invitation may be used: long enough for an agent to start on a busy machine. */
  readonly invitationTtlMillis: number
  /** Longest wait for the read models to show what the log told. */
  readonly readModelWaitMillis: number
  /**
   * The agents of a place that is not heard for so long are started at other places, and how often a place is heard: the first is
   * longer than three times the second. Long, because an agent that moves begins its work anew.
   */
  readonly placeLeaseMillis: number
  readonly placeRenewMillis: number
}

const SECOND_MILLIS = 1_000
const MINUTE_MILLIS = 60 * SECOND_MILLIS

export const DEFAULT_TIMINGS: ProvisionerTimings = {
  resyncMillis: 15 * SECOND_MILLIS,
  settleMillis: 50,
  restartFirstMillis: 500,
  restartMaxMillis: MINUTE_MILLIS,
  restartResetMillis: MINUTE_MILLIS,
  retiredRetryMillis: 15 * MINUTE_MILLIS,
  stopGraceMillis: 8 * SECOND_MILLIS,
  invitationTtlMillis: 10 * MINUTE_MILLIS,
  readModelWaitMillis: 5 * SECOND_MILLIS,
  placeLeaseMillis: 15 * SECOND_MILLIS,
  placeRenewMillis: 4 * SECOND_MILLIS,
}

/** Events of a stream that are read at a time when the log is asked about one member. */
export const STREAM_PAGE_EVENTS = 500
