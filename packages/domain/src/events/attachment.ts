import { Schema } from "effect"
import { isFileName } from "#src/file-name.ts"
import { ATTACHMENT_NAME_MAX_CHARS, ATTACHMENTS_MAX } from "#src/limits.ts"
import { RequiredText, Sha256, Text } from "#src/text.ts"

/** The name of one file, as `isFileName` says. */
export const AttachmentName = RequiredText(ATTACHMENT_NAME_MAX_CHARS).check(
  Schema.makeFilter((name: string) =>
    isFileName(name) ? undefined : "must be the name of a file: no path, no control characters, not '.' or '..'",
  ),
)

/** A file that people gave: its bytes are in the blob store under the hash. `mediaType` is what the server saw in them, never what was claimed. */
export const Attachment = Schema.Struct({
  sha256: Sha256,
  name: AttachmentName,
  mediaType: Text(128),
  size: Schema.Int.check(Schema.isGreaterThanOrEqualTo(0)),
})
export type Attachment = typeof Attachment.Type

export const Attachments = Schema.Array(Attachment).check(Schema.isMinLength(1), Schema.isMaxLength(ATTACHMENTS_MAX))
