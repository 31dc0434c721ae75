import { Schema } from "effect"

const NUL = "\u0000"

/** True for text that PostgreSQL's jsonb and every JSON reader can hold: no NUL, no lone surrogate. */
export const isStorableText = (text: string): boolean => !text.includes(NUL) && text.isWellFormed()

const storable = Schema.makeFilter((text: string) =>
  isStorableText(text) ? undefined : "must not contain NUL characters or unpaired surrogates",
)

/** Free text of bounded length (UTF-16 code units), possibly empty. */
export const Text = (maxChars: number) => Schema.String.check(Schema.isMaxLength(maxChars), storable)

const visible = Schema.makeFilter((text: string) => (text.trim().length > 0 ? undefined : "must not be empty"))

/** Bounded text with at least one visible character. */
export const RequiredText = (maxChars: number) => Text(maxChars).check(Schema.isMinLength(1), visible)

/** RFC 3339 instant in UTC, as `Date.prototype.toISOString` writes it. */
export const Instant = Schema.String.check(
  Schema.isPattern(/^\d{4}-\d{2}-\d{2}T\d{2}:\d{2}:\d{2}(\.\d{1,3})?Z$/u),
  Schema.makeFilter((text: string) => (Number.isNaN(Date.parse(text)) ? "must be a real instant" : undefined)),
)
export type Instant = typeof Instant.Type

export const Sha256 = Schema.String.check(Schema.isPattern(/^[0-9a-f]{64}$/u))
