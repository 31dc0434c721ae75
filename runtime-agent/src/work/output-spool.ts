import { open } from "node:fs/promises"
import { join } from "node:path"

/** The output of one assignment on disk, until it is delivered. */
export interface OutputSpool {
  /** Keeps what fits under the limit; the rest is cut and marked. Calls may overlap; their order is kept. */
  readonly append: (bytes: Uint8Array) => Promise<void>
  readonly size: () => number
  readonly isTruncated: () => boolean
  readonly read: (offset: number, maxBytes: number) => Promise<Uint8Array>
  readonly close: () => Promise<void>
}

const PRIVATE_FILE_MODE = 0o600

/**
 * Opens (or makes) the spool in `dir`. Bytes are written, not fsynced: they only have to survive a crash of the agent, and what a
 * power cut takes is the output of a run that the power cut ended.
 */
export const openOutputSpool = async (dir: string, limitBytes: number, wasTruncated = false): Promise<OutputSpool> => {
  const handle = await open(join(dir, "output"), "a+", PRIVATE_FILE_MODE)
  let size = (await handle.stat()).size
  let isTruncated = wasTruncated
  let queue: Promise<void> = Promise.resolve()

  const write = async (bytes: Uint8Array): Promise<void> => {
    const fitting = bytes.subarray(0, Math.max(0, limitBytes - size))
    if (fitting.length < bytes.length) isTruncated = true
    let written = 0
    while (written < fitting.length) {
      const { bytesWritten } = await handle.write(fitting, written)
      written += bytesWritten
      size += bytesWritten
    }
  }
  return {
    append: (bytes) => {
      const mine = queue.then(() => write(bytes))
      // A failed write (disk full) is its caller's to handle; it does not stop the next one.
      queue = mine.catch(() => undefined)
      return mine
    },
    size: () => size,
    isTruncated: () => isTruncated,
    read: async (offset, maxBytes) => {
      const buffer = Buffer.alloc(Math.min(maxBytes, Math.max(0, size - offset)))
      const { bytesRead } = await handle.read(buffer, 0, buffer.length, offset)
      return buffer.subarray(0, bytesRead)
    },
    close: async () => {
      await queue
      await handle.close()
    },
  }
}
