import { createCipheriv, createDecipheriv, randomBytes, scrypt } from "node:crypto"
import { Data } from "effect"
import { SCRYPT_BLOCK_SIZE, SCRYPT_COST, SCRYPT_MEMORY_MAX_BYTES, SEALED_FRAME_BYTES } from "#src/backup/limits.ts"

/**
 * Encryption of a whole backup under a passphrase: scrypt makes a key of its own for each file, AES-256-GCM seals frames that are counted
 * and of which the last one is marked (the STREAM construction of Hoang, Reyhanitabar, Rogaway and Vizár, 2015), so that none can be
 * changed, moved, left out or cut off at the end.
 *
 * File: MAGIC, salt, then frames of [length of the sealed bytes, 4 bytes big-endian][sealed bytes][tag].
 */
export const MAGIC = Buffer.from("muster-sealed-1\n")
const SALT_BYTES = 32
const KEY_BYTES = 32
const NONCE_BYTES = 12
const TAG_BYTES = 16
const LENGTH_BYTES = 4
const CIPHER = "aes-256-gcm"

/** A frame that was not sealed under this passphrase, or was changed since, or is missing. */
export class SealBroken extends Data.TaggedError("SealBroken")<{ readonly message: string }> {}

const keyOf = (passphrase: string, salt: Uint8Array): Promise<Buffer> =>
  new Promise((resolve, reject) => {
    const cost = { N: SCRYPT_COST, r: SCRYPT_BLOCK_SIZE, p: 1, maxmem: SCRYPT_MEMORY_MAX_BYTES }
    scrypt(passphrase.normalize("NFKC"), salt, KEY_BYTES, cost, (error, key) => (error ? reject(error) : resolve(key)))
  })

/** Number of the frame, and whether it is the last one. Never used twice under one key. */
const nonceOf = (frame: number, isLast: boolean): Buffer => {
  const nonce = Buffer.alloc(NONCE_BYTES)
  nonce.writeBigUInt64BE(BigInt(frame), 0)
  nonce.writeUInt8(isLast ? 1 : 0, NONCE_BYTES - 1)
  return nonce
}

/** Cuts a stream of bytes into blocks of one size; the last one may be shorter, and is the only one marked. */
async function* blocks(
  source: AsyncIterable<Uint8Array>,
  bytes: number,
): AsyncGenerator<{ readonly block: Buffer; readonly isLast: boolean }> {
  let held: Buffer[] = []
  let heldBytes = 0
  for await (const chunk of source) {
    held.push(Buffer.from(chunk.buffer, chunk.byteOffset, chunk.byteLength))
    heldBytes += chunk.byteLength
    // One byte more than a block: only then is it known that this block is not the last.
    if (heldBytes <= bytes) continue
    let all = Buffer.concat(held)
    while (all.length > bytes) {
      yield { block: all.subarray(0, bytes), isLast: false }
      all = all.subarray(bytes)
    }
    held = [all]
    heldBytes = all.length
  }
  yield { block: Buffer.concat(held), isLast: true }
}

/** The bytes of a sealed file. */
export async function* seal(source: AsyncIterable<Uint8Array>, passphrase: string): AsyncGenerator<Uint8Array> {
  const salt = randomBytes(SALT_BYTES)
  const key = await keyOf(passphrase, salt)
  yield Buffer.concat([MAGIC, salt])
  let frame = 0
  for await (const { block, isLast } of blocks(source, SEALED_FRAME_BYTES)) {
    const cipher = createCipheriv(CIPHER, key, nonceOf(frame, isLast))
    const sealed = Buffer.concat([cipher.update(block), cipher.final()])
    const length = Buffer.alloc(LENGTH_BYTES)
    length.writeUInt32BE(sealed.length)
    yield Buffer.concat([length, sealed, cipher.getAuthTag()])
    frame += 1
  }
}

/** Takes exact numbers of bytes from a stream. */
const taker = (source: AsyncIterable<Uint8Array>) => {
  const iterator = source[Symbol.asyncIterator]()
  let held = Buffer.alloc(0)
  return {
    /** So many bytes, or fewer at the end of the stream. */
    take: async (bytes: number): Promise<Buffer> => {
      const parts = [held]
      let have = held.length
      while (have < bytes) {
        const next = await iterator.next()
        if (next.done === true) break
        parts.push(Buffer.from(next.value))
        have += next.value.byteLength
      }
      const all = Buffer.concat(parts)
      held = all.subarray(bytes)
      return all.subarray(0, bytes)
    },
    close: async () => {
      await iterator.return?.()
    },
  }
}

const openFrame = (key: Buffer, frame: number, isLast: boolean, sealed: Buffer, tag: Buffer): Buffer => {
  const decipher = createDecipheriv(CIPHER, key, nonceOf(frame, isLast), { authTagLength: TAG_BYTES })
  decipher.setAuthTag(tag)
  const opened = decipher.update(sealed)
  try {
    return Buffer.concat([opened, decipher.final()])
  } catch {
    // The cipher has one way to fail: the tag does not fit.
    const isFirst = frame === 0
    throw new SealBroken({
      message: isFirst ? "the passphrase is wrong, or the file was changed" : "it was changed or is cut off",
    })
  }
}

/** What a sealed file holds. Throws SealBroken at the first frame that is not what was sealed. */
export async function* unseal(source: AsyncIterable<Uint8Array>, passphrase: string): AsyncGenerator<Uint8Array> {
  const { take, close } = taker(source)
  try {
    if (!(await take(MAGIC.length)).equals(MAGIC)) throw new SealBroken({ message: "it is not sealed" })
    const salt = await take(SALT_BYTES)
    if (salt.length < SALT_BYTES) throw new SealBroken({ message: "it is cut off" })
    const key = await keyOf(passphrase, salt)
    let head = await take(LENGTH_BYTES)
    for (let frame = 0; ; frame += 1) {
      if (head.length < LENGTH_BYTES) throw new SealBroken({ message: "it is cut off" })
      const length = head.readUInt32BE()
      if (length > SEALED_FRAME_BYTES) throw new SealBroken({ message: "a frame is too long" })
      const sealed = await take(length)
      const tag = await take(TAG_BYTES)
      if (tag.length < TAG_BYTES) throw new SealBroken({ message: "it is cut off" })
      head = await take(LENGTH_BYTES)
      const isLast = head.length === 0
      yield openFrame(key, frame, isLast, sealed, tag)
      if (isLast) return
    }
  } finally {
    await close()
  }
}
