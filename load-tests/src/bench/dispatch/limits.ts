export const IN_FLIGHT = 256
/** Agents of ours, worker processes of the peers. */
export const WORKERS = 2
/** Tasks that each of them carries out at a time. */
export const SLOTS = 64
export const WARM_MILLIS = 1_000
export const MEASURE_MILLIS = 2_500
/** Jobs that a peer with a batching consumer takes at once. */
export const PEER_BATCH = 64
/** Connections to PostgreSQL in each process of a peer. */
export const PEER_CONNECTIONS = 10
/** A peer that polls looks again so soon when it found nothing: sooner than it would by itself. */
export const PEER_POLL_MILLIS = 10
