import { createHash } from "node:crypto"
import { open, rename, rm, stat } from "node:fs/promises"
import { dirname } from "node:path"
import { Readable } from "node:stream"
import { type Headers, pack } from "tar-stream"
import { seal } from "#src/backup/archive/sealing.ts"
import type { FileRecord } from "#src/backup/documents.ts"
import { TargetUnusable } from "#src/backup/errors.ts"
import { syncFolder } from "#src/backup/files/sync.ts"
import { PRIVATE_FILE_MODE } from "#src/backup/limits.ts"

export interface ArchiveWriter {
  /** Adds an entry of known bytes. */
  readonly add: (name: string, bytes: Uint8Array) => Promise<FileRecord>
  /** Adds an entry of exactly `size` bytes; what the source lacks at its end is filled up with zeros, what it has more is left out. */
  readonly addStream: (name: string, size: number, source: AsyncIterable<Uint8Array>) => Promise<FileRecord>
  /** Puts the finished file in its place; answers with its size in bytes. */
  readonly finish: () => Promise<number>
  /** Leaves nothing behind. Harmless after `finish`. */
  readonly discard: () => Promise<void>
}

export interface ArchiveOptions {
  /** Must not exist. The file grows beside it and gets this name when it is whole. */
  readonly path: string
  readonly passphrase: string | undefined
}

const codeOf = (error: unknown): string =>
  error instanceof Error && "code" in error && typeof error.code === "string" ? error.code : ""

/** Opens a new backup file for writing: a tar, sealed when there is a passphrase. Fails with TargetUnusable. */
export const writeArchive = async ({ path, passphrase }: ArchiveOptions): Promise<ArchiveWriter> => {
  const partial = `${path}.partial`
  if ((await stat(path).catch(() => undefined)) !== undefined)
    throw new TargetUnusable({ path, reason: "there is such a file already" })
  await rm(partial, { force: true })
  const file = await open(partial, "wx", PRIVATE_FILE_MODE).catch((error: unknown) => {
    throw new TargetUnusable({ path, reason: codeOf(error) })
  })
  const tar = pack()
  let failure: unknown
  /**
   * Tells the entry that is being added that the file can not be written any more. A race against a promise of the whole file would do
   * as well, and keep every entry in memory until its end.
   */
  let failEntry: ((error: unknown) => void) | undefined

  const drain = async (): Promise<void> => {
    try {
      const plain = Readable.from(tar, { objectMode: false })
      const bytes: AsyncIterable<Uint8Array> = passphrase === undefined ? plain : seal(plain, passphrase)
      for await (const chunk of bytes) await file.writeFile(chunk)
      await file.sync()
    } catch (error) {
      const code = codeOf(error)
      failure = code === "" ? error : new TargetUnusable({ path, reason: code })
      failEntry?.(failure)
      tar.destroy(error instanceof Error ? error : new Error(String(error)))
      throw failure
    }
  }
  const drained = drain()
  // Whoever adds or finishes hears of it; nobody has to be listening before.
  drained.catch(() => undefined)

  const addStream = async (name: string, size: number, source: AsyncIterable<Uint8Array>): Promise<FileRecord> => {
    const hash = createHash("sha256")
    if (failure !== undefined) throw failure
    await new Promise<void>((resolve, reject) => {
      failEntry = reject
      const header: Headers = { name, size, mode: PRIVATE_FILE_MODE, mtime: new Date(0) }
      const sink = tar.entry(header, (error) => (error ? reject(error) : resolve()))
      const put = (bytes: Uint8Array): Promise<void> => {
        hash.update(bytes)
        if (sink.write(bytes)) return Promise.resolve()
        return new Promise((drained) => sink.once("drain", () => drained()))
      }
      const pump = async (): Promise<void> => {
        let left = size
        for await (const chunk of source) {
          if (left === 0) break
          const part = chunk.subarray(0, left)
          await put(part)
          left -= part.byteLength
        }
        for (; left > 0; left -= Math.min(left, ZEROS.byteLength)) await put(ZEROS.subarray(0, left))
        sink.end()
      }
      pump().catch(reject)
    })
    failEntry = undefined
    return { name, size, sha256: hash.digest("hex") }
  }

  return {
    addStream,
    add: (name, bytes) => addStream(name, bytes.byteLength, Readable.from([bytes])),
    finish: async () => {
      tar.finalize()
      await drained
      const { size } = await file.stat()
      await file.close()
      await rename(partial, path)
      await syncFolder(dirname(path))
      return size
    },
    discard: async () => {
      tar.destroy()
      await drained.catch(() => undefined)
      await file.close().catch(() => undefined)
      await rm(partial, { force: true })
    },
  }
}

const ZEROS = new Uint8Array(64 * 1024)
