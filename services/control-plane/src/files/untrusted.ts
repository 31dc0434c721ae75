/** Bytes that agents or people made: never run, never guessed at, never part of our pages. */
export const UNTRUSTED = {
  "x-content-type-options": "nosniff",
  "content-security-policy": "sandbox; default-src 'none'; frame-ancestors 'none'",
  "cross-origin-resource-policy": "same-origin",
}

/** RFC 6266 with both forms: plain ASCII for old clients, UTF-8 for all others. Only the last part of the path names the file. */
export const downloadAs = (path: string): string => {
  const name = path.split("/").at(-1) ?? "file"
  const ascii = name.replaceAll(/[^\x20-\x7e]|["\\%]/gu, "_")
  const utf8 = encodeURIComponent(name).replaceAll(/['()*]/gu, (c) => `%${c.charCodeAt(0).toString(16).toUpperCase()}`)
  return `attachment; filename="${ascii}"; filename*=UTF-8''${utf8}`
}
