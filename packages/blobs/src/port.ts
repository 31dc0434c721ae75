import type { Readable } from "node:stream"

export interface PutOptions {
  /** Refuse more bytes than this with `BlobTooLarge`. Default: `BLOB_MAX_BYTES`. */
  readonly maxBytes?: number
  /** Refuse bytes with another hash (64 lower-case hex digits) with `BlobHashMismatch`. */
  readonly expectedSha256?: string
}

/** Bytes from `start` up to but not including `end` (default: the end of the blob; an `end` beyond it means the end). */
export interface BlobRange {
  readonly start: number
  readonly end?: number
}

/** The output of one assignment of a task. Both are UUIDs in lower-case text. */
export interface OutputKey {
  readonly taskId: string
  readonly assignmentId: string
}

/**
 * Files named by their content, and the growing output of running tasks. Each method may also reject with `BadBlobKey` or
 * `BlobStorageFailed`.
 */
export interface BlobStore {
  /**
   * Stores the bytes of the source and names them. All or nothing: what resolved is on disk; what rejected left nothing.
   * Storing the same bytes again is fine. An error of the source rejects as it is.
   */
  put(source: AsyncIterable<Uint8Array>, options?: PutOptions): Promise<{ sha256: string; size: number }>
  /**
   * Opens a blob; undefined when there is none. `size` is that of the whole blob. Read the stream to its end or destroy it.
   * Rejects with `BlobRangeInvalid`.
   */
  open(sha256: string, range?: BlobRange): Promise<{ size: number; stream: Readable } | undefined>
  /**
   * Adds bytes that stand at `offset` of the output. Bytes that are stored already are skipped unread, so a retry is safe.
   * Rejects with `OutputGap` when bytes before `offset` are missing and with `OutputTooLarge` at the limit of one output.
   */
  appendOutput(key: OutputKey, offset: number, chunk: Uint8Array): Promise<{ size: number; appended: number }>
  /**
   * Up to `limit` bytes from `start` on; `size` is all there is now. An output nobody wrote has size 0. `limit` is at most
   * (and by default) `OUTPUT_READ_MAX_BYTES`. Rejects with `BlobRangeInvalid` for numbers that are no offsets.
   */
  readOutput(key: OutputKey, range?: { start: number; limit?: number }): Promise<{ size: number; bytes: Uint8Array }>
}
