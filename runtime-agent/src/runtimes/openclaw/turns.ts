import { GatewayConnectionLost, GatewayError } from "#src/runtimes/openclaw/errors.ts"
import type { Fields } from "#src/runtimes/openclaw/fields.ts"
import type { Gateway } from "#src/runtimes/openclaw/gateway.ts"
import {
  GATEWAY_REQUEST_MAX_MILLIS,
  GATEWAY_WAIT_SLICE_MILLIS,
  TURN_MAX_SECONDS,
} from "#src/runtimes/openclaw/limits.ts"
import { isStillRunning } from "#src/runtimes/openclaw/receipt.ts"

export interface Turn {
  /** Of the session. */
  readonly key: string
  readonly agentId: string
  readonly runId: string
  readonly message: string
  /** What is said beside the message. */
  readonly system: string
}

export interface StartedTurn {
  /** The second answer to the start, with what the turn cost; undefined when it was lost. */
  readonly totals: Promise<Fields | undefined>
  /** False when what the turn says last may have gone where nobody hears it. */
  readonly isHeard: () => boolean
}

/**
 * Starts a turn, however often the connection is lost meanwhile: the same words under the same id are one turn. Fails with GatewayError,
 * GatewayLost.
 */
export const startTurn = async (
  gateway: Pick<Gateway, "request">,
  { key, agentId, runId, message, system }: Turn,
): Promise<StartedTurn> => {
  let second: (payload: Fields | undefined) => void = () => undefined
  const totals = new Promise<Fields | undefined>((resolve) => {
    second = resolve
  })
  let isHeard = true
  const onSecondLost = (): void => {
    isHeard = false
    second(undefined)
  }
  const params = {
    sessionKey: key,
    agentId,
    message,
    idempotencyKey: runId,
    extraSystemPrompt: system,
    timeout: TURN_MAX_SECONDS,
  }
  for (;;)
    try {
      const { status } = await gateway.request("agent", params, { onSecond: second, onSecondLost })
      // Begun over a connection that was lost: the second answer, and perhaps the last words, go where nobody hears them.
      if (status !== "accepted") onSecondLost()
      return { totals, isHeard: () => isHeard }
    } catch (error) {
      if (!(error instanceof GatewayConnectionLost)) throw error
    }
}

/** Waits until a turn is over; gives its receipt, an empty one when the signal fires. Fails with GatewayError, GatewayLost. */
export const waitForTurn = async (
  gateway: Pick<Gateway, "request">,
  runId: string,
  signal: AbortSignal,
): Promise<Fields> => {
  for (;;) {
    if (signal.aborted) return {}
    try {
      const slice = { runId, timeoutMs: GATEWAY_WAIT_SLICE_MILLIS }
      const timeoutMillis = GATEWAY_WAIT_SLICE_MILLIS + GATEWAY_REQUEST_MAX_MILLIS
      const receipt = await gateway.request("agent.wait", slice, { timeoutMillis })
      if (!isStillRunning(receipt)) return receipt
    } catch (error) {
      // The turn goes on without a connection; the next piece of waiting uses the next one.
      const isTransient =
        error instanceof GatewayConnectionLost || (error instanceof GatewayError && error.code === "TIMEOUT")
      if (!isTransient) throw error
    }
  }
}
