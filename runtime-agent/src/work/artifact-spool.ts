import { createHash, randomUUID } from "node:crypto"
import { mkdir, open, rename, rm } from "node:fs/promises"
import { join } from "node:path"
import { ARTIFACT_MAX_BYTES, ArtifactName } from "@muster/contracts"
import { ARTIFACTS_PER_TASK_MAX } from "@muster/domain"
import { Option, Schema } from "effect"
import { ARTIFACTS_TOTAL_MAX_BYTES } from "#src/limits.ts"
import type { StagedArtifact } from "#src/journal/records.ts"
import type { ArtifactSource } from "#src/runtimes/contract.ts"
import { mediaTypeOf } from "#src/work/media-type.ts"

const decodeName = Schema.decodeUnknownOption(ArtifactName)

export const artifactPath = (spoolDir: string, sha256: string): string => join(spoolDir, "files", sha256)

export type Staged = { readonly artifact: StagedArtifact } | { readonly skipped: string }

const PRIVATE_FILE_MODE = 0o600
const PRIVATE_DIR_MODE = 0o700

/**
 * Copies an artifact into the spool while hashing it, so that what is uploaded is what was hashed, whatever happens to the
 * original. `earlier` are those of the same assignment: names are unique, number and total size are bounded.
 */
export const stageArtifact = async (
  spoolDir: string,
  { name, bytes }: ArtifactSource,
  earlier: readonly StagedArtifact[],
): Promise<Staged> => {
  if (Option.isNone(decodeName(name))) return { skipped: "the name is not a relative path without '.' and '..' parts" }
  if (earlier.some((artifact) => artifact.name === name))
    return { skipped: "there is already an artifact of this name" }
  if (earlier.length >= ARTIFACTS_PER_TASK_MAX)
    return { skipped: `a task keeps at most ${ARTIFACTS_PER_TASK_MAX} artifacts` }
  const total = earlier.reduce((sum, artifact) => sum + artifact.size, 0)
  const room = Math.min(ARTIFACT_MAX_BYTES, ARTIFACTS_TOTAL_MAX_BYTES - total)

  const folder = join(spoolDir, "files")
  await mkdir(folder, { recursive: true, mode: PRIVATE_DIR_MODE })
  const partial = join(folder, `${randomUUID()}.part`)
  const handle = await open(partial, "wx", PRIVATE_FILE_MODE)
  const hash = createHash("sha256")
  let size = 0
  try {
    for await (const chunk of bytes) {
      size += chunk.length
      if (size > room) return { skipped: `it is larger than the ${room} bytes that are left` }
      hash.update(chunk)
      await handle.writeFile(chunk)
    }
    await handle.sync()
    const sha256 = hash.digest("hex")
    await rename(partial, artifactPath(spoolDir, sha256))
    return { artifact: { name, sha256, size, mediaType: mediaTypeOf(name) } }
  } finally {
    await handle.close()
    await rm(partial, { force: true })
  }
}
