import { execFileSync } from "node:child_process"
import { mkdirSync, mkdtempSync, rmSync, writeFileSync, statfsSync } from "node:fs"
import { tmpdir } from "node:os"
import { join } from "node:path"
import { SMALL_DISK_MEBIBYTES } from "../limits.ts"

/** A file system that is quickly full. */
export interface SmallDisk {
  readonly path: string
  /** Leaves no byte free. */
  readonly fill: () => void
  readonly free: () => void
  readonly remove: () => void
}

const MEBIBYTE_BYTES = 1024 * 1024
const CHUNK_BYTES = 64 * 1024
const PRIVATE_MODE = 0o700

const isFull = (error: unknown): boolean => error instanceof Error && "code" in error && error.code === "ENOSPC"

const mount = (path: string): void => {
  execFileSync("mount", ["-t", "tmpfs", "-o", `size=${SMALL_DISK_MEBIBYTES}m,mode=700`, "muster-chaos", path], {
    stdio: "pipe",
  })
}

/** Whether this account may mount one. */
export const canMakeSmallDisk = (): boolean => {
  if (process.getuid?.() !== 0) return false
  const path = mkdtempSync(join(tmpdir(), "muster-chaos-mount-"))
  try {
    mount(path)
    execFileSync("umount", [path], { stdio: "pipe" })
    return true
  } catch (error) {
    // A container may keep even root from mounting, or have no mount at all.
    if (error instanceof Error && ("status" in error || "code" in error)) return false
    throw error
  } finally {
    rmSync(path, { recursive: true, force: true })
  }
}

export const makeSmallDisk = (path: string): SmallDisk => {
  mkdirSync(path, { recursive: true, mode: PRIVATE_MODE })
  mount(path)
  const filler = join(path, "filler")
  return {
    path,
    fill: () => {
      const { bavail, bsize } = statfsSync(path)
      try {
        writeFileSync(filler, Buffer.alloc(Math.max(0, bavail * bsize - CHUNK_BYTES)), { flag: "a" })
        // Others write at the same time: what they leave is taken bit by bit.
        for (let left = (SMALL_DISK_MEBIBYTES * MEBIBYTE_BYTES) / CHUNK_BYTES; left > 0; left--)
          writeFileSync(filler, Buffer.alloc(CHUNK_BYTES / 16), { flag: "a" })
      } catch (error) {
        if (!isFull(error)) throw error
      }
    },
    free: () => rmSync(filler, { force: true }),
    remove: () => {
      // Lazily: a process that is slow to end may still hold it.
      execFileSync("umount", ["-l", path], { stdio: "pipe" })
    },
  }
}
