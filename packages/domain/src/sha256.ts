/**
 * SHA-256 (FIPS 180-4) without the platform's help: reducers run in the browser too, at once, and the browser's own is asynchronous.
 * For short texts; `test/approval.test.ts` compares it with Node's.
 */

const ROUND_CONSTANTS = new Uint32Array([
  0x428a2f98, 0x71374491, 0xb5c0fbcf, 0xe9b5dba5, 0x3956c25b, 0x59f111f1, 0x923f82a4, 0xab1c5ed5, 0xd807aa98,
  0x12835b01, 0x243185be, 0x550c7dc3, 0x72be5d74, 0x80deb1fe, 0x9bdc06a7, 0xc19bf174, 0xe49b69c1, 0xefbe4786,
  0x0fc19dc6, 0x240ca1cc, 0x2de92c6f, 0x4a7484aa, 0x5cb0a9dc, 0x76f988da, 0x983e5152, 0xa831c66d, 0xb00327c8,
  0xbf597fc7, 0xc6e00bf3, 0xd5a79147, 0x06ca6351, 0x14292967, 0x27b70a85, 0x2e1b2138, 0x4d2c6dfc, 0x53380d13,
  0x650a7354, 0x766a0abb, 0x81c2c92e, 0x92722c85, 0xa2bfe8a1, 0xa81a664b, 0xc24b8b70, 0xc76c51a3, 0xd192e819,
  0xd6990624, 0xf40e3585, 0x106aa070, 0x19a4c116, 0x1e376c08, 0x2748774c, 0x34b0bcb5, 0x391c0cb3, 0x4ed8aa4a,
  0x5b9cca4f, 0x682e6ff3, 0x748f82ee, 0x78a5636f, 0x84c87814, 0x8cc70208, 0x90befffa, 0xa4506ceb, 0xbef9a3f7,
  0xc67178f2,
])
const FIRST_STATE = [
  0x6a09e667, 0xbb67ae85, 0x3c6ef372, 0xa54ff53a, 0x510e527f, 0x9b05688c, 0x1f83d9ab, 0x5be0cd19,
] as const

const BLOCK_BYTES = 64
const LENGTH_BYTES = 8
const ROUNDS = 64

const rotated = (word: number, bits: number): number => (word >>> bits) | (word << (32 - bits))

/** The text as UTF-8, a one bit, zeros, and its length in bits: a whole number of blocks. */
const padded = (text: string): DataView => {
  const bytes = new TextEncoder().encode(text)
  const blocks = Math.ceil((bytes.length + 1 + LENGTH_BYTES) / BLOCK_BYTES)
  const all = new Uint8Array(blocks * BLOCK_BYTES)
  all.set(bytes)
  all[bytes.length] = 0x80
  const view = new DataView(all.buffer)
  view.setBigUint64(all.length - LENGTH_BYTES, BigInt(bytes.length) * 8n)
  return view
}

/** The 64 words that the rounds of one block take. */
const scheduleOf = (view: DataView, offset: number): Uint32Array => {
  const words = new Uint32Array(ROUNDS)
  const at = (index: number): number => words[index] ?? 0
  for (let index = 0; index < 16; index += 1) words[index] = view.getUint32(offset + index * 4)
  for (let index = 16; index < ROUNDS; index += 1) {
    const [early, late] = [at(index - 15), at(index - 2)]
    const small0 = rotated(early, 7) ^ rotated(early, 18) ^ (early >>> 3)
    const small1 = rotated(late, 17) ^ rotated(late, 19) ^ (late >>> 10)
    words[index] = at(index - 16) + small0 + at(index - 7) + small1
  }
  return words
}

type State = readonly [number, number, number, number, number, number, number, number]

const compressed = (state: State, words: Uint32Array): State => {
  let [a, b, c, d, e, f, g, h] = state
  for (let index = 0; index < ROUNDS; index += 1) {
    const big1 = rotated(e, 6) ^ rotated(e, 11) ^ rotated(e, 25)
    const choice = (e & f) ^ (~e & g)
    const first = (h + big1 + choice + (ROUND_CONSTANTS[index] ?? 0) + (words[index] ?? 0)) | 0
    const big0 = rotated(a, 2) ^ rotated(a, 13) ^ rotated(a, 22)
    const majority = (a & b) ^ (a & c) ^ (b & c)
    ;[h, g, f, e, d, c, b, a] = [g, f, e, (d + first) | 0, c, b, a, (first + big0 + majority) | 0]
  }
  const [a0, b0, c0, d0, e0, f0, g0, h0] = state
  return [a0 + a, b0 + b, c0 + c, d0 + d, e0 + e, f0 + f, g0 + g, h0 + h].map((word) => word | 0) as unknown as State
}

/** The hash of a text's UTF-8 bytes, as 64 lower-case hexadecimal digits. */
export const sha256Hex = (text: string): string => {
  const view = padded(text)
  let state: State = FIRST_STATE
  for (let offset = 0; offset < view.byteLength; offset += BLOCK_BYTES)
    state = compressed(state, scheduleOf(view, offset))
  return state.map((word) => (word >>> 0).toString(16).padStart(8, "0")).join("")
}
