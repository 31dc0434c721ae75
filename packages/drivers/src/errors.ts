import { Data } from "effect"

/** The driver could not do what it was asked. Trying again later is right. */
export class InstanceFailed extends Data.TaggedError("InstanceFailed")<{
  readonly id: string
  readonly message: string
}> {}

/** An error of the operating system with one of these codes. */
export const hasCode = (error: unknown, ...codes: readonly string[]): boolean =>
  error instanceof Error && "code" in error && codes.includes(String(error.code))
