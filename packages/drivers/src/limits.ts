/** An agent's log is set aside (one generation) when it is larger. */
export const LOG_MAX_BYTES = 4 * 1024 * 1024
/** What `logs` answers at most. */
export const LOG_TAIL_BYTES = 64 * 1024
/** How often a stopping agent that is not our child is looked at. */
export const STOP_LOOK_MILLIS = 25
/** After SIGKILL a process may still be busy dying. */
export const KILL_PATIENCE_MILLIS = 5_000
