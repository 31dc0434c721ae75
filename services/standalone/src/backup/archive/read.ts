import { createReadStream } from "node:fs"
import { open } from "node:fs/promises"
import { pipeline, Readable } from "node:stream"
import { extract } from "tar-stream"
import { MAGIC, SealBroken, unseal } from "#src/backup/archive/sealing.ts"
import { BackupUnreadable, PassphraseNeeded } from "#src/backup/errors.ts"
import { READ_CHUNK_BYTES } from "#src/backup/limits.ts"

export interface ArchiveEntry {
  readonly name: string
  /** Bytes that the file says the entry has. */
  readonly size: number
  /** To be read to its end before the next entry is asked for. */
  readonly body: AsyncIterable<Uint8Array>
}

export interface ReadOptions {
  readonly path: string
  readonly passphrase: string | undefined
  /** Called with each stretch of the file that was read: how far it is. */
  readonly onRead?: (bytes: number) => void
}

/** Whether the file is sealed under a passphrase. Fails with BackupUnreadable when there is no such file. */
export const isSealed = async (path: string): Promise<boolean> => {
  const file = await open(path, "r").catch((error: unknown) => {
    const isMissing = error instanceof Error && "code" in error && error.code === "ENOENT"
    const reason = isMissing ? "there is no such file" : error instanceof Error ? error.message : String(error)
    throw new BackupUnreadable({ path, reason })
  })
  try {
    const { buffer, bytesRead } = await file.read(Buffer.alloc(MAGIC.length), 0, MAGIC.length, 0)
    return bytesRead === MAGIC.length && buffer.equals(MAGIC)
  } finally {
    await file.close()
  }
}

const asUnreadable = (path: string, error: unknown): unknown => {
  if (error instanceof SealBroken) return new BackupUnreadable({ path, reason: error.message })
  const isOfTar = error instanceof Error && /tar header|end of data|Invalid|Size mismatch/i.test(error.message)
  return isOfTar ? new BackupUnreadable({ path, reason: "it is no backup, or was cut off or changed" }) : error
}

async function* counted(source: AsyncIterable<Uint8Array>, onRead: ReadOptions["onRead"]): AsyncGenerator<Uint8Array> {
  for await (const chunk of source) {
    onRead?.(chunk.byteLength)
    yield chunk
  }
}

/**
 * The entries of a backup, one after the other. Fails with BackupUnreadable when the file is not what a backup looks like (whether its
 * entries are what was written is for the manifest to say) and with PassphraseNeeded.
 */
export async function* readArchive({ path, passphrase, onRead }: ReadOptions): AsyncGenerator<ArchiveEntry> {
  const sealed = await isSealed(path)
  if (sealed && passphrase === undefined) throw new PassphraseNeeded({ path })
  const file = createReadStream(path, { highWaterMark: READ_CHUNK_BYTES })
  const bytes = counted(file, onRead)
  const plain = Readable.from(sealed && passphrase !== undefined ? unseal(bytes, passphrase) : bytes, {
    objectMode: false,
  })
  const tar = extract()
  let broken: unknown
  pipeline(plain, tar, (error) => {
    broken = error ?? undefined
  })
  /** What breaks the file breaks the entry that is being read: whoever reads it hears what it means. */
  async function* bodyOf(entry: AsyncIterable<Uint8Array>): AsyncGenerator<Uint8Array> {
    try {
      yield* entry
    } catch (error) {
      throw asUnreadable(path, broken ?? error)
    }
  }
  try {
    for await (const entry of tar) {
      if (entry.header.type === "file")
        yield { name: entry.header.name, size: entry.header.size ?? 0, body: bodyOf(entry) }
      else throw new BackupUnreadable({ path, reason: `it holds something that is no file (${entry.header.name})` })
    }
  } catch (error) {
    throw asUnreadable(path, broken ?? error)
  } finally {
    file.destroy()
  }
}
