import { ATTACHMENT_MAX_BYTES, ATTACHMENTS_MAX, fileNameOf } from "@muster/domain"
import type { Attachment } from "@muster/domain"

/** Where a file is that a person wants to send. */
export type AttachState =
  | { readonly kind: "waiting" }
  | { readonly kind: "sending"; readonly sentBytes: number }
  | { readonly kind: "there"; readonly file: Attachment }
  | { readonly kind: "failed"; readonly reason: string }

export interface AttachItem {
  readonly key: string
  readonly name: string
  readonly size: number
  readonly state: AttachState
}

export type RefusalReason = "too-large" | "too-many"
export interface Refusal {
  readonly name: string
  readonly reason: RefusalReason
}

export interface Offered {
  readonly name: string
  readonly size: number
}

/** Which of the offered files can still go with what is there, in their order; and why the others cannot. */
export function admitted<F extends Offered>(
  thereCount: number,
  offered: ReadonlyArray<F>,
): { readonly taken: ReadonlyArray<F>; readonly refused: ReadonlyArray<Refusal> } {
  const taken: Array<F> = []
  const refused: Array<Refusal> = []
  for (const file of offered) {
    const name = fileNameOf(file.name)
    if (file.size > ATTACHMENT_MAX_BYTES) refused.push({ name, reason: "too-large" })
    else if (thereCount + taken.length >= ATTACHMENTS_MAX) refused.push({ name, reason: "too-many" })
    else taken.push(file)
  }
  return { taken, refused }
}

/** A message may go when no file is still on its way or has failed: nothing is left behind in silence. */
export const isComplete = (items: ReadonlyArray<AttachItem>): boolean =>
  items.every(({ state }) => state.kind === "there")

/** The files that are there. */
export const filesOf = (items: ReadonlyArray<AttachItem>): ReadonlyArray<Attachment> =>
  items.flatMap(({ state }) => (state.kind === "there" ? [state.file] : []))

/** How much of a file has left, in percent; undefined where it is not on its way. */
export const sentPercent = ({ size, state }: AttachItem): number | undefined =>
  state.kind === "sending" ? (size === 0 ? 0 : Math.min(100, Math.round((state.sentBytes / size) * 100))) : undefined

const HEX = /^[0-9a-f]{64}$/

/** Files of a draft that was kept; what does not look like one is left out. */
export function asFiles(stored: unknown): ReadonlyArray<Attachment> | undefined {
  if (!Array.isArray(stored)) return undefined
  return stored
    .filter(
      (file: Partial<Attachment> | null): file is Attachment =>
        typeof file === "object" &&
        typeof file?.sha256 === "string" &&
        HEX.test(file.sha256) &&
        typeof file.name === "string" &&
        typeof file.mediaType === "string" &&
        typeof file.size === "number",
    )
    .slice(0, ATTACHMENTS_MAX)
}

/** Text of a message that is only files: their names, so that every reader of the chat has something to read. */
export const wordsFor = (files: ReadonlyArray<Attachment>): string => files.map(({ name }) => name).join(", ")
