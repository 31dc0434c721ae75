import { API_PREFIX } from "@muster/contracts"
import { PREVIEW_MAX_BYTES } from "#src/limits.ts"

/** How a file that an agent made can be shown. What it claims to be is a hint and no more: nothing of it is ever run. */
export type ArtifactKind = "text" | "markdown" | "json" | "table" | "image" | "pdf" | "other"

/** Formats that browsers draw as pictures and nothing else. SVG is among them because a picture element runs no script in it. */
const IMAGES: Readonly<Record<string, string>> = {
  png: "image/png",
  jpg: "image/jpeg",
  jpeg: "image/jpeg",
  gif: "image/gif",
  webp: "image/webp",
  avif: "image/avif",
  svg: "image/svg+xml",
}

const BY_ENDING: Readonly<Record<string, ArtifactKind>> = {
  md: "markdown",
  markdown: "markdown",
  json: "json",
  csv: "table",
  tsv: "table",
  pdf: "pdf",
  ...Object.fromEntries(Object.keys(IMAGES).map((ending) => [ending, "image" as const])),
}

const BY_TYPE: Readonly<Record<string, ArtifactKind>> = {
  "text/markdown": "markdown",
  "application/json": "json",
  "text/csv": "table",
  "text/tab-separated-values": "table",
  "application/pdf": "pdf",
  ...Object.fromEntries(Object.values(IMAGES).map((type) => [type, "image" as const])),
}

/** Sources and logs: shown as they are written, HTML among them. */
const TEXT_ENDINGS = new Set(
  "txt log html htm xml yaml yml toml ini conf env js mjs ts tsx jsx css sh bash py rb go rs java c h cpp hpp cs php sql diff patch jsonl ndjson".split(
    " ",
  ),
)

export interface ArtifactFile {
  readonly name: string
  readonly mediaType: string
  readonly size: number
}

const endingOf = (name: string): string => /\.([a-z0-9]+)$/i.exec(name)?.[1]?.toLowerCase() ?? ""
const typeOf = (mediaType: string): string => mediaType.split(";")[0]?.trim().toLowerCase() ?? ""

/** By the ending of its name, else by the type it claims. */
export function kindOf({ name, mediaType }: ArtifactFile): ArtifactKind {
  const ending = endingOf(name)
  const byEnding = BY_ENDING[ending] ?? (TEXT_ENDINGS.has(ending) ? "text" : undefined)
  if (byEnding !== undefined) return byEnding
  const type = typeOf(mediaType)
  return BY_TYPE[type] ?? (type.startsWith("text/") ? "text" : "other")
}

/** The type that a picture's bytes are drawn as: one of the known ones, whatever the file claims. */
export const imageType = ({ name, mediaType }: ArtifactFile): string => {
  const claimed = typeOf(mediaType)
  return IMAGES[endingOf(name)] ?? Object.values(IMAGES).find((type) => type === claimed) ?? "image/png"
}

/** Where a file of a task is fetched from, by whoever is signed in. */
export const artifactPath = (team: string, task: string, sha256: string): string =>
  `${API_PREFIX}/teams/${team}/tasks/${task}/artifacts/${sha256}`

/** What a file is called on the disk of the person: the last part of its path. */
export const fileName = (path: string): string => path.split("/").at(-1) ?? path

/**
 * Why a file is not shown; undefined for one that is.
 * PDF is not: files of agents are given out under `sandbox` and `frame-ancestors 'none'`, and Chromium draws no PDF in a
 * sandbox. To be shown, one would have to leave it or be given our origin, and a PDF may carry a program.
 */
export function notShown(file: ArtifactFile): "pdf" | "unknown" | "too-large" | undefined {
  const kind = kindOf(file)
  if (kind === "pdf") return "pdf"
  if (kind === "other") return "unknown"
  return file.size > PREVIEW_MAX_BYTES ? "too-large" : undefined
}
