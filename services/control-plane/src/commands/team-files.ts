import type { Attachment, KnownEvent } from "@muster/domain"

/** What was uploaded to a team: by hash, under each name it was given, the newest last. */
export type TeamFiles = ReadonlyMap<string, readonly Attachment[]>

export const noFiles: TeamFiles = new Map()

/** Folds one event of a team's files. */
export const withUpload = (files: TeamFiles, event: KnownEvent): TeamFiles => {
  if (event.type !== "FileUploaded") return files
  const { sha256, name } = event.data
  const others = (files.get(sha256) ?? []).filter((file) => file.name !== name)
  return new Map(files).set(sha256, [...others, event.data])
}

/** The file of these bytes: of that name, if one is asked for, else as it was uploaded last. */
export const newestOf = (
  files: TeamFiles,
  { sha256, name }: { readonly sha256: string; readonly name?: string | undefined },
): Attachment | undefined => {
  const all = files.get(sha256) ?? []
  return name === undefined ? all.at(-1) : all.find((file) => file.name === name)
}
