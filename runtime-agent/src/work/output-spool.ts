import { mkdir, open } from "node:fs/promises"
import type { FileHandle } from "node:fs/promises"
import { join } from "node:path"

/** The output of one assignment on disk, until it is delivered. */
export interface OutputSpool {
  /** Keeps what fits under the limit; the rest is cut and marked. Calls may overlap; their order is kept. */
  readonly append: (bytes: Uint8Array) => Promise<void>
  readonly size: () => number
  readonly isTruncated: () => boolean
  /** Calls back whenever there is more to read. */
  readonly onGrown: (listener: () => void) => void
  readonly read: (offset: number, maxBytes: number) => Promise<Uint8Array>
  readonly close: () => Promise<void>
}

const PRIVATE_FILE_MODE = 0o600
const PRIVATE_DIR_MODE = 0o700

interface SpoolOptions {
  readonly dir: string
  readonly limitBytes: number
  readonly wasTruncated: boolean
}

const openFile = (dir: string): Promise<FileHandle> => open(join(dir, "output"), "a+", PRIVATE_FILE_MODE)

/** Without a handle, folder and file are made by the first bytes. */
const makeSpool = ({ dir, limitBytes, wasTruncated }: SpoolOptions, opened?: FileHandle, openedSize = 0) => {
  let handle = opened
  let size = openedSize
  let isTruncated = wasTruncated
  let queue: Promise<void> = Promise.resolve()
  const listeners: (() => void)[] = []

  const handleToWrite = async (): Promise<FileHandle> => {
    if (handle === undefined) {
      await mkdir(dir, { recursive: true, mode: PRIVATE_DIR_MODE })
      handle = await openFile(dir)
    }
    return handle
  }
  const write = async (bytes: Uint8Array): Promise<void> => {
    const fitting = bytes.subarray(0, Math.max(0, limitBytes - size))
    if (fitting.length < bytes.length) isTruncated = true
    if (fitting.length === 0) return
    const file = await handleToWrite()
    let written = 0
    while (written < fitting.length) {
      const { bytesWritten } = await file.write(fitting, written)
      written += bytesWritten
      size += bytesWritten
    }
    for (const listener of listeners) listener()
  }
  const spool: OutputSpool = {
    append: (bytes) => {
      const mine = queue.then(() => write(bytes))
      // A failed write (disk full) is its caller's to handle; it does not stop the next one.
      queue = mine.catch(() => undefined)
      return mine
    },
    size: () => size,
    isTruncated: () => isTruncated,
    onGrown: (listener) => void listeners.push(listener),
    read: async (offset, maxBytes) => {
      if (handle === undefined) return new Uint8Array(0)
      const buffer = Buffer.alloc(Math.min(maxBytes, Math.max(0, size - offset)))
      const { bytesRead } = await handle.read(buffer, 0, buffer.length, offset)
      return buffer.subarray(0, bytesRead)
    },
    close: async () => {
      await queue
      await handle?.close()
    },
  }
  return spool
}

/** The spool of an assignment that begins: nothing is made on the disk before there is output. */
export const newOutputSpool = (dir: string, limitBytes: number): OutputSpool =>
  makeSpool({ dir, limitBytes, wasTruncated: false })

/**
 * Opens (or makes) the spool in `dir`. Bytes are written, not fsynced: they only have to survive a crash of the agent, and what a
 * power cut takes is the output of a run that the power cut ended.
 */
export const openOutputSpool = async (dir: string, limitBytes: number, wasTruncated = false): Promise<OutputSpool> => {
  await mkdir(dir, { recursive: true, mode: PRIVATE_DIR_MODE })
  const handle = await openFile(dir)
  return makeSpool({ dir, limitBytes, wasTruncated }, handle, (await handle.stat()).size)
}
