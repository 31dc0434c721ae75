import { Data } from "effect"

/** The state directory can not be used as it is. The message says what to do. */
export class StateDirUnsafe extends Data.TaggedError("StateDirUnsafe")<{
  readonly path: string
  readonly message: string
}> {}

/** Another agent works in the state directory. */
export class StateDirBusy extends Data.TaggedError("StateDirBusy")<{ readonly path: string; readonly pid: number }> {
  override get message(): string {
    return `another agent (pid ${this.pid}) already works in ${this.path}`
  }
}

/** There are neither credentials nor a bootstrap file, or one of them cannot be read. */
export class NotEnrolled extends Data.TaggedError("NotEnrolled")<{ readonly message: string }> {}

/** The control plane does not accept the bootstrap token: it was used, it expired, or the member is gone. */
export class BootstrapRefused extends Data.TaggedError("BootstrapRefused")<{
  readonly status: number
  readonly message: string
}> {}

/** The control plane could not be reached or could not answer now. Trying again later is right. */
export class ControlPlaneAway extends Data.TaggedError("ControlPlaneAway")<{ readonly message: string }> {}

/** The runtime cannot start this task. */
export class RuntimeUnavailable extends Data.TaggedError("RuntimeUnavailable")<{ readonly message: string }> {}

/** The message of anything that was thrown, for log lines and reports. */
export const messageOf = (error: unknown): string => (error instanceof Error ? error.message : String(error))

/** An error of the operating system with one of these codes. */
export const hasCode = (error: unknown, ...codes: readonly string[]): boolean =>
  error instanceof Error && "code" in error && codes.includes(String(error.code))
