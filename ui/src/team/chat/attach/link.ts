import { API_PREFIX } from "@muster/contracts"
import type { Attachment } from "@muster/domain"

/** Where a file of a team is read. The server asks who reads it, and hands it out as a download. */
export const fileLink = (teamId: string, { sha256, name }: Pick<Attachment, "sha256" | "name">): string =>
  `${API_PREFIX}/teams/${teamId}/files/${sha256}?name=${encodeURIComponent(name)}`

/** Pictures that a browser shows without running anything in them. */
const PICTURES: ReadonlySet<string> = new Set(["image/png", "image/jpeg", "image/gif", "image/webp"])

export const isPicture = ({ mediaType }: Pick<Attachment, "mediaType">): boolean => PICTURES.has(mediaType)
