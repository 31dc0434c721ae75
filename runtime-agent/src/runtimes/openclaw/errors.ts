import { Data } from "effect"

/** The gateway does not take work yet, or is not there: trying again is right. */
export class GatewayNotReady extends Data.TaggedError("GatewayNotReady")<{ readonly message: string }> {}

/** The gateway is another one than this runtime is made for, or does not accept us. Trying again does not help. */
export class GatewayRefused extends Data.TaggedError("GatewayRefused")<{ readonly message: string }> {}

/** A gateway could not be started. `isFinal`: it would not with another try either. */
export class GatewayStartFailed extends Data.TaggedError("GatewayStartFailed")<{
  readonly message: string
  readonly isFinal: boolean
}> {}

/** The connection to the gateway ended. What it carries out goes on without it. */
export class GatewayConnectionLost extends Data.TaggedError("GatewayConnectionLost")<{ readonly message: string }> {}

/** The gateway of a session ended, and with it all that it carried out. */
export class GatewayLost extends Data.TaggedError("GatewayLost")<{ readonly message: string }> {}

/** The gateway answered with an error. */
export class GatewayError extends Data.TaggedError("GatewayError")<{
  readonly code: string
  readonly message: string
}> {}
