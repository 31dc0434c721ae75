import { once } from "node:events"
import type { ServerResponse } from "node:http"
import { setTimeout as delay } from "node:timers/promises"
import { ENDLESS_MAX_MILLIS, ENDLESS_PAUSE_MILLIS } from "#src/limits.ts"

/** Waits, unless the client leaves before: then rejects with an AbortError. */
export const pause = async (response: ServerResponse, millis: number): Promise<void> => {
  const gone = new AbortController()
  const leave = () => gone.abort()
  response.once("close", leave)
  try {
    if (response.destroyed) gone.abort()
    await delay(millis, undefined, { signal: gone.signal })
  } finally {
    response.off("close", leave)
  }
}

const write = async (response: ServerResponse, text: string): Promise<void> => {
  if (response.destroyed || response.write(text)) return
  await Promise.race([once(response, "drain"), once(response, "close")])
}

/** Sends texts one after the other, at the pace at which they are read. Ends early when the client leaves. */
export const send = async (response: ServerResponse, texts: readonly string[], pauseMillis: number): Promise<void> => {
  for (const [index, text] of texts.entries()) {
    if (response.destroyed) return
    if (index > 0 && pauseMillis > 0) await pause(response, pauseMillis)
    await write(response, text)
  }
}

/** The same texts again and again, until the client leaves or the longest time is over; then the connection is cut. */
export const sendForever = async (response: ServerResponse, text: string): Promise<void> => {
  const end = performance.now() + ENDLESS_MAX_MILLIS
  while (!response.destroyed && performance.now() < end) {
    await write(response, text)
    await pause(response, ENDLESS_PAUSE_MILLIS)
  }
  response.destroy()
}
