import { execFile } from "node:child_process"
import { chownSync, closeSync, constants, openSync, rmSync } from "node:fs"
import { Socket } from "node:net"
import { join } from "node:path"
import { promisify } from "node:util"
import type { Account } from "#src/runtimes/shared/account.ts"

const run = promisify(execFile)

/** A pipe that a task writes and the agent reads. */
export interface OutputPipe {
  readonly reader: AsyncIterable<Uint8Array>
  /** The task's end. Close it once the task has it. */
  readonly writerFd: number
  readonly closeWriter: () => void
  readonly destroy: () => void
}

/**
 * A named pipe instead of what `spawn` makes: that is a socket, and a script that writes to /dev/stdout or /dev/stderr would fail
 * on it. The task's account owns it, so that it may be opened again by that name.
 */
export const makeOutputPipe = async (dir: string, account: Account | undefined): Promise<OutputPipe> => {
  const path = join(dir, "pipe")
  await run("mkfifo", ["-m", "600", path])
  // The reading end first and without waiting: then the writing end opens at once.
  const readerFd = openSync(path, constants.O_RDONLY | constants.O_NONBLOCK)
  const writerFd = openSync(path, constants.O_WRONLY)
  if (account) chownSync(path, account.uid, account.gid)
  rmSync(path)
  const reader = new Socket({ fd: readerFd, readable: true, writable: false })
  let isOpen = true
  return {
    reader,
    writerFd,
    closeWriter: () => {
      if (isOpen) closeSync(writerFd)
      isOpen = false
    },
    destroy: () => reader.destroy(),
  }
}
