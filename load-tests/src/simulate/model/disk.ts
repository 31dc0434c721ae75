import { currentProcess, never, type SimProcess } from "../engine/scheduler.ts"
import { env } from "../engine/world-clock.ts"

/** An error of the operating system, as node:fs makes them. */
export class DiskError extends Error {
  readonly code: string
  constructor(code: string, path: string) {
    super(`${code}: ${path}`)
    this.code = code
  }
}

export interface File {
  bytes: Buffer
  /** So much of it survives a power cut. */
  syncedBytes: number
}

const OPERATION_MAX_MILLIS = 0.4
const SYNC_MAX_MILLIS = 3

/** The files of one machine. A killed process leaves what it wrote; a power cut also takes what was not synced. */
export class Disk {
  readonly files = new Map<string, File>()
  readonly folders = new Set<string>()
  /** Folders whose disk is full. */
  readonly full = new Set<string>()

  isFull(path: string): boolean {
    for (const folder of this.full) if (path.startsWith(folder)) return true
    return false
  }

  /** Power off: what was not synced is gone, or torn in the middle. */
  cutPower(below: string): void {
    const { latency } = env()
    for (const [path, file] of this.files) {
      if (!path.startsWith(below)) continue
      const unsynced = file.bytes.length - file.syncedBytes
      const kept = unsynced > 0 && latency.chance(0.5) ? latency.below(unsynced) : 0
      file.bytes = file.bytes.subarray(0, file.syncedBytes + kept)
    }
  }

  removeTree(path: string): void {
    const isInside = (name: string) => name === path || name.startsWith(`${path}/`)
    for (const name of this.files.keys()) if (isInside(name)) this.files.delete(name)
    for (const name of this.folders) if (isInside(name)) this.folders.delete(name)
  }

  list(path: string): readonly string[] {
    const names = new Set<string>()
    for (const name of [...this.files.keys(), ...this.folders])
      if (name.startsWith(`${path}/`)) names.add(name.slice(path.length + 1).split("/")[0] ?? "")
    return [...names]
  }
}

/** One disk for all: every agent has a folder of its own. */
let disk = new Disk()
export const theDisk = (): Disk => disk
export const newDisk = (): Disk => (disk = new Disk())

/** Does something with the disk after the time that takes, in the name of the process that asks. */
export const onDisk = <A>(work: (disk: Disk) => A, mostMillis = OPERATION_MAX_MILLIS): Promise<A> => {
  const process: SimProcess | undefined = currentProcess()
  if (process?.isDead === true) return never()
  const { scheduler, latency } = env()
  return new Promise((resolve, reject) => {
    scheduler.schedule(latency.next() * mostMillis, () => {
      try {
        resolve(work(disk))
      } catch (error) {
        reject(error)
      }
    })
  })
}

export const onDiskSynced = <A>(work: (disk: Disk) => A): Promise<A> => onDisk(work, SYNC_MAX_MILLIS)
