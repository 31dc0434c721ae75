import { Redis } from "ioredis"
import { serveHelper, tellOpener } from "../helper/serve.ts"
import { clockNanos } from "../pacing.ts"
import type { Arrival } from "./arrivals.ts"
import { BLOCK_MILLIS } from "./limits.ts"

export interface ReaderInput {
  readonly url: string
  readonly stream: string
}

/** The least that a reader of a Redis stream can do: a blocked XREAD, again and again. */
serveHelper(async ({ url, stream }: ReaderInput) => {
  const redis = new Redis(url)
  const stopping = new AbortController()
  const read = async (): Promise<void> => {
    let last = "0"
    while (!stopping.signal.aborted) {
      const reply = await redis.xread("COUNT", 100, "BLOCK", BLOCK_MILLIS, "STREAMS", stream, last)
      const now = String(clockNanos())
      const entries = reply?.[0]?.[1] ?? []
      if (entries.length > 0) tellOpener(entries.map(([, fields]): Arrival => [fields[1] ?? "", now]))
      last = entries.at(-1)?.[0] ?? last
    }
  }
  const reading = read()
  return {
    handlers: {},
    stop: async () => {
      stopping.abort()
      await reading
      redis.disconnect()
    },
  }
})
