import { createCipheriv, createDecipheriv, createHash, randomBytes } from "node:crypto"
import { MasterKeyInvalid, SecretSealed } from "#src/errors.ts"
import { MASTER_KEY_BYTES, SECRET_BYTES } from "#src/limits.ts"

const ALGORITHM = "aes-256-gcm"
const IV_BYTES = 12
const TAG_BYTES = 16
const LAYOUT = 1
/** The first bytes of its hash: which key it was, without telling anything of it. */
const KEY_ID_CHARS = 16

const seal = (key: Buffer, plain: Buffer, about: Buffer): Buffer => {
  const iv = randomBytes(IV_BYTES)
  const cipher = createCipheriv(ALGORITHM, key, iv)
  cipher.setAAD(about)
  return Buffer.concat([iv, cipher.update(plain), cipher.final(), cipher.getAuthTag()])
}

const open = (key: Buffer, sealed: Buffer, about: Buffer): Buffer => {
  const decipher = createDecipheriv(ALGORITHM, key, sealed.subarray(0, IV_BYTES), { authTagLength: TAG_BYTES })
  decipher.setAAD(about)
  decipher.setAuthTag(sealed.subarray(sealed.length - TAG_BYTES))
  return Buffer.concat([decipher.update(sealed.subarray(IV_BYTES, sealed.length - TAG_BYTES)), decipher.final()])
}

export interface SealedSecret {
  readonly sealed: Buffer
  readonly masterKeyId: string
}

/** Seals secrets that have to be read again: keys of others, which a hash would not serve. */
export interface Envelope {
  /** `about` says what the secret belongs to; it can be opened for nothing else. */
  readonly seal: (secret: string, about: string) => SealedSecret
  /** Fails with SecretSealed when it was sealed with another master key, for something else, or was changed. */
  readonly open: (secret: SealedSecret, about: string) => string
}

/**
 * Envelope encryption with AES-256-GCM: each secret has a data key of its own, which the master key seals. Fails with
 * MasterKeyInvalid when the master key does not have 32 bytes.
 */
export const makeEnvelope = (masterKey: Uint8Array): Envelope => {
  if (masterKey.length !== MASTER_KEY_BYTES) throw new MasterKeyInvalid({ bytes: MASTER_KEY_BYTES })
  const master = Buffer.from(masterKey)
  const id = createHash("sha256").update("master-key:").update(master).digest("hex").slice(0, KEY_ID_CHARS)
  const wrappedBytes = IV_BYTES + SECRET_BYTES + TAG_BYTES
  return {
    seal: (secret, about) => {
      const dataKey = randomBytes(SECRET_BYTES)
      const bound = Buffer.from(about, "utf8")
      const parts = [
        Buffer.from([LAYOUT]),
        seal(master, dataKey, bound),
        seal(dataKey, Buffer.from(secret, "utf8"), bound),
      ]
      return { sealed: Buffer.concat(parts), masterKeyId: id }
    },
    open: ({ sealed, masterKeyId }, about) => {
      if (masterKeyId !== id || sealed[0] !== LAYOUT) throw new SecretSealed({})
      const bound = Buffer.from(about, "utf8")
      try {
        const dataKey = open(master, sealed.subarray(1, 1 + wrappedBytes), bound)
        return open(dataKey, sealed.subarray(1 + wrappedBytes), bound).toString("utf8")
      } catch (cause) {
        throw new SecretSealed({ cause })
      }
    },
  }
}

/** Without a master key nothing can be sealed; what is sealed stays so. */
export const noEnvelope: Envelope = {
  seal: () => {
    throw new MasterKeyInvalid({ bytes: MASTER_KEY_BYTES })
  },
  open: () => {
    throw new SecretSealed({})
  },
}
