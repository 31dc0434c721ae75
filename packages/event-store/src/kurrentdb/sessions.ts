import { CONNECT_TIMEOUT_SECONDS } from "#src/limits.ts"
import { faultOf, KurrentFault } from "#src/kurrentdb/faults.ts"
import { within } from "#src/kurrentdb/within.ts"
import { EventStoreDBClient } from "@eventstore/db-client"

const MILLIS_PER_SECOND = 1000

/** The client of an address. The client's own error quotes the address, which may hold a password: it is not passed on. */
const connect = (url: string): EventStoreDBClient => {
  let client: EventStoreDBClient
  try {
    client = EventStoreDBClient.connectionString(url)
  } catch {
    throw new KurrentFault({ kind: "misconfigured", code: "address is not esdb://host:port with the client's options" })
  }
  // The client would close its channel at the first error, under the feet of calls that have just taken it: they throw where
  // nobody can catch it, which ends the process. Sessions here are replaced as a whole instead, see `discard`.
  client["handleError"] = () => Promise.resolve()
  // Its batch append keeps the pending promises of all clients of a process in one table and rejects them all when one
  // connection breaks; late answers then throw. One call per append has neither fault.
  client["supports"] = () => Promise.resolve(false)
  return client
}

interface Session {
  readonly client: EventStoreDBClient
  readonly channel: ReturnType<EventStoreDBClient["getChannel"]>
  readonly ended: AbortController
}

/**
 * Keeps one client and replaces it as a whole when it is in doubt: a new one looks for the leader again and has connections
 * of its own.
 */
export const makeSessions = (url: string) => {
  let current: Session | undefined
  let isClosed = false

  const open = (): Session => {
    const client = connect(url)
    return { client, channel: client["getChannel"](), ended: new AbortController() }
  }

  const endChannel = async ({ channel, ended }: Session): Promise<void> => {
    ended.abort()
    // A channel that never opened was told to those who waited for it.
    const opened = await channel.catch(() => undefined)
    opened?.close()
  }

  const discard = (session: Session): void => {
    if (current !== session) return
    current = undefined
    // Calls on their way go on; those that were just begun have taken the channel by then.
    setImmediate(() => void endChannel(session))
  }

  /** A session that is there to be used; the caller has to begin its call before anything else happens. */
  const ready = async (): Promise<Session> => {
    for (;;) {
      if (isClosed) throw new KurrentFault({ kind: "misconfigured", code: "closed" })
      const session = (current ??= open())
      try {
        await within(session.channel, CONNECT_TIMEOUT_SECONDS * MILLIS_PER_SECOND)
      } catch (error) {
        discard(session)
        throw faultOf(error)
      }
      if (current === session) return session
    }
  }

  return {
    /**
     * Works with the current client; `ended` aborts when that client is given up. A `lost` fault of the work gives it up.
     * Rejects with `KurrentFault`.
     */
    use: async <A>(work: (client: EventStoreDBClient, ended: AbortSignal) => Promise<A>): Promise<A> => {
      const session = await ready()
      try {
        return await work(session.client, session.ended.signal)
      } catch (error) {
        const fault = faultOf(error)
        if (fault.kind === "lost") discard(session)
        throw fault
      }
    },
    /** No more sessions; cancels what is still on its way. */
    close: async (timeoutMillis: number): Promise<void> => {
      isClosed = true
      const session = current
      current = undefined
      if (session === undefined) return
      await endChannel(session)
      await within(session.client.dispose(), timeoutMillis).catch((error: unknown) => {
        if (!(error instanceof KurrentFault)) throw error
      })
    },
  }
}
export type Sessions = ReturnType<typeof makeSessions>
