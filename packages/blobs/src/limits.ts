/** Largest blob when the caller names no limit. */
export const BLOB_MAX_BYTES = 1024 * 1024 * 1024
/** Most output kept of one assignment. */
export const OUTPUT_MAX_BYTES = 256 * 1024 * 1024
/** Most output one read gives back, and what it gives when the caller names no limit. */
export const OUTPUT_READ_MAX_BYTES = 1024 * 1024
