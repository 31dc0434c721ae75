import { createHash, randomBytes } from "node:crypto"
import { SECRET_BYTES, SECRET_MAX_CHARS } from "#src/limits.ts"

/** A fresh secret of 256 bits, safe in URLs and headers. */
export const mintSecret = (): string => randomBytes(SECRET_BYTES).toString("base64url")

/**
 * What is stored and looked up instead of a secret. Comparing hashes by an index tells nothing of the secret: nobody can steer
 * the leading bytes of a SHA-256 towards a stored one.
 */
export const hashOf = (secret: string): Buffer => createHash("sha256").update(secret, "utf8").digest()

/** False for text that cannot be one of our secrets. */
export const isPlausible = (secret: string): boolean => secret.length > 0 && secret.length <= SECRET_MAX_CHARS
