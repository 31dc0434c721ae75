import { extname } from "node:path"

/** As many first bytes are looked at. */
export const SNIFFED_BYTES = 4_096

const BINARY = "application/octet-stream"
const TEXT = "text/plain; charset=utf-8"

const signs: readonly (readonly [mediaType: string, offset: number, bytes: readonly number[]])[] = [
  ["image/png", 0, [0x89, 0x50, 0x4e, 0x47, 0x0d, 0x0a, 0x1a, 0x0a]],
  ["image/jpeg", 0, [0xff, 0xd8, 0xff]],
  ["image/gif", 0, [0x47, 0x49, 0x46, 0x38]],
  ["application/pdf", 0, [0x25, 0x50, 0x44, 0x46, 0x2d]],
  ["application/zip", 0, [0x50, 0x4b, 0x03, 0x04]],
  ["application/gzip", 0, [0x1f, 0x8b, 0x08]],
]
const RIFF = [0x52, 0x49, 0x46, 0x46]
const WEBP = [0x57, 0x45, 0x42, 0x50]
const WEBP_OFFSET = 8

/** Texts that are told apart by their names: none of them does anything when it is opened. */
const texts: Readonly<Record<string, string>> = {
  ".csv": "text/csv; charset=utf-8",
  ".json": "application/json",
  ".md": "text/markdown; charset=utf-8",
}

const has = (head: Uint8Array, offset: number, bytes: readonly number[]): boolean =>
  bytes.every((byte, index) => head[offset + index] === byte)

/** Whether these are the first bytes of a text: UTF-8, perhaps cut inside a sign, with nothing that only programs write. */
const isText = (head: Uint8Array): boolean => {
  if (head.some((byte) => byte < 0x09 || (byte > 0x0d && byte < 0x20 && byte !== 0x1b))) return false
  try {
    new TextDecoder("utf-8", { fatal: true }).decode(head, { stream: true })
    return true
  } catch (error) {
    if (error instanceof TypeError) return false
    throw error
  }
}

/**
 * What a file is by its first bytes; its name only tells kinds of plain text apart, and what a sender claims is not asked. Nothing that a
 * browser would run is ever named as such: a page or a drawing with scripts is text.
 */
export const sniffedMediaType = (head: Uint8Array, name: string): string => {
  const sign = signs.find(([, offset, bytes]) => has(head, offset, bytes))
  if (sign !== undefined) return sign[0]
  if (has(head, 0, RIFF) && has(head, WEBP_OFFSET, WEBP)) return "image/webp"
  return isText(head) ? (texts[extname(name).toLowerCase()] ?? TEXT) : BINARY
}
