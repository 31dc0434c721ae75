import { LOG_CAUSES_MAX, LOG_DEPTH_MAX } from "#src/limits.ts"

export const REDACTED = "[redacted]"

/** Names whose values are secrets wherever they stand: password, adminPassword, set-cookie, accessToken, setupCode … */
const SECRET_NAME =
  /(password|passwd|passphrase|token|secret|authorization|cookie|credential|privatekey|apikey)$|^(code|pin|(setup|enrollment|recovery|signin|invite)code|auth|argv|args|parameters|databaseurl|redisurl)$/

const isSecretName = (name: string): boolean => SECRET_NAME.test(name.toLowerCase().replaceAll(/[-_]/g, ""))

/** Text that holds a URL with credentials or a code in its fragment, without those. */
export const redactText = (text: string): string =>
  text
    .replaceAll(/([a-z][a-z0-9+.-]*:\/\/)[^/\s@"']*@/gi, `$1${REDACTED}@`)
    .replaceAll(/(#[^\s"'#]*?(?:code|token)=)[^\s"'&]+/gi, `$1${REDACTED}`)

/** An error's own words: what it is, why, where. Other properties stay out: drivers keep commands and parameters there. */
const redactError = (error: Error, causes: number): object => ({
  type: error.name,
  message: redactText(error.message),
  ...("code" in error && (typeof error.code === "string" || typeof error.code === "number")
    ? { errno: error.code }
    : {}),
  stack: redactText(error.stack ?? ""),
  ...(error.cause !== undefined && causes > 0
    ? { cause: error.cause instanceof Error ? redactError(error.cause, causes - 1) : redact(error.cause) }
    : {}),
})

/** A copy of a logged value without the secrets in it, at any depth. */
export const redact = (value: unknown, depth = LOG_DEPTH_MAX): unknown => {
  if (typeof value === "string") return redactText(value)
  if (typeof value === "bigint") return value.toString()
  if (typeof value !== "object" || value === null) return value
  if (value instanceof Error) return redactError(value, LOG_CAUSES_MAX)
  if (value instanceof Date) return value
  if (value instanceof Uint8Array) return `[${value.byteLength} bytes]`
  if (depth === 0) return "[too deep]"
  if (Array.isArray(value)) return value.map((item) => redact(item, depth - 1))
  if ("toJSON" in value && typeof value.toJSON === "function") return redact(value.toJSON(), depth - 1)
  return Object.fromEntries(
    Object.entries(value).map(([name, item]) => [
      name,
      isSecretName(name) && item !== undefined ? REDACTED : redact(item, depth - 1),
    ]),
  )
}
