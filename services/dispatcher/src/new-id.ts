import { randomFillSync } from "node:crypto"
import { v7 } from "uuid"

const RANDOM_BYTES = 16
/** Ids whose random bytes are fetched at once: asking the system for 16 bytes each time takes most of what an id costs. */
const IDS_PER_FETCH = 256
const SEQUENCE_BITS_START = 31

const pool = new Uint8Array(RANDOM_BYTES * IDS_PER_FETCH)
let used = pool.length
let millis = 0
let sequence = 0

const randomBytes = (): Uint8Array => {
  if (used >= pool.length) {
    randomFillSync(pool)
    used = 0
  }
  const bytes = pool.subarray(used, used + RANDOM_BYTES)
  used += RANDOM_BYTES
  return bytes
}

/** A UUID of version 7 that sorts after all that this process has made before, also when the clock goes back. */
export const newId = (): string => {
  const random = randomBytes()
  const nowMillis = Date.now()
  if (nowMillis > millis) {
    millis = nowMillis
    sequence = new DataView(random.buffer, random.byteOffset).getUint32(0) >>> (32 - SEQUENCE_BITS_START)
  } else {
    sequence = (sequence + 1) >>> 0
    // The counter is used up: the next millisecond begins early.
    if (sequence === 0) millis += 1
  }
  return v7({ random, msecs: millis, seq: sequence })
}
