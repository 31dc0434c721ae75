// In the place of node:fs/promises for the agent: the part it uses, over the model of the disk.
import { DiskError, onDisk, onDiskSynced, type Disk, type File } from "../model/disk.ts"

const fileOf = (disk: Disk, path: string) => {
  const file = disk.files.get(path)
  if (file === undefined) throw new DiskError("ENOENT", path)
  return file
}

const claim = (disk: Disk, path: string): void => {
  if (disk.isFull(path)) throw new DiskError("ENOSPC", path)
}

/** What an open folder is written to: nothing is. */
const FOLDER: File = { bytes: Buffer.alloc(0), syncedBytes: 0 }

/** An open file: it stays the same one when it is renamed or removed. */
class Handle {
  readonly #path: string
  readonly #file: File
  constructor(path: string, file: File) {
    this.#path = path
    this.#file = file
  }
  #append(bytes: Uint8Array): Promise<number> {
    return onDisk((disk) => {
      claim(disk, this.#path)
      this.#file.bytes = Buffer.concat([this.#file.bytes, bytes])
      return bytes.length
    })
  }
  async writeFile(data: string | Uint8Array): Promise<void> {
    await this.#append(typeof data === "string" ? Buffer.from(data) : data)
  }
  async write(bytes: Uint8Array, offset = 0): Promise<{ bytesWritten: number }> {
    return { bytesWritten: await this.#append(bytes.subarray(offset)) }
  }
  datasync(): Promise<void> {
    return onDiskSynced(() => {
      this.#file.syncedBytes = this.#file.bytes.length
    })
  }
  sync(): Promise<void> {
    return this.datasync()
  }
  truncate(size: number): Promise<void> {
    return onDisk(() => {
      this.#file.bytes = this.#file.bytes.subarray(0, size)
      this.#file.syncedBytes = Math.min(this.#file.syncedBytes, size)
    })
  }
  stat(): Promise<{ size: number }> {
    return onDisk(() => ({ size: this.#file.bytes.length }))
  }
  read(into: Buffer, offset: number, length: number, position: number): Promise<{ bytesRead: number }> {
    return onDisk(() => ({ bytesRead: this.#file.bytes.copy(into, offset, position, position + length) }))
  }
  async *readLines(): AsyncGenerator<string> {
    const text = await onDisk(() => this.#file.bytes.toString("utf8"))
    const lines = text.split("\n")
    if (lines.at(-1) === "") lines.pop()
    yield* lines
  }
  close(): Promise<void> {
    return onDisk(() => undefined)
  }
}

export const open = (path: string, flags: string): Promise<Handle> =>
  onDisk((disk) => {
    const isThere = disk.files.has(path) || (flags === "r" && (disk.folders.has(path) || disk.list(path).length > 0))
    if (flags.includes("x") && isThere) throw new DiskError("EEXIST", path)
    if (flags === "r" && !isThere) throw new DiskError("ENOENT", path)
    if (flags !== "r" && !disk.files.has(path)) disk.files.set(path, { bytes: Buffer.alloc(0), syncedBytes: 0 })
    return new Handle(path, disk.files.get(path) ?? FOLDER)
  })

export const mkdir = (path: string): Promise<void> => onDisk((disk) => void disk.folders.add(path))
export const readdir = (path: string): Promise<readonly string[]> => onDisk((disk) => disk.list(path))
export const rm = (path: string): Promise<void> => onDisk((disk) => disk.removeTree(path))
export const rename = (from: string, to: string): Promise<void> =>
  onDisk((disk) => {
    const file = fileOf(disk, from)
    disk.files.delete(from)
    disk.files.set(to, file)
  })
export const chmod = (): Promise<void> => onDisk(() => undefined)
export const lstat = (path: string): Promise<{ isDirectory: () => boolean }> =>
  onDisk((disk) => ({ isDirectory: () => !disk.files.has(path) }))
export const readFile = (path: string): Promise<string> => onDisk((disk) => fileOf(disk, path).bytes.toString("utf8"))
