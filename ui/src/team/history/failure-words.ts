import { t } from "#src/i18n/index.ts"
import type { PlainTextKey, TextKey } from "#src/i18n/index.ts"
import { en } from "#src/i18n/en.ts"

type ReasonKey = Extract<PlainTextKey, `failure.reason.${string}`>

const isReasonKey = (key: string): key is ReasonKey & TextKey => Object.hasOwn(en, key)

/** Why something failed, in words; a reason that this version does not know stands as it is. */
export function failureWords(reason: string): string {
  const key = `failure.reason.${reason}`
  return isReasonKey(key) ? t(key) : reason
}
