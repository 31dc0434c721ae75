// In the place of node:crypto: hashes are the real ones, what is random follows from the seed.
import { env } from "../engine/world-clock.ts"
import { v7 } from "./uuid.ts"

const real = process.getBuiltinModule("node:crypto")

export const createHash = real.createHash
export const hash = real.hash
export const timingSafeEqual = real.timingSafeEqual
export const randomUUID = v7
export const randomBytes = (size: number): Buffer =>
  Buffer.from(Array.from({ length: size }, () => env().chance.below(256)))
