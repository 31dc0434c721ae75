import { sha256Hex } from "#src/sha256.ts"

/** What an agent asks leave for, as a person is shown it. */
export interface AskedAction {
  readonly action: string
  readonly detail: string
}

/**
 * Names exactly what is asked: the SHA-256 of its canonical JSON (keys in order, no spaces), as hexadecimal digits. Whoever decides sends the hash
 * of what they were shown; with another one nothing is decided. The keys stand here in their order.
 */
export const approvalHash = ({ action, detail }: AskedAction): string => sha256Hex(JSON.stringify({ action, detail }))
