import type { Redis } from "ioredis"
import { BusUnavailable } from "#src/errors.ts"
import { run } from "#src/commands.ts"
import type { Link } from "#src/link.ts"
import { BLOCK_MILLIS, WATCHDOG_BLOCKS } from "#src/limits.ts"

/**
 * Runs one blocking read and watches over it: when it has not come back after `WATCHDOG_BLOCKS` times its own wait, the
 * connection is dead without knowing it. It is cut, which fails the read with BusUnavailable, and a new one is made.
 */
export const runBlocking = async <A>(
  link: Link,
  blockMillis: number,
  read: (redis: Redis) => Promise<A>,
): Promise<A> => {
  const limitMillis = Math.max(BLOCK_MILLIS, blockMillis) * WATCHDOG_BLOCKS
  let timer: NodeJS.Timeout | undefined
  const watchdog = new Promise<never>((_, reject) => {
    timer = setTimeout(() => {
      link.cut()
      reject(new BusUnavailable({ reason: `a blocking read did not come back within ${limitMillis} ms` }))
    }, limitMillis)
  })
  try {
    return await Promise.race([run(link, read), watchdog])
  } finally {
    clearTimeout(timer)
  }
}
