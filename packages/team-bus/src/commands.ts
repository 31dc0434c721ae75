import type { Redis } from "ioredis"
import { asBusError } from "#src/errors.ts"
import type { Link } from "#src/link.ts"
import { PIPELINE_MAX_COMMANDS } from "#src/limits.ts"

/** What the client library says when a command was not answered in time. */
const COMMAND_TIMED_OUT = "Command timed out"

/** Runs commands on the link's connection. Rejects with a BusError; a connection that does not answer is cut. */
export const run = async <A>(link: Link, work: (redis: Redis) => Promise<A>): Promise<A> => {
  try {
    return await work(link.redis())
  } catch (error) {
    if (error instanceof Error && error.message === COMMAND_TIMED_OUT) link.cut()
    throw asBusError(error)
  }
}

type Command = readonly [name: string, ...args: readonly (string | number)[]]

/**
 * Sends many commands in as few round trips as named limits allow and answers with their replies in order. Rejects with the
 * first error; commands after it may have been done.
 */
export const runMany = (link: Link, commands: readonly Command[]): Promise<readonly unknown[]> =>
  run(link, async (redis) => {
    const replies: unknown[] = []
    for (let start = 0; start < commands.length; start += PIPELINE_MAX_COMMANDS) {
      const chunk = commands.slice(start, start + PIPELINE_MAX_COMMANDS).map((command) => [...command])
      for (const [error, reply] of (await redis.pipeline(chunk).exec()) ?? []) {
        if (error) throw error
        replies.push(reply)
      }
    }
    return replies
  })
