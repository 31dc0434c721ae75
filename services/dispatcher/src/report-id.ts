import type { CommandId } from "@muster/domain"
import { hash } from "node:crypto"

/**
 * The id of the command that a report is: the same report always has the same one. A UUID of version 8 (RFC 9562 §5.8) over a
 * SHA-256; the one-shot hash costs a tenth of what a version 5 of the library does, and this is done for every report.
 */
export const reportCommandId = (memberId: string, incarnation: string, seq: number): CommandId => {
  const hex = hash("sha256", `${memberId}:${incarnation}:${seq}`, "hex")
  const variant = ((Number.parseInt(hex.charAt(16), 16) & 0x3) | 0x8).toString(16)
  return `${hex.slice(0, 8)}-${hex.slice(8, 12)}-8${hex.slice(13, 16)}-${variant}${hex.slice(17, 20)}-${hex.slice(20, 32)}` as CommandId
}
