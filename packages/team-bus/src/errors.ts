import { Data } from "effect"

/** The bus cannot be reached now. Nothing is known about what was under way: try again when it is back. */
export class BusUnavailable extends Data.TaggedError("BusUnavailable")<{ readonly reason: string }> {
  override get message() {
    return `the bus cannot be reached: ${this.reason}`
  }
}

/** The bus does not know this user, or the user may not do this. Credentials may come back after a restart of the bus. */
export class BusDenied extends Data.TaggedError("BusDenied")<{ readonly reason: string }> {
  override get message() {
    return `the bus denies access: ${this.reason}`
  }
}

/** A stream or its consumer group is gone: the bus lost its memory and will be rebuilt from the log. */
export class BusGroupMissing extends Data.TaggedError("BusGroupMissing")<{ readonly reason: string }> {
  override get message() {
    return `a stream of the bus is gone: ${this.reason}`
  }
}

/** The bus answered with an error of its own, such as a full memory. */
export class BusRefused extends Data.TaggedError("BusRefused")<{ readonly reason: string }> {
  override get message() {
    return `the bus refused: ${this.reason}`
  }
}

/** Another process owns the team now: nothing was written. There is nothing to try again here. */
export class BusFenced extends Data.TaggedError("BusFenced")<{ readonly reason: string }> {
  override get message() {
    return `the bus belongs to another owner: ${this.reason}`
  }
}

export type BusError = BusUnavailable | BusDenied | BusGroupMissing | BusRefused | BusFenced

export const isBusError = (error: unknown): error is BusError =>
  error instanceof BusUnavailable ||
  error instanceof BusDenied ||
  error instanceof BusGroupMissing ||
  error instanceof BusRefused ||
  error instanceof BusFenced

/**
 * Names an error of the client library. Only its text is kept: the library's error objects carry the command's arguments,
 * and those of AUTH are secrets.
 */
export const asBusError = (cause: unknown): BusError => {
  if (isBusError(cause)) return cause
  const reason = cause instanceof Error ? cause.message : "unknown error"
  const code = reason.split(" ", 1)[0] ?? ""
  if (code === "NOGROUP" || code === "UNBLOCKED") return new BusGroupMissing({ reason })
  if (code === "WRONGPASS" || code === "NOPERM" || code === "NOAUTH") return new BusDenied({ reason })
  if (code === "FENCED") return new BusFenced({ reason: reason.slice("FENCED ".length) })
  const isReply = cause instanceof Error && cause.name === "ReplyError"
  return isReply && code !== "LOADING" ? new BusRefused({ reason }) : new BusUnavailable({ reason })
}
