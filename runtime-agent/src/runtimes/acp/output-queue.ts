import { ACP_OUTPUT_PENDING_MAX_BYTES } from "#src/runtimes/acp/limits.ts"

/** Output on its way into the spool, in order. Small pieces that come together leave together. */
export interface OutputQueue {
  readonly push: (piece: Uint8Array | string) => void
  /** Resolves when so little waits that more may be read. */
  readonly room: () => Promise<void>
  /** Resolves when everything is in the spool. */
  readonly drained: () => Promise<void>
  /** Rejects when the spool can take no more; never resolves. */
  readonly failed: Promise<never>
}

export const outputQueue = (write: (bytes: Uint8Array) => Promise<void>): OutputQueue => {
  let pieces: Uint8Array[] = []
  let pendingBytes = 0
  let pumping: Promise<void> | undefined
  let fail: (error: unknown) => void = () => undefined
  const failed = new Promise<never>((_, reject) => {
    fail = reject
  })
  failed.catch(() => undefined) // whoever waits for it hears of it; nobody has to

  const pump = async (): Promise<void> => {
    try {
      while (pieces.length > 0) {
        const joined = Buffer.concat(pieces)
        pieces = []
        await write(joined)
        pendingBytes -= joined.length
      }
    } catch (error) {
      fail(error)
    } finally {
      pumping = undefined // in the same breath as the last look: what comes next starts anew
    }
  }
  const drained = (): Promise<void> => pumping?.then(drained) ?? Promise.resolve()
  return {
    push: (piece) => {
      const bytes = typeof piece === "string" ? Buffer.from(piece) : piece
      if (bytes.length === 0) return
      pieces.push(bytes)
      pendingBytes += bytes.length
      pumping ??= pump()
    },
    room: async () => {
      if (pendingBytes > ACP_OUTPUT_PENDING_MAX_BYTES) await drained()
    },
    drained,
    failed,
  }
}
