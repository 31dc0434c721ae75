/** Every limit of backup and restore, with its unit in the name. */

/** Version of the file's layout. A restore reads this one and older ones. */
export const FORMAT_VERSION = 1

/** A table is cut into pieces of about this size, each packed by itself: what is in memory at any time is a few of them. */
export const PIECE_BYTES = 4 * 1024 * 1024
/** Fast rather than small: at a higher level the packing, not the disk, would be what is waited for. */
export const PIECE_GZIP_LEVEL = 1
/** Largest header or manifest that is read into memory. A manifest has some 200 bytes for each file. */
export const DOCUMENT_MAX_BYTES = 1024 * 1024 * 1024
/** Largest piece after unpacking: more is no piece of ours. */
export const PIECE_UNPACKED_MAX_BYTES = 2 * PIECE_BYTES + 64 * 1024 * 1024
/** How much of a file is read at once. */
export const READ_CHUNK_BYTES = 256 * 1024
/** Rows of one page of a long list from the database. */
export const LIST_PAGE_ROWS = 10_000

/** Plaintext of one sealed frame. */
export const SEALED_FRAME_BYTES = 64 * 1024
/** Cost of one guess at a passphrase: 128 MB of memory and about a third of a second. */
export const SCRYPT_COST = 2 ** 17
export const SCRYPT_BLOCK_SIZE = 8
export const SCRYPT_MEMORY_MAX_BYTES = 256 * 1024 * 1024

/** Work that takes longer than this says how far it is, and again each time this has passed. */
export const PROGRESS_INTERVAL_MILLIS = 1_000
/** Missing files that are named one by one. */
export const NAMED_MISSING_MAX = 20

export const PRIVATE_FILE_MODE = 0o600
export const PRIVATE_FOLDER_MODE = 0o700
/** Of the teams' shared folders, as the projector makes them: everybody may pass, whoever can reach them. */
export const TEAM_FOLDER_MODE = 0o755
