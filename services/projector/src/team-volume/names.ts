import { FILE_NAME_MAX_BYTES, PATH_MAX_PARTS, PATH_PART_MAX_BYTES } from "#src/limits.ts"
import { createHash } from "node:crypto"

/** True for a name that stays in its folder: one part, not `.` or `..`, of a length every file system takes. */
export const isPlainName = (name: string): boolean =>
  name !== "" &&
  name !== "." &&
  name !== ".." &&
  !/[/\\\0]/u.test(name) &&
  Buffer.byteLength(name) <= FILE_NAME_MAX_BYTES

/** Characters that some file system or shell gives a meaning to, and those nobody sees. */
const ODD = /[\p{Cc}\p{Cf}\p{Zl}\p{Zp}<>:"|?*\\]/gu

const digest = (text: string): string => createHash("sha256").update(text).digest("hex").slice(0, 10)

/** The beginning of the text that has at most so many bytes, whole characters only. */
const cut = (text: string, maxBytes: number): string => {
  let bytes = 0
  let end = 0
  for (const char of text) {
    bytes += Buffer.byteLength(char)
    if (bytes > maxBytes) break
    end += char.length
  }
  return text.slice(0, end)
}

/** One part of a path as a plain name. Dots at the end and leading dots go: no hidden files, no `..`. */
const cleanPart = (part: string): string => {
  const plain = part
    .normalize("NFC")
    .replace(ODD, "_")
    .replace(/^[.\s]+/u, "")
    .replace(/[.\s]+$/u, "")
  return cut(plain, PATH_PART_MAX_BYTES)
}

/** Puts a mark of the original name before the extension. */
const marked = (name: string, original: string): string => {
  const dot = name.lastIndexOf(".")
  const [stem, extension] = dot > 0 && name.length - dot <= 16 ? [name.slice(0, dot), name.slice(dot)] : [name, ""]
  return `${stem === "" ? "artifact" : stem}~${digest(original)}${extension}`
}

const partsOf = (name: string): readonly string[] => {
  const parts = name
    .split("/")
    .map(cleanPart)
    .filter((part) => part !== "")
  // A path deeper than allowed keeps its file name: the folders say least.
  const kept = parts.length > PATH_MAX_PARTS ? parts.slice(-1) : parts
  const isChanged = kept.length === 0 || kept.join("/") !== name
  const last = kept.at(-1) ?? ""
  return isChanged ? [...kept.slice(0, -1), marked(last, name)] : kept
}

/** How file systems that ignore case compare names. */
const folded = (parts: readonly string[]): string => parts.join("/").toLowerCase()

/**
 * Where the artifacts of a task lie below its folder: artifact name → parts of a path. Agents choose the names, so each part is
 * made plain, and a name that was changed, differs from an earlier one by case only, or wants a folder where an earlier one has
 * a file gets a mark of its own. The same names in the same order always give the same paths.
 */
export const artifactPaths = (names: readonly string[]): ReadonlyMap<string, readonly string[]> => {
  const paths = new Map<string, readonly string[]>()
  const files = new Set<string>()
  const folders = new Set<string>()
  const clashes = (parts: readonly string[]): boolean => {
    const own = folded(parts)
    if (files.has(own) || folders.has(own)) return true
    return parts.some((_, index) => index > 0 && files.has(folded(parts.slice(0, index))))
  }
  for (const name of names) {
    if (paths.has(name)) continue
    const wanted = partsOf(name)
    let parts = wanted
    // A marked name lies at the top. That it clashes again takes an agent that wants it; then the mark changes until it does not.
    for (let tries = 0; clashes(parts); tries += 1)
      parts = [marked(wanted.at(-1) ?? "", tries === 0 ? name : `${name}\0${tries}`)]
    for (let depth = 1; depth < parts.length; depth += 1) folders.add(folded(parts.slice(0, depth)))
    files.add(folded(parts))
    paths.set(name, parts)
  }
  return paths
}
