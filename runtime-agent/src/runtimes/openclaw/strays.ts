import type { Log } from "#src/log.ts"
import type { GatewayConnection } from "#src/runtimes/openclaw/connection.ts"
import { isConversation } from "#src/runtimes/openclaw/conversations.ts"
import { GatewayConnectionLost, GatewayError } from "#src/runtimes/openclaw/errors.ts"
import { fieldsOf, listOf, textOf } from "#src/runtimes/openclaw/fields.ts"

/**
 * Sessions that nobody waits for any more. A started gateway goes on by itself with what an earlier one was killed in, with the model and
 * the tools of whoever is in their slot by then.
 */
export interface Strays {
  /** Its gateway ended under it; its task has failed. */
  readonly lose: (key: string) => void
  /** Resolves also when it is not heard. */
  readonly abort: (connection: GatewayConnection, key: string) => Promise<boolean>
  /** Ends them, before anything new begins. */
  readonly end: (connection: GatewayConnection) => Promise<void>
}

export const makeStrays = (log: Log, isHeard: (key: string) => boolean): Strays => {
  const lost = new Set<string>()

  /** False when the connection ended. A refusal is the gateway's to make: there may be no such session any more. */
  const ask = async (
    connection: GatewayConnection,
    method: string,
    key: string,
    more: object = {},
  ): Promise<boolean> => {
    try {
      await connection.request(method, { key, ...more })
      return true
    } catch (error) {
      if (!(error instanceof GatewayError || error instanceof GatewayConnectionLost)) throw error
      log.warn({ method, key, reason: error.message }, "OpenClaw did not end a session")
      return error instanceof GatewayError
    }
  }
  const abort = (connection: GatewayConnection, key: string): Promise<boolean> =>
    ask(connection, "sessions.abort", key, { clearQueued: true })

  /** A conversation keeps its session, which is only stopped. */
  const endLost = async (connection: GatewayConnection): Promise<void> => {
    for (const key of lost) {
      const isAnswered =
        (await abort(connection, key)) && (isConversation(key) || (await ask(connection, "sessions.delete", key)))
      if (isAnswered) lost.delete(key)
    }
  }
  return {
    lose: (key) => void lost.add(key),
    abort,
    end: async (connection) => {
      await endLost(connection)
      const { sessions } = await connection.request("sessions.list", { activeOnly: true })
      for (const session of listOf(sessions)) {
        const key = textOf(fieldsOf(session)["key"])
        if (key === undefined || isHeard(key)) continue
        log.warn({ key }, "OpenClaw goes on with a session that is over; it is aborted")
        await abort(connection, key)
      }
    },
  }
}
