import { Data } from "effect"

/** A hash or an id in a key is not what it must be; nothing on disk was looked at. The caller has a mistake or is hostile. */
export class BadBlobKey extends Data.TaggedError("BadBlobKey")<{
  readonly what: "sha256" | "taskId" | "assignmentId"
}> {
  override get message() {
    return `not a ${this.what} as keys of blobs need it`
  }
}

/** The source has more bytes than allowed; nothing is kept of it. */
export class BlobTooLarge extends Data.TaggedError("BlobTooLarge")<{ readonly limit: number }> {
  override get message() {
    return `the blob is larger than ${this.limit} bytes`
  }
}

/** The bytes are not those that were announced; nothing is kept of them. Send them again. */
export class BlobHashMismatch extends Data.TaggedError("BlobHashMismatch")<{
  readonly expected: string
  readonly actual: string
}> {
  override get message() {
    return `the bytes have SHA-256 ${this.actual}, announced was ${this.expected}`
  }
}

/** A range that cannot be: negative, no whole number, backwards, or beginning beyond the end. `size` is the whole size, if known. */
export class BlobRangeInvalid extends Data.TaggedError("BlobRangeInvalid")<{ readonly size?: number }> {
  override get message() {
    return "the range does not lie in the blob"
  }
}

/** The chunk begins beyond what is stored. Go on from `size`. */
export class OutputGap extends Data.TaggedError("OutputGap")<{ readonly size: number }> {
  override get message() {
    return `the chunk leaves a hole: ${this.size} bytes are stored`
  }
}

/** The chunk would make the output larger than `limit`; nothing of it was stored. The output ends at `size`. */
export class OutputTooLarge extends Data.TaggedError("OutputTooLarge")<{
  readonly limit: number
  readonly size: number
}> {
  override get message() {
    return `the output would be larger than ${this.limit} bytes`
  }
}

/** The file system failed. `code` is the system's (ENOSPC, EIO, ELOOP for a link where a file must be, …). */
export class BlobStorageFailed extends Data.TaggedError("BlobStorageFailed")<{
  readonly operation: string
  readonly code: string
}> {
  override get message() {
    return `blob storage failed at ${this.operation} (${this.code})`
  }
}
